//! People with an account.

use super::{Email, MailedToken, OpenedSession, Role, Roles};
use crate::{
    Instant,
    actor::{Actor, Origination},
    audit::AuditEntry,
    events::{Event, EventData},
    ids::{EventId, UserId},
    mail::Mail,
    text::Name,
};

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// The address that the person logs in with.
    pub email: Email,
    /// How the person wants to be called.
    pub name: Option<Name>,
    /// What the person may do.
    pub roles: Roles,
    /// Whether the person has shown that the address is theirs.
    pub email_verified: bool,
    /// When the account was made.
    pub created_at: Instant,
    /// Counts edits.
    pub version: i32,
}

/// Decision: a new account, with the session that its owner is logged in by at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The new user.
    pub user: User,
    /// The hash of the password.
    pub password_hash: String,
    /// The first session.
    pub opened: OpenedSession,
    /// `user.registered`.
    pub event: Event,
    /// `account.registered`.
    pub audit: AuditEntry,
    /// The token by which the owner shows that the address is theirs.
    pub verification: MailedToken,
    /// The mail with it.
    pub mail: Mail,
}

/// Decision: a new administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminCreation {
    /// The administrator.
    pub user: User,
    /// The hash of the password.
    pub password_hash: String,
    /// `user.registered`.
    pub event: Event,
    /// `account.registered`.
    pub audit: AuditEntry,
}

impl User {
    /// A new customer.
    #[must_use]
    pub fn register(id: UserId, email: Email, name: Option<Name>, now: Instant) -> Self {
        Self { id, email, name, roles: Roles::customer(), email_verified: false, created_at: now, version: 1 }
    }

    /// A new administrator, whose address whoever runs the server vouches for.
    #[must_use]
    pub fn administrator(id: UserId, email: Email, now: Instant) -> Self {
        let roles = Roles::from_iter([Role::Admin]);
        Self { roles, email_verified: true, ..Self::register(id, email, None, now) }
    }

    /// The event of this account's making, which holds nothing personal.
    #[must_use]
    pub fn registered(&self, event_id: EventId, actor: Actor, request_id: Option<String>) -> Event {
        let origination = Origination { actor, request_id, at: self.created_at };
        let roles = self.roles.iter().map(|role| role.name().to_owned()).collect();
        Event::new(event_id, self.id.uuid(), self.version, EventData::UserRegistered { roles }, origination)
    }
}
