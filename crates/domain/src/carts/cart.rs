//! The cart itself, and who may open it.

use std::fmt;

use crate::{
    Instant,
    asker::Asker,
    ids::{CartId, CartLineId, OrderId, UserId, VariantId},
    money::{Currency, Money},
    orders::Quantity,
};

/// What somebody means to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Identity.
    pub id: CartId,
    /// Whose it is; nobody else's business, not even staff's.
    pub owner: CartOwner,
    /// The currency of all its prices.
    pub currency: Currency,
    /// What became of it.
    pub state: CartState,
    /// What is in it, each variant once, in the order in which they were added.
    pub lines: Vec<CartLine>,
    /// When it was opened.
    pub created_at: Instant,
    /// When it was last edited.
    pub updated_at: Instant,
    /// When it expires, unless it is edited before.
    pub expires_at: Instant,
    /// Counts edits.
    pub version: i32,
}

/// One variant in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Identity.
    pub id: CartLineId,
    /// What.
    pub variant_id: VariantId,
    /// How many.
    pub quantity: Quantity,
    /// What one cost when the line was added.
    pub added_price: Option<Money>,
    /// When it was added.
    pub added_at: Instant,
}

/// Whose a cart is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CartOwner {
    /// Somebody's with an account.
    User(UserId),
    /// Whoever has the token with this digest.
    Guest([u8; 32]),
}

/// What became of a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartState {
    /// It can be edited and ordered.
    Open,
    /// It was ordered. A cart gives one order at most.
    Ordered(OrderId),
    /// Nobody touched it for too long.
    Expired,
    /// It went into a user's cart: its token opens nothing any more.
    Merged,
}

/// Why a cart can't be touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CartRefusal {
    /// It is somebody else's, or gone into another one: to the asker it looks as if there was none.
    #[error("there is no such cart")]
    Invisible,
    /// Nobody touched it for too long.
    #[error("the cart has expired")]
    Expired,
    /// It was ordered already.
    #[error("the cart was ordered already")]
    Ordered(OrderId),
}

impl CartState {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ordered(_) => "completed",
            Self::Expired => "expired",
            Self::Merged => "merged",
        }
    }
}

impl Cart {
    /// Whether it is the asker's own, and has not gone into another one.
    #[must_use]
    pub fn is_visible_to(&self, asker: &Asker) -> bool {
        let is_own = match (asker, &self.owner) {
            (Asker::User(caller), CartOwner::User(owner)) => caller.user_id == *owner,
            (Asker::Guest(token), CartOwner::Guest(digest)) => token == digest,
            _ => false,
        };
        is_own && self.state != CartState::Merged
    }

    /// Whether nobody has touched it for too long, at `now`; also before a job has noted it.
    #[must_use]
    pub fn is_expired(&self, now: Instant) -> bool {
        match self.state {
            CartState::Open => self.expires_at <= now,
            CartState::Expired => true,
            CartState::Ordered(_) | CartState::Merged => false,
        }
    }

    /// Passes when the asker may edit and order it at `now`.
    ///
    /// # Errors
    /// [`CartRefusal`].
    pub fn admit(&self, asker: &Asker, now: Instant) -> Result<(), CartRefusal> {
        match self.state {
            _ if !self.is_visible_to(asker) => Err(CartRefusal::Invisible),
            CartState::Ordered(order) => Err(CartRefusal::Ordered(order)),
            _ if self.is_expired(now) => Err(CartRefusal::Expired),
            _ => Ok(()),
        }
    }
}

/// The digest stays out of logs.
impl fmt::Debug for CartOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "User({id})"),
            Self::Guest(_) => f.write_str("Guest(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::carts::fixtures::{at, cart, guest, guest_cart, user};

    #[test]
    fn a_cart_is_its_owner_s_and_nobody_else_s() {
        let (own, guests) = (cart(&[]), guest_cart(&[]));
        assert!(own.admit(&user(7), at(0)).is_ok() && guests.admit(&guest(), at(0)).is_ok());
        for (cart, asker) in [
            (&own, user(8)),
            (&own, guest()),
            (&own, Asker::System),
            (&guests, user(7)),
            (&guests, Asker::Guest([8; 32])),
        ] {
            assert_eq!(cart.admit(&asker, at(0)), Err(CartRefusal::Invisible), "{asker:?}");
        }
    }

    #[test]
    fn a_closed_cart_says_how_it_ended_to_its_owner_only() {
        let order = Uuid::from_u128(9).into();
        let ordered = Cart { state: CartState::Ordered(order), ..cart(&[]) };
        assert_eq!(ordered.admit(&user(7), at(10_000)), Err(CartRefusal::Ordered(order)));
        assert_eq!(ordered.admit(&user(8), at(0)), Err(CartRefusal::Invisible));
        let merged = Cart { state: CartState::Merged, ..guest_cart(&[]) };
        assert_eq!(merged.admit(&guest(), at(0)), Err(CartRefusal::Invisible));
    }

    #[test]
    fn a_cart_expires_in_its_time_whether_a_job_has_noted_it_or_not() {
        let cart = cart(&[]);
        assert!(cart.admit(&user(7), at(999)).is_ok());
        assert_eq!(cart.admit(&user(7), at(1000)), Err(CartRefusal::Expired));
        let noted = Cart { state: CartState::Expired, ..cart };
        assert_eq!(noted.admit(&user(7), at(0)), Err(CartRefusal::Expired));
    }
}
