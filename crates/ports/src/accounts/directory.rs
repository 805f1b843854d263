//! Everybody who has an account, for the staff.

use async_trait::async_trait;
use domain::{
    accounts::{Email, Role, RoleChange, RoleHolder, User},
    ids::UserId,
};

use super::CommitEditError;
use crate::{
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Which accounts are wanted; the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserQuery {
    /// The one with this address.
    pub email: Option<Email>,
    /// Those with this role.
    pub role: Option<Role>,
    /// Which page.
    pub page: PageRequest,
}

/// Why roles were not stored. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitRoleChangeError {
    /// The other administrator has gone since the decision was made.
    #[error("no administrator would be left")]
    LastAdmin,
    /// It could not be stored otherwise.
    #[error(transparent)]
    Edit(#[from] CommitEditError),
}

impl From<StorageError> for CommitRoleChangeError {
    fn from(error: StorageError) -> Self {
        Self::Edit(error.into())
    }
}

/// Shows who has an account, and keeps who is what. Erased accounts are not in it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// A page of the accounts. A page costs the same however deep it is.
    async fn list(&self, query: &UserQuery) -> Result<Page<User>, StorageError>;

    /// The account, and whether another one is an administrator's.
    async fn load_role_holder(&self, id: UserId) -> Result<Option<RoleHolder>, StorageError>;

    /// Stores somebody's roles with the event and the line of the audit log. An administrator stays whatever else happens
    /// at the same moment. Access tokens in use have the new roles at once in this process.
    async fn commit_role_change(&self, change: &RoleChange) -> Result<(), CommitRoleChangeError>;
}
