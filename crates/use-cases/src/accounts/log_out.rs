//! Somebody logs out.

use std::sync::Arc;

use domain::{accounts::SessionEnding, actor::Actor, audit::SessionEnd};
use ports::{
    accounts::SessionStore, clock::Clock, ids::IdGenerator, security::SecretTokens, storage::StorageError,
};

use crate::{RequestContext, audit::stamp};

/// Ends the session of a refresh token.
#[derive(Clone)]
pub struct LogOut {
    /// Keeps sessions.
    pub store: Arc<dyn SessionStore>,
    /// Knows the digests of tokens.
    pub secret_tokens: Arc<dyn SecretTokens>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl LogOut {
    /// Ends the session that the token belongs to, however old the token is. A token that nobody has, or whose session
    /// was ended already, changes nothing: whoever wants to be logged out is.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(&self, refresh_token: &str, context: RequestContext) -> Result<(), StorageError> {
        let digest = self.secret_tokens.digest(refresh_token);
        let Some(presented) = self.store.find_refresh_token(&digest).await? else { return Ok(()) };
        if presented.session_ended {
            return Ok(());
        }
        let owner = presented.user.id;
        let by = stamp(&*self.ids, Actor::User(owner), &context, self.clock.now());
        let ending = SessionEnding::new(presented.session_id, owner, SessionEnd::LoggedOut, by);
        self.store.commit_ending(&ending).await.map(drop)
    }
}
