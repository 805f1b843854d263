//! An administrator looks through the audit log.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    actor::Actor,
    ids::UserId,
};
use ports::{
    audit::{AuditQuery, AuditReader, AuditView},
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Which lines somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those of this type.
    pub event: Option<String>,
    /// Those of what this one did.
    pub actor: Option<Actor>,
    /// Those about this account.
    pub subject: Option<UserId>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListAuditLogError {
    /// The log is for administrators.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lists the audit log, newest first.
#[derive(Clone)]
pub struct ListAuditLog {
    /// Shows the audit log.
    pub log: Arc<dyn AuditReader>,
}

impl ListAuditLog {
    /// A page of the log.
    ///
    /// # Errors
    /// [`ListAuditLogError`].
    pub async fn run(
        &self,
        caller: &Caller,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditView>, ListAuditLogError> {
        caller.require(Permission::AuditRead)?;
        let AuditFilter { event, actor, subject } = filter;
        Ok(self.log.list(&AuditQuery { event, actor, subject, page }).await?)
    }
}
