//! Storage of accounts and log-ins.

use async_trait::async_trait;
use domain::accounts::{AdminCreation, Email, LogIn, Registration, User};

use crate::storage::StorageError;

/// A user with what logging in needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: User,
    /// The hash of the password.
    pub password_hash: String,
}

/// Why an account was not stored.
#[derive(Debug, thiserror::Error)]
pub enum CommitAccountError {
    /// Another account has the address.
    #[error("an account with this e-mail address exists")]
    EmailTaken,
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps accounts and their sessions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserStore: Send + Sync {
    /// The account with this address, unless it was erased.
    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StorageError>;

    /// Stores a new account with its first session and event. [`CommitAccountError::EmailTaken`] when the address has
    /// an account, also when that was made at the same moment.
    async fn commit_registration(&self, registration: &Registration) -> Result<(), CommitAccountError>;

    /// Stores a new administrator with its event; without a session.
    async fn commit_admin_creation(&self, creation: &AdminCreation) -> Result<(), CommitAccountError>;

    /// Stores a new session, and the new password hash when there is one.
    async fn commit_log_in(&self, log_in: &LogIn) -> Result<(), StorageError>;
}
