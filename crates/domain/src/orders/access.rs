//! Whose order it is, and who may see it.

use std::fmt;

use chrono::Duration;

use super::Order;
use crate::{Instant, accounts::Permission, asker::Asker};

/// How many days the token of a guest's order works (the contract's section 6, `order_token`).
pub const GUEST_ACCESS_DAYS: i64 = 90;

/// What opens an order for whoever bought without an account: a token, of which only the digest is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct GuestAccess {
    /// The token's digest.
    pub digest: [u8; 32],
    /// When it stops working.
    pub expires_at: Instant,
}

impl GuestAccess {
    /// Access by the token with this digest, from `now` on.
    #[must_use]
    pub fn grant(digest: [u8; 32], now: Instant) -> Self {
        Self { digest, expires_at: now + Duration::days(GUEST_ACCESS_DAYS) }
    }

    /// Whether the token with this digest opens the order at `now`.
    ///
    /// ```
    /// use domain::{Instant, orders::GuestAccess};
    ///
    /// let now = Instant::from_timestamp(1_800_000_000, 0).ok_or("no instant")?;
    /// let access = GuestAccess::grant([1; 32], now);
    /// assert!(access.admits(&[1; 32], now) && !access.admits(&[2; 32], now));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn admits(&self, digest: &[u8; 32], now: Instant) -> bool {
        self.digest == *digest && now < self.expires_at
    }
}

impl Order {
    /// Whether it is the asker's own.
    #[must_use]
    pub fn is_owned_by(&self, asker: &Asker, now: Instant) -> bool {
        match asker {
            Asker::User(caller) => self.customer_id == Some(caller.user_id),
            Asker::Guest(digest) => self.guest.as_ref().is_some_and(|guest| guest.admits(digest, now)),
            Asker::System => false,
        }
    }

    /// Whether the asker may see it: owners, staff and the shop. To all others it must look as if there was none.
    #[must_use]
    pub fn is_visible_to(&self, asker: &Asker, now: Instant) -> bool {
        *asker == Asker::System || asker.has(Permission::OrdersRead) || self.is_owned_by(asker, now)
    }
}

/// The digest stays out of logs.
impl fmt::Debug for GuestAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GuestAccess(until {})", self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::Role,
        orders::fixtures::{at, guest, guest_order, order, owner, stranger, user},
    };

    #[test]
    fn an_order_is_seen_by_its_owner_and_by_staff_and_nobody_else() {
        let order = order(&[(1, 1, 100)]);
        assert!(order.is_visible_to(&owner(), at(0)) && order.is_owned_by(&owner(), at(0)));
        assert!(!order.is_visible_to(&stranger(), at(0)) && !order.is_visible_to(&guest(), at(0)));
        for role in Role::ALL {
            let sees = matches!(role, Role::Support | Role::OrderManager | Role::Admin);
            assert_eq!(order.is_visible_to(&user(99, &[role]), at(0)), sees, "{role}");
            assert!(!order.is_owned_by(&user(99, &[role]), at(0)));
        }
        assert!(order.is_visible_to(&Asker::System, at(0)));
    }

    #[test]
    fn a_guest_s_token_opens_one_order_for_ninety_days() {
        let (order, days) = (guest_order(&[(1, 1, 100)]), 24 * 60 * 60);
        assert!(order.is_visible_to(&guest(), at(90 * days - 1)));
        assert!(!order.is_visible_to(&guest(), at(90 * days)));
        assert!(!order.is_visible_to(&Asker::Guest([8; 32]), at(0)));
        assert!(!order.is_visible_to(&owner(), at(0)), "it is nobody's with an account");
    }
}
