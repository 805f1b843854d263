//! Somebody looks at their own account.

use std::sync::Arc;

use domain::accounts::{Caller, User};
use ports::{accounts::ProfileStore, storage::StorageError};

/// Why it is not shown.
#[derive(Debug, thiserror::Error)]
pub enum GetProfileError {
    /// The account was erased; its access tokens end within a second.
    #[error("the account does not exist any more")]
    Gone,
    /// It could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Shows people their own account.
#[derive(Clone)]
pub struct GetProfile {
    /// Keeps accounts.
    pub profiles: Arc<dyn ProfileStore>,
}

impl GetProfile {
    /// The caller's account as it is now.
    ///
    /// # Errors
    /// [`GetProfileError`].
    pub async fn run(&self, caller: &Caller) -> Result<User, GetProfileError> {
        self.profiles.find(caller.user_id).await?.ok_or(GetProfileError::Gone)
    }
}
