//! Identifiers: one type for each thing, so that a product's id can't be taken for a variant's.
//!
//! All are UUIDs; Stoa makes them as version 7 (RFC 9562, section 5.7), which sort by the time of their making.

use std::{fmt, str::FromStr};

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(Uuid);

        impl $name {
            /// The same identifier as a plain UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                raw.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )+};
}

ids! {
    /// A person with an account: a customer or a member of staff.
    UserId,
    /// A log-in: one family of refresh tokens (`sid` in access tokens).
    SessionId,
    /// A node of the category tree.
    CategoryId,
    /// What is shown.
    ProductId,
    /// What is sold: one SKU of a product.
    VariantId,
    /// One period of a variant's price in one currency.
    PriceId,
    /// A mail that is owed.
    MailId,
    /// A cart.
    CartId,
    /// One line of a cart.
    CartLineId,
    /// An order.
    OrderId,
    /// One line of an order.
    OrderLineId,
    /// Money that came in for an order.
    PaymentId,
    /// Goods that went out for an order.
    FulfillmentId,
    /// Goods that came back from an order.
    ReturnId,
    /// Money that was given back for an order.
    RefundId,
    /// One line of the event log.
    EventId,
    /// One line of the audit log.
    AuditId,
}
