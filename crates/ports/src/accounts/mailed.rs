//! Storage of tokens that are mailed, and of what they were used for.

use async_trait::async_trait;
use domain::accounts::{Email, EmailConfirmation, MailedRequest, PresentedMail};

use super::CommitEditError;
use crate::storage::StorageError;

/// Why an address was not confirmed. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitEmailError {
    /// Another account has the address by now.
    #[error("an account with this e-mail address exists")]
    EmailTaken,
    /// The account was edited since the decision was made, by using this token perhaps. Loading again tells.
    #[error(transparent)]
    Edit(#[from] CommitEditError),
}

impl From<StorageError> for CommitEmailError {
    fn from(error: StorageError) -> Self {
        Self::Edit(error.into())
    }
}

/// Keeps tokens that are mailed.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait MailedTokenStore: Send + Sync {
    /// The token with this digest, used or not, with its owner as they are now.
    async fn find(&self, digest: &[u8; 32]) -> Result<Option<PresentedMail>, StorageError>;

    /// Whether an account has this address.
    async fn is_taken(&self, email: &Email) -> Result<bool, StorageError>;

    /// Stores the request's line of the audit log, and its token and its mails if its user exists. Both take the same time.
    async fn commit_request(&self, request: &MailedRequest) -> Result<(), StorageError>;

    /// Stores a confirmed address with its event, its line of the audit log and its mail, and voids every other token that
    /// was mailed for this account: it went to the address before, or is for another one.
    async fn commit_email_confirmation(
        &self,
        confirmation: &EmailConfirmation,
    ) -> Result<(), CommitEmailError>;
}
