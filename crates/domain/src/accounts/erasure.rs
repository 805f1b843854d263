//! Leaving for good: what stands in the way, and what an erasure is.

use super::{LastAdmin, RoleHolder, User};
use crate::{
    actor::Origination,
    audit::{AuditEntry, AuditStamp, SecurityEvent, Trace},
    events::{Event, EventData},
    ids::{EventId, OrderId, UserId},
};

/// An order that the shop still has to do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOrder {
    /// Which.
    pub id: OrderId,
    /// The number that people call it by.
    pub number: i64,
}

/// What binds a person to the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ties {
    /// The person's orders that are [open](crate::orders::OrderStatus::is_open).
    pub open_orders: Vec<OpenOrder>,
    /// Whether somebody else is an administrator.
    pub another_admin: bool,
}

/// Decision: everything personal goes, in every place; the account's id stays, so that orders and histories keep a valid
/// one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Who leaves.
    pub person: UserId,
    /// The version that this was decided on.
    pub seen: i32,
    /// The version after it.
    pub version: i32,
    /// `user.erased`.
    pub event: Event,
    /// `account.erased`, which does not say where it came from.
    pub audit: AuditEntry,
}

/// Why somebody can't leave yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErasureError {
    /// These orders are still open; a parcel needs an address.
    #[error("{} orders are still open", .0.len())]
    OpenOrders(Vec<OpenOrder>),
    /// Nobody else administers the shop.
    #[error(transparent)]
    LastAdmin(#[from] LastAdmin),
}

impl User {
    /// Erases the account, unless something still binds it.
    ///
    /// # Errors
    /// [`ErasureError`].
    pub fn erase(
        &self,
        ties: Ties,
        event_id: EventId,
        by: Origination,
        stamp: AuditStamp,
    ) -> Result<Erasure, ErasureError> {
        if !ties.open_orders.is_empty() {
            return Err(ErasureError::OpenOrders(ties.open_orders));
        }
        RoleHolder { user: self.clone(), another_admin: ties.another_admin }.may_go()?;
        let version = self.version.saturating_add(1);
        let event = Event::new(event_id, self.id.uuid(), version, EventData::UserErased, by);
        let stamp = AuditStamp { by: Trace { ip: None, ..stamp.by }, ..stamp };
        let audit = stamp.entry(SecurityEvent::Erased, Some(self.id));
        Ok(Erasure { person: self.id, seen: self.version, version, event, audit })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Instant, accounts::Email, actor::Actor};

    fn now() -> Instant {
        Instant::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn free() -> Ties {
        Ties { open_orders: Vec::new(), another_admin: false }
    }

    fn erase(user: &User, ties: Ties) -> Result<Erasure, ErasureError> {
        let actor = Actor::User(user.id);
        let by = Trace { ip: Some([192, 0, 2, 7].into()), request_id: Some("request-1".into()) };
        let stamp = AuditStamp { id: Uuid::from_u128(3).into(), actor, by, at: now() };
        let by = Origination { actor, request_id: None, at: now() };
        user.erase(ties, Uuid::from_u128(2).into(), by, stamp)
    }

    fn ada() -> User {
        User::register(Uuid::from_u128(1).into(), Email::parse("ada@example.com").unwrap(), None, now())
    }

    fn root() -> User {
        User::administrator(Uuid::from_u128(1).into(), Email::parse("root@example.com").unwrap(), now())
    }

    #[test]
    fn who_is_bound_by_nothing_may_go() {
        let erasure = erase(&ada(), free()).unwrap();
        assert_eq!((erasure.person, erasure.seen, erasure.version), (ada().id, 1, 2));
        assert_eq!((erasure.event.aggregate_version, erasure.event.data), (2, EventData::UserErased));
    }

    #[test]
    fn an_erasure_leaves_no_address_behind() {
        let audit = erase(&ada(), free()).unwrap().audit;
        assert_eq!((audit.event, audit.subject), (SecurityEvent::Erased, Some(ada().id)));
        assert_eq!((audit.by.ip, audit.by.request_id.as_deref()), (None, Some("request-1")));
    }

    #[test]
    fn open_orders_hold_their_buyer() {
        let open = vec![OpenOrder { id: Uuid::from_u128(9).into(), number: 100_042 }];
        let ties = Ties { open_orders: open.clone(), ..free() };
        assert_eq!(erase(&ada(), ties), Err(ErasureError::OpenOrders(open)));
    }

    #[test]
    fn the_last_administrator_stays_and_every_other_may_go() {
        assert_eq!(erase(&root(), free()), Err(LastAdmin.into()));
        assert!(erase(&root(), Ties { another_admin: true, ..free() }).is_ok());
    }
}
