//! Staff looks at somebody's account.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission, User},
    ids::UserId,
};
use ports::{accounts::ProfileStore, storage::StorageError};

/// Why it is not shown.
#[derive(Debug, thiserror::Error)]
pub enum GetUserError {
    /// The caller has nothing to do with other people's accounts.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nobody has it, or it was erased.
    #[error("there is no such account")]
    NotFound,
    /// It could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Shows accounts to the staff.
#[derive(Clone)]
pub struct GetUser {
    /// Keeps accounts.
    pub profiles: Arc<dyn ProfileStore>,
}

impl GetUser {
    /// The account as it is now.
    ///
    /// # Errors
    /// [`GetUserError`].
    pub async fn run(&self, caller: &Caller, id: UserId) -> Result<User, GetUserError> {
        caller.require(Permission::UsersRead)?;
        self.profiles.find(id).await?.ok_or(GetUserError::NotFound)
    }
}
