//! Storage of accounts and log-ins.

mod directory;
mod erasure;
mod mailed;
pub mod personal_data;
mod profile;

use async_trait::async_trait;
use domain::{
    Instant,
    accounts::{
        AdminCreation, Email, LogIn, PresentedToken, Registration, Session, SessionEnding, SessionRefresh,
        User,
    },
    ids::{SessionId, UserId},
};

use crate::{
    pagination::{Page, PageRequest},
    storage::StorageError,
};

pub use directory::{CommitRoleChangeError, UserDirectory, UserQuery};
pub use erasure::{ErasureStore, Leaving};
pub use mailed::{CommitEmailError, MailedTokenStore};
pub use personal_data::{PersonalData, PersonalDataReader};
pub use profile::{CommitEditError, ProfileStore};
#[cfg(feature = "mocks")]
pub use {
    directory::MockUserDirectory, erasure::MockErasureStore, mailed::MockMailedTokenStore,
    personal_data::MockPersonalDataReader, profile::MockProfileStore,
};

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

/// Why nobody was logged in. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitLogInError {
    /// The account was edited, or erased, since its password was compared: it may have another one.
    #[error("the account is not as it was")]
    Conflict,
    /// The session could not be stored.
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
    /// [`CommitLogInError::Conflict`] when the account is not as it was when the password was compared.
    async fn commit_log_in(&self, log_in: &LogIn) -> Result<(), CommitLogInError>;
}

/// A session that goes on, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// When its tokens were last renewed.
    pub last_used_at: Instant,
}

/// Why a refresh token was not exchanged. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitRefreshError {
    /// It was used, or its session was ended, since the decision was made. Loading again tells which.
    #[error("the refresh token is not as it was")]
    Conflict,
    /// The exchange could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps sessions that go on.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The refresh token with this digest, used or not, with its session and its owner as they are now.
    async fn find_refresh_token(&self, digest: &[u8; 32]) -> Result<Option<PresentedToken>, StorageError>;

    /// Exchanges a refresh token for the next one; exactly one of those who use it at the same moment succeeds.
    async fn commit_refresh(&self, refresh: &SessionRefresh) -> Result<(), CommitRefreshError>;

    /// Ends a session and its tokens, and appends its line to the audit log; false, and nothing is appended, when it
    /// was ended already. This process refuses the session's access tokens from then on.
    async fn commit_ending(&self, ending: &SessionEnding) -> Result<bool, StorageError>;

    /// The session, if it goes on: it was not ended, it has not lasted too long, and its refresh token is not too old.
    async fn find(&self, id: SessionId) -> Result<Option<SessionView>, StorageError>;

    /// A page of the sessions of `owner` that go on, the newest first.
    async fn list(&self, owner: UserId, page: PageRequest) -> Result<Page<SessionView>, StorageError>;
}
