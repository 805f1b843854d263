//! The audit log: what happened to the security of accounts, for those who have to find out later.
//!
//! It is apart from the event log: it tells of refusals as well, and it alone keeps the network address.

use std::net::IpAddr;

use crate::{
    Instant,
    accounts::{Permission, Roles},
    actor::Actor,
    ids::{AuditId, SessionId, UserId},
};

/// One line of the audit log. It names people by their ids; its only personal part is the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Identity.
    pub id: AuditId,
    /// What happened.
    pub event: SecurityEvent,
    /// Who did it.
    pub actor: Actor,
    /// Whose account it is about, when it is anybody's.
    pub subject: Option<UserId>,
    /// Where it came from.
    pub by: Trace,
    /// When.
    pub at: Instant,
}

/// Everything of a line but what happened and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditStamp {
    /// The line's identity.
    pub id: AuditId,
    /// Who does it.
    pub actor: Actor,
    /// Where it comes from.
    pub by: Trace,
    /// When.
    pub at: Instant,
}

impl AuditStamp {
    /// The line that tells of `event`.
    #[must_use]
    pub fn entry(self, event: SecurityEvent, subject: Option<UserId>) -> AuditEntry {
        AuditEntry { id: self.id, event, actor: self.actor, subject, by: self.by, at: self.at }
    }
}

/// The request that something came with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The client's network address.
    pub ip: Option<IpAddr>,
    /// The request's id.
    pub request_id: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityEvent {
    /// Somebody made an account.
    Registered,
    /// Somebody logged in.
    LoggedIn {
        /// The new session.
        session: SessionId,
    },
    /// Somebody could not log in, or could not show that they know the password.
    PasswordRefused {
        /// Why.
        reason: PasswordRefusal,
    },
    /// A session was ended.
    SessionEnded {
        /// Which.
        session: SessionId,
        /// How.
        reason: SessionEnd,
    },
    /// Somebody may not do what they tried.
    Denied {
        /// What they lack.
        permission: Permission,
    },
    /// A person's roles are others now.
    RolesChanged {
        /// Those before.
        from: Roles,
        /// Those now.
        to: Roles,
    },
    /// A person has another password now, which they chose with the old one.
    PasswordChanged,
    /// Somebody asked for a mail to choose another password.
    PasswordResetRequested,
    /// A person has another password now, which they chose by mail.
    PasswordReset,
    /// A person wants another address.
    EmailChangeRequested,
    /// A person has another address.
    EmailChanged,
    /// A person has shown that the address is theirs.
    EmailVerified,
    /// A person has taken all that is held on them.
    Exported,
    /// A person's data was erased.
    Erased,
}

/// Why a password was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// It is another one.
    WrongPassword,
    /// Nobody has the address.
    UnknownAccount,
    /// There were too many attempts.
    TooManyAttempts,
}

/// How a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// Its owner logged out.
    LoggedOut,
    /// Its owner ended it from another one.
    Revoked,
    /// A refresh token of it was used twice: somebody may have stolen it (RFC 9700, section 4.14.2).
    TokenReused,
    /// The password was changed in another session.
    PasswordChanged,
    /// The password was reset by mail.
    PasswordReset,
    /// The account was erased.
    Erased,
}

impl SecurityEvent {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registered => "account.registered",
            Self::LoggedIn { .. } => "session.opened",
            Self::PasswordRefused { .. } => "password.refused",
            Self::SessionEnded { .. } => "session.ended",
            Self::Denied { .. } => "access.denied",
            Self::RolesChanged { .. } => "roles.changed",
            Self::PasswordChanged => "password.changed",
            Self::PasswordResetRequested => "password.reset_requested",
            Self::PasswordReset => "password.reset",
            Self::EmailChangeRequested => "email.change_requested",
            Self::EmailChanged => "email.changed",
            Self::EmailVerified => "email.verified",
            Self::Exported => "account.exported",
            Self::Erased => "account.erased",
        }
    }
}

impl PasswordRefusal {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::UnknownAccount => "unknown_account",
            Self::TooManyAttempts => "too_many_attempts",
        }
    }
}

impl SessionEnd {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::Revoked => "revoked",
            Self::TokenReused => "token_reused",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::Erased => "erased",
        }
    }
}
