//! Somebody looks where they are logged in.

use std::sync::Arc;

use domain::accounts::Caller;
use ports::{
    accounts::{SessionStore, SessionView},
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Lists the caller's sessions, newest first.
#[derive(Clone)]
pub struct ListSessions {
    /// Keeps sessions.
    pub store: Arc<dyn SessionStore>,
}

impl ListSessions {
    /// A page of the caller's sessions that go on.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(&self, caller: &Caller, page: PageRequest) -> Result<Page<SessionView>, StorageError> {
        self.store.list(caller.user_id, page).await
    }
}
