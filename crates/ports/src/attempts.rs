//! Attempts that are counted, for all servers together.

use async_trait::async_trait;
use domain::accounts::attempts::{History, Scope};

use crate::storage::StorageError;

/// Whose attempts, as they are stored: the digest of a `domain::accounts::attempts::Subject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectKey {
    /// What is counted.
    pub scope: Scope,
    /// The keyed digest of the subject.
    pub digest: [u8; 32],
}

/// Counts attempts.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Attempts: Send + Sync {
    /// The latest attempts of each of these that has any.
    async fn load(&self, subjects: &[SubjectKey]) -> Result<Vec<History>, StorageError>;

    /// Counts one attempt of each of these, now, and gives their latest attempts with this one last. Attempts at the
    /// same moment are counted one after another, also by different servers. It stays, whatever becomes of the call.
    async fn count(&self, subjects: &[SubjectKey]) -> Result<Vec<History>, StorageError>;
}
