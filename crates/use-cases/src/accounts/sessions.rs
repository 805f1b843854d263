//! Opening sessions: shared by everything that logs somebody in.

use std::sync::Arc;

use domain::{
    Instant,
    accounts::{Caller, OpenedSession, SessionLifetime, User},
};
use ports::{
    ids::IdGenerator,
    security::{AccessToken, AccessTokens, SecretTokens},
    storage::Cause,
};

use crate::RequestContext;

/// Somebody who has just logged in, with both tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct LoggedIn {
    /// Who.
    pub user: User,
    /// The access token.
    pub access: AccessToken,
    /// The refresh token; only its digest is kept.
    pub refresh_token: String,
}

/// Opens sessions.
#[derive(Clone)]
pub struct Sessions {
    /// Signs access tokens.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// Makes refresh tokens.
    pub secret_tokens: Arc<dyn SecretTokens>,
    /// Makes session ids.
    pub ids: Arc<dyn IdGenerator>,
    /// How long sessions last.
    pub lifetime: SessionLifetime,
}

impl Sessions {
    /// A session for `user`, not stored yet, and what its owner gets.
    pub(super) fn open(
        &self,
        user: User,
        context: &RequestContext,
        now: Instant,
    ) -> Result<(OpenedSession, LoggedIn), Cause> {
        let refresh = self.secret_tokens.generate()?;
        let session_id = self.ids.id();
        let origin = context.origin();
        let opened = OpenedSession::open(session_id, user.id, origin, refresh.digest, self.lifetime, now);
        let caller = Caller { user_id: user.id, session_id, roles: user.roles.clone() };
        let access = self.access_tokens.issue(&caller, now)?;
        Ok((opened, LoggedIn { user, access, refresh_token: refresh.secret }))
    }
}
