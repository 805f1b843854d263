//! Somebody goes on with a session: a refresh token is exchanged for a new pair of tokens.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    accounts::{Caller, PresentedToken, SessionEnding, Verdict},
    actor::Actor,
    audit::SessionEnd,
};
use ports::{
    accounts::{CommitRefreshError, SessionStore},
    clock::Clock,
    ids::IdGenerator,
    security::AccessToken,
    storage::{Cause, StorageError},
};

use super::Sessions;
use crate::{RequestContext, audit::stamp};

/// How often an exchange is decided anew when the token has changed in between.
const ATTEMPTS: u32 = 3;

/// A new pair of tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// The access token.
    pub access: AccessToken,
    /// The refresh token; only its digest is kept.
    pub refresh_token: String,
}

/// Why there is no new pair.
#[derive(Debug, thiserror::Error)]
pub enum RefreshSessionError {
    /// The token was exchanged a moment ago; whoever did it has the new pair.
    #[error("the refresh token was exchanged a moment ago")]
    Superseded,
    /// The token was exchanged a while ago; its session has been ended, since somebody may have stolen it.
    #[error("the refresh token was used before; its session has been ended")]
    Reused,
    /// Nobody has this token, or it is too old, or its session was ended.
    #[error("the refresh token is not valid any more")]
    Dead,
    /// No tokens could be made.
    #[error("no tokens could be made")]
    Tokens(#[source] Cause),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Exchanges refresh tokens.
#[derive(Clone)]
pub struct RefreshSession {
    /// Keeps sessions.
    pub store: Arc<dyn SessionStore>,
    /// Makes tokens.
    pub sessions: Sessions,
    /// How long a token that was used may come again without alarm.
    pub grace: Duration,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl RefreshSession {
    /// A new pair, whose access token has the roles that its owner has now.
    ///
    /// # Errors
    /// [`RefreshSessionError`]. Of those who present one token at the same moment, all but one are refused.
    pub async fn run(
        &self,
        refresh_token: &str,
        context: RequestContext,
    ) -> Result<TokenPair, RefreshSessionError> {
        let digest = self.sessions.secret_tokens.digest(refresh_token);
        for _ in 0..ATTEMPTS {
            let found = self.store.find_refresh_token(&digest).await?;
            let presented = found.ok_or(RefreshSessionError::Dead)?;
            match presented.judge(self.grace, self.clock.now()) {
                Verdict::Exchange => match self.exchange(&presented).await {
                    Err(ExchangeError::Commit(CommitRefreshError::Conflict)) => {}
                    Err(ExchangeError::Commit(CommitRefreshError::Storage(error))) => {
                        return Err(error.into());
                    }
                    Err(ExchangeError::Tokens(cause)) => return Err(RefreshSessionError::Tokens(cause)),
                    Ok(pair) => return Ok(pair),
                },
                Verdict::Superseded => return Err(RefreshSessionError::Superseded),
                Verdict::Expired | Verdict::Ended => return Err(RefreshSessionError::Dead),
                Verdict::Reused => {
                    self.end(&presented, context).await?;
                    return Err(RefreshSessionError::Reused);
                }
            }
        }
        Err(RefreshSessionError::Superseded)
    }

    async fn exchange(&self, presented: &PresentedToken) -> Result<TokenPair, ExchangeError> {
        let now = self.clock.now();
        let user = &presented.user;
        let caller = Caller { user_id: user.id, session_id: presented.session_id, roles: user.roles.clone() };
        let next = self.sessions.secret_tokens.generate().map_err(ExchangeError::Tokens)?;
        let access = self.sessions.access_tokens.issue(&caller, now).map_err(ExchangeError::Tokens)?;
        let refresh = presented.exchange(next.digest, self.sessions.lifetime, now);
        self.store.commit_refresh(&refresh).await.map_err(ExchangeError::Commit)?;
        Ok(TokenPair { access, refresh_token: next.secret })
    }

    /// Ends the session of a token that somebody else has as well. It is committed although the call is refused.
    async fn end(&self, presented: &PresentedToken, context: RequestContext) -> Result<(), StorageError> {
        let by = stamp(&*self.ids, Actor::Guest, &context, self.clock.now());
        let owner = presented.user.id;
        let ending = SessionEnding::new(presented.session_id, owner, SessionEnd::TokenReused, by);
        self.store.commit_ending(&ending).await.map(drop)
    }
}

/// Why an exchange did not take place.
enum ExchangeError {
    Tokens(Cause),
    Commit(CommitRefreshError),
}
