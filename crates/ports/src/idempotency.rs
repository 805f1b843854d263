//! Answers that were given before.

use async_trait::async_trait;
use domain::{
    idempotency::{IdempotencyKey, IdempotencyRecord},
    ids::UserId,
};

use crate::storage::StorageError;

/// Why a call with an idempotency key was not committed: another one with the same key was there first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyConflict {
    /// It has been recorded meanwhile, and can be found now.
    #[error("the idempotency key has just been used")]
    Taken,
    /// It is still running.
    #[error("the call with this idempotency key is still running")]
    InProgress,
}

/// Finds the answers that were recorded with the effects of earlier calls. Recording them is part of each commit, which
/// seals those that hold a secret.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait IdempotencyReader: Send + Sync {
    /// What `caller` got for `key`, unless that is past its time; an answer that was kept sealed is given in clear.
    async fn find(
        &self,
        caller: UserId,
        key: &IdempotencyKey,
    ) -> Result<Option<IdempotencyRecord>, StorageError>;
}
