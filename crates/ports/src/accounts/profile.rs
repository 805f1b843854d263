//! Storage of what people change about an account.

use async_trait::async_trait;
use domain::{
    accounts::{PasswordChange, ProfileEdit, User},
    ids::UserId,
};

use super::Credentials;
use crate::storage::StorageError;

/// Why an edit was not stored. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitEditError {
    /// The account was edited, or erased, since the decision was made. Loading again tells which.
    #[error("the account is not as it was")]
    Conflict,
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps what people change about an account.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// The account, unless it was erased.
    async fn find(&self, id: UserId) -> Result<Option<User>, StorageError>;

    /// The account with its password's hash, unless it was erased.
    async fn find_credentials(&self, id: UserId) -> Result<Option<Credentials>, StorageError>;

    /// Stores an edited profile with its event.
    async fn commit_profile_edit(&self, edit: &ProfileEdit) -> Result<(), CommitEditError>;

    /// Stores a new password with its event and its line of the audit log, ends the sessions that do not go on, and
    /// voids the mails by which a password could have been chosen. This process refuses the access tokens of the ended
    /// sessions from then on.
    async fn commit_password_change(&self, change: &PasswordChange) -> Result<(), CommitEditError>;
}
