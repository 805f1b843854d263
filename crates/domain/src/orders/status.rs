//! The three axes of an order and the legal steps of the first.

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Reads a name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

named! {
    /// Where an order stands: the only axis that takes commands.
    OrderStatus {
        /// Placed, stock reserved, waiting for money.
        Pending = "pending",
        /// Will be fulfilled.
        Confirmed = "confirmed",
        /// All that was not cancelled is delivered and nothing is due.
        Completed = "completed",
        /// Not paid in time.
        Expired = "expired",
        /// Called off.
        Cancelled = "cancelled",
    }
}

named! {
    /// What became of the money, derived from the order's records.
    PaymentStatus {
        /// Nothing paid, and something to pay.
        Unpaid = "unpaid",
        /// More paid than owed and not yet given back.
        RefundDue = "refund_due",
        /// All given back.
        Refunded = "refunded",
        /// Some given back.
        PartiallyRefunded = "partially_refunded",
        /// Some paid.
        PartiallyPaid = "partially_paid",
        /// All paid.
        Paid = "paid",
    }
}

named! {
    /// What became of the goods, derived from the quantities that were not cancelled.
    FulfillmentStatus {
        /// Nothing shipped.
        Unfulfilled = "unfulfilled",
        /// Some shipped.
        PartiallyFulfilled = "partially_fulfilled",
        /// All shipped.
        Fulfilled = "fulfilled",
        /// All arrived.
        Delivered = "delivered",
        /// Some came back.
        PartiallyReturned = "partially_returned",
        /// All came back.
        Returned = "returned",
    }
}

impl OrderStatus {
    /// Every legal step; `None` is where a new order comes from. The database refuses all others.
    pub const STEPS: [(Option<Self>, Self); 7] = [
        (None, Self::Pending),
        (None, Self::Confirmed),
        (Some(Self::Pending), Self::Confirmed),
        (Some(Self::Pending), Self::Expired),
        (Some(Self::Pending), Self::Cancelled),
        (Some(Self::Confirmed), Self::Cancelled),
        (Some(Self::Confirmed), Self::Completed),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_ends_in_exactly_three_ways() {
        let left: std::collections::BTreeSet<_> =
            OrderStatus::STEPS.iter().filter_map(|(from, _)| *from).collect();
        let ends: Vec<_> = OrderStatus::ALL.iter().filter(|status| !left.contains(status)).collect();
        assert_eq!(ends, [&OrderStatus::Completed, &OrderStatus::Expired, &OrderStatus::Cancelled]);
    }

    #[test]
    fn names_read_back() {
        for status in PaymentStatus::ALL {
            assert_eq!(PaymentStatus::parse(status.name()), Some(*status));
        }
        assert_eq!(FulfillmentStatus::parse("lost"), None);
    }
}
