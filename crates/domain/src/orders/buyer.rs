//! Who buys.

use std::{fmt, net::IpAddr};

use super::GuestAccess;
use crate::{Instant, actor::Actor, ids::UserId};

/// Who buys, and the network address that they do it from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Buyer {
    who: Who,
    /// The network address.
    pub ip: Option<IpAddr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Customer(UserId),
    /// The digest of the token that opens the order.
    Guest([u8; 32]),
}

impl Buyer {
    /// Somebody with an account.
    #[must_use]
    pub const fn customer(id: UserId, ip: Option<IpAddr>) -> Self {
        Self { who: Who::Customer(id), ip }
    }

    /// Somebody without one, who gets a token for the order: this is its digest.
    #[must_use]
    pub const fn guest(token_digest: [u8; 32], ip: Option<IpAddr>) -> Self {
        Self { who: Who::Guest(token_digest), ip }
    }

    /// The account, when there is one.
    #[must_use]
    pub const fn customer_id(&self) -> Option<UserId> {
        match self.who {
            Who::Customer(id) => Some(id),
            Who::Guest(_) => None,
        }
    }

    /// The buyer as histories and events name them.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        match self.who {
            Who::Customer(id) => Actor::User(id),
            Who::Guest(_) => Actor::Guest,
        }
    }

    /// What opens the order for a guest, from `now` on.
    #[must_use]
    pub fn access(&self, now: Instant) -> Option<GuestAccess> {
        match self.who {
            Who::Customer(_) => None,
            Who::Guest(digest) => Some(GuestAccess::grant(digest, now)),
        }
    }
}

/// The address and the digest stay out of logs.
impl fmt::Debug for Buyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buyer({})", self.actor())
    }
}
