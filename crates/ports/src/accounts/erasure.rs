//! Storage of accounts that are erased.

use async_trait::async_trait;
use domain::{
    accounts::{Erasure, Ties},
    ids::UserId,
};

use super::{CommitEditError, Credentials};
use crate::storage::StorageError;

/// An account whose owner wants to leave, and what binds it; all of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The account.
    pub account: Credentials,
    /// What binds it.
    pub ties: Ties,
}

/// Erases people.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ErasureStore: Send + Sync {
    /// The account with what binds it, unless it was erased.
    async fn load(&self, id: UserId) -> Result<Option<Leaving>, StorageError>;

    /// Ends every session, takes what is personal out of every table, and stores the event and the line of the audit log.
    /// Orders stay, with what was bought and what it cost. This process refuses the person's access tokens from then on.
    ///
    /// [`CommitEditError::Conflict`] when the account was edited or got an open order since the decision was made, or
    /// when the other administrators are gone. What is stored for the person at the same moment is erased with
    /// everything else, or is refused.
    async fn commit_erasure(&self, erasure: &Erasure) -> Result<(), CommitEditError>;
}
