//! The audit log.

use async_trait::async_trait;
use domain::audit::AuditEntry;

use crate::storage::StorageError;

/// Appends what belongs to no decision, such as a refusal. What a decision does to an account's security is part of
/// its commit.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends a line.
    async fn append(&self, entry: &AuditEntry) -> Result<(), StorageError>;
}
