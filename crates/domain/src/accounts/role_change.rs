//! Who is what in the shop is changed by administrators, and one of them always stays.

use super::{Role, Roles, User};
use crate::{
    actor::Origination,
    audit::{AuditEntry, AuditStamp, SecurityEvent},
    events::{Event, EventData},
    ids::EventId,
};

/// Somebody whose roles are to be changed, with what the decision needs to know of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHolder {
    /// Who.
    pub user: User,
    /// Whether somebody else is an administrator, too.
    pub another_admin: bool,
}

/// Decision: somebody has other roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange {
    /// The user with the new roles.
    pub user: User,
    /// The version that this was decided on.
    pub seen: i32,
    /// `user.roles_changed`.
    pub event: Event,
    /// `roles.changed`.
    pub audit: AuditEntry,
}

/// Nobody would be left who could give roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the last administrator stays one; make another one first")]
pub struct LastAdmin;

impl RoleHolder {
    /// Passes when the shop has an administrator without this one.
    ///
    /// # Errors
    /// [`LastAdmin`].
    pub fn may_go(&self) -> Result<(), LastAdmin> {
        if self.user.roles.contains(Role::Admin) && !self.another_admin { Err(LastAdmin) } else { Ok(()) }
    }

    /// Gives the person these roles instead of theirs; `None` when they have just these.
    ///
    /// # Errors
    /// [`LastAdmin`].
    pub fn assign(
        &self,
        roles: Roles,
        event_id: EventId,
        by: Origination,
        stamp: AuditStamp,
    ) -> Result<Option<RoleChange>, LastAdmin> {
        if roles == self.user.roles {
            return Ok(None);
        }
        if !roles.contains(Role::Admin) {
            self.may_go()?;
        }
        let tells = SecurityEvent::RolesChanged { from: self.user.roles.clone(), to: roles.clone() };
        let names = roles.iter().map(|role| role.name().to_owned()).collect();
        let user = User { roles, version: self.user.version.saturating_add(1), ..self.user.clone() };
        let data = EventData::UserRolesChanged { roles: names };
        let event = Event::new(event_id, user.id.uuid(), user.version, data, by);
        let audit = stamp.entry(tells, Some(user.id));
        Ok(Some(RoleChange { user, seen: self.user.version, event, audit }))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Instant, accounts::Email, actor::Actor, audit::Trace};

    fn holder(role: Role, another_admin: bool) -> RoleHolder {
        let now = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        let email = Email::parse("ada@example.com").unwrap();
        let user = User::register(Uuid::from_u128(1).into(), email, None, now);
        RoleHolder { user: User { roles: Roles::from_iter([role]), ..user }, another_admin }
    }

    fn assign(holder: &RoleHolder, roles: &[Role]) -> Result<Option<RoleChange>, LastAdmin> {
        let (actor, at) = (Actor::System, holder.user.created_at);
        let by = Origination { actor, request_id: None, at };
        let stamp = AuditStamp { id: Uuid::from_u128(3).into(), actor, by: Trace::default(), at };
        holder.assign(roles.iter().copied().collect(), Uuid::from_u128(2).into(), by, stamp)
    }

    #[test]
    fn roles_are_replaced_and_both_logs_say_so() {
        let holder = holder(Role::Support, false);
        let change = assign(&holder, &[Role::CatalogManager]).unwrap().unwrap();
        assert_eq!(change.user.roles, Roles::from_iter([Role::Customer, Role::CatalogManager]));
        assert_eq!((change.seen, change.user.version), (1, 2));
        let roles = vec!["customer".to_owned(), "catalog_manager".to_owned()];
        assert_eq!(change.event.data, EventData::UserRolesChanged { roles });
        let (from, to) = (holder.user.roles, change.user.roles);
        assert_eq!(change.audit.event, SecurityEvent::RolesChanged { from, to });
    }

    #[test]
    fn the_same_roles_are_no_change() {
        assert_eq!(assign(&holder(Role::Support, false), &[Role::Support]), Ok(None));
    }

    #[test]
    fn the_last_administrator_stays_one() {
        assert_eq!(assign(&holder(Role::Admin, false), &[Role::Support]), Err(LastAdmin));
        assert_eq!(holder(Role::Admin, false).may_go(), Err(LastAdmin));
        assert!(assign(&holder(Role::Admin, false), &[Role::Admin, Role::Support]).unwrap().is_some());
        assert!(assign(&holder(Role::Admin, true), &[]).unwrap().is_some());
        assert_eq!(holder(Role::Support, false).may_go(), Ok(()));
    }
}
