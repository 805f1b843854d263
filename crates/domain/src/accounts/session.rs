//! Log-ins: a session is one family of refresh tokens.

use std::net::IpAddr;

use chrono::Duration;

use super::User;
use crate::{
    Instant,
    audit::{AuditEntry, AuditStamp, SecurityEvent, SessionEnd},
    ids::{SessionId, UserId},
};

/// How long log-ins last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetime {
    /// How long a refresh token waits to be used.
    pub idle: Duration,
    /// How long a session may go on, however often it is refreshed.
    pub absolute: Duration,
}

/// One log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The family's id, `sid` in its access tokens.
    pub id: SessionId,
    /// Whose log-in it is.
    pub user_id: UserId,
    /// When the person logged in.
    pub created_at: Instant,
    /// When the session ends, whatever happens.
    pub expires_at: Instant,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The address that the log-in came from.
    pub ip: Option<IpAddr>,
}

/// A session with its first refresh token, of which only the digest is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedSession {
    /// The session.
    pub session: Session,
    /// The digest of the refresh token (SHA-256 or a keyed one).
    pub refresh_digest: [u8; 32],
    /// When the refresh token is too old to be used.
    pub refresh_expires_at: Instant,
}

/// Decision: somebody has logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIn {
    /// Who.
    pub user: User,
    /// The new session.
    pub opened: OpenedSession,
    /// The password's hash at today's cost, when the stored one is cheaper.
    pub rehashed: Option<String>,
    /// `session.opened`.
    pub audit: AuditEntry,
}

/// Decision: a session ends before its time, with all its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEnding {
    /// Which.
    pub session_id: SessionId,
    /// How.
    pub reason: SessionEnd,
    /// `session.ended`.
    pub audit: AuditEntry,
}

impl SessionEnding {
    /// Ends a session of `owner`.
    #[must_use]
    pub fn new(session_id: SessionId, owner: UserId, reason: SessionEnd, by: AuditStamp) -> Self {
        let event = SecurityEvent::SessionEnded { session: session_id, reason };
        Self { session_id, reason, audit: by.entry(event, Some(owner)) }
    }
}

impl OpenedSession {
    /// Opens a session at `now`; its refresh token never outlives it.
    #[must_use]
    pub fn open(
        id: SessionId,
        user_id: UserId,
        origin: Origin,
        refresh_digest: [u8; 32],
        lifetime: SessionLifetime,
        now: Instant,
    ) -> Self {
        let expires_at = now + lifetime.absolute;
        let session = Session {
            id,
            user_id,
            created_at: now,
            expires_at,
            user_agent: origin.user_agent,
            ip: origin.ip,
        };
        Self { session, refresh_digest, refresh_expires_at: expires_at.min(now + lifetime.idle) }
    }
}

/// Where a log-in comes from, to be shown to its owner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// Its network address.
    pub ip: Option<IpAddr>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_never_outlives_its_session() {
        let now = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        let lifetime = SessionLifetime { idle: Duration::days(30), absolute: Duration::days(7) };
        let id = SessionId::from(uuid::Uuid::nil());
        let user = UserId::from(uuid::Uuid::nil());
        let opened = OpenedSession::open(id, user, Origin::default(), [0; 32], lifetime, now);
        assert_eq!(opened.refresh_expires_at, now + Duration::days(7));
    }
}
