//! The audit log.

use std::net::IpAddr;

use async_trait::async_trait;
use domain::{
    Instant,
    actor::Actor,
    audit::AuditEntry,
    ids::{AuditId, UserId},
};

use crate::{
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Appends what belongs to no decision, such as a refusal. What a decision does to an account's security is part of
/// its commit.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends a line.
    async fn append(&self, entry: &AuditEntry) -> Result<(), StorageError>;
}

/// Which lines are wanted; newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// Those of this type.
    pub event: Option<String>,
    /// Those of what this one did.
    pub actor: Option<Actor>,
    /// Those about this account.
    pub subject: Option<UserId>,
    /// Which page.
    pub page: PageRequest,
}

/// A line as administrators see it: as it was stored, also by a release that knew other types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditView {
    /// Identity.
    pub id: AuditId,
    /// When.
    pub at: Instant,
    /// What happened.
    pub event: String,
    /// Who did it.
    pub actor: String,
    /// Whose account it is about, when it is anybody's.
    pub subject: Option<String>,
    /// Where it came from; gone once that person was erased.
    pub ip: Option<IpAddr>,
    /// The request's id.
    pub request_id: Option<String>,
    /// What more there is to say, as a JSON object.
    pub detail: String,
}

/// Shows the audit log.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditReader: Send + Sync {
    /// A page of the log. A page costs the same however deep it is.
    async fn list(&self, query: &AuditQuery) -> Result<Page<AuditView>, StorageError>;
}
