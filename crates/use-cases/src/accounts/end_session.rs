//! Somebody ends one of their sessions, on a lost telephone perhaps.

use std::sync::Arc;

use domain::{
    accounts::{Caller, SessionEnding},
    actor::Actor,
    audit::SessionEnd,
    ids::SessionId,
};
use ports::{accounts::SessionStore, clock::Clock, ids::IdGenerator, storage::StorageError};

use crate::{RequestContext, audit::stamp};

/// Why no session was ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    /// There is no such session any more, or it is somebody else's: nobody is told which.
    #[error("there is no such session")]
    NotFound,
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Ends sessions of the caller.
#[derive(Clone)]
pub struct EndSession {
    /// Keeps sessions.
    pub store: Arc<dyn SessionStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl EndSession {
    /// Ends the session, with all its tokens; it may be the one that asks.
    ///
    /// # Errors
    /// [`EndSessionError`].
    pub async fn run(
        &self,
        caller: &Caller,
        id: SessionId,
        context: RequestContext,
    ) -> Result<(), EndSessionError> {
        let found = self.store.find(id).await?;
        if found.is_none_or(|found| found.session.user_id != caller.user_id) {
            return Err(EndSessionError::NotFound);
        }
        let by = stamp(&*self.ids, Actor::User(caller.user_id), &context, self.clock.now());
        let ending = SessionEnding::new(id, caller.user_id, SessionEnd::Revoked, by);
        if self.store.commit_ending(&ending).await? { Ok(()) } else { Err(EndSessionError::NotFound) }
    }
}
