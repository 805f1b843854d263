//! The three axes of an order. Which steps the first may take stands in [`super::machine`].

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
pub(super) use named;

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
    /// Whether the shop still has to do something about the order.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Confirmed => true,
            Self::Completed | Self::Expired | Self::Cancelled => false,
        }
    }

    /// Whether the whole order was called off: then it holds no stock, and nothing is owed for it.
    #[must_use]
    pub const fn is_called_off(self) -> bool {
        match self {
            Self::Expired | Self::Cancelled => true,
            Self::Pending | Self::Confirmed | Self::Completed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_off_or_completed_is_not_open() {
        use OrderStatus as S;
        let open: Vec<_> = S::ALL.iter().filter(|status| status.is_open()).collect();
        assert_eq!(open, [&S::Pending, &S::Confirmed]);
    }

    #[test]
    fn names_read_back() {
        for status in PaymentStatus::ALL {
            assert_eq!(PaymentStatus::parse(status.name()), Some(*status));
        }
        assert_eq!(FulfillmentStatus::parse("lost"), None);
    }
}
