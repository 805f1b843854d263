//! Staff looks for somebody's account.

use std::sync::Arc;

use domain::accounts::{Caller, Email, Forbidden, Permission, Role, User};
use ports::{
    accounts::{UserDirectory, UserQuery},
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Which accounts somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// The one with this address.
    pub email: Option<Email>,
    /// Those with this role.
    pub role: Option<Role>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListUsersError {
    /// The caller has nothing to do with other people's accounts.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lists accounts, the newest first.
#[derive(Clone)]
pub struct ListUsers {
    /// Shows accounts.
    pub directory: Arc<dyn UserDirectory>,
}

impl ListUsers {
    /// A page of the accounts.
    ///
    /// # Errors
    /// [`ListUsersError`].
    pub async fn run(
        &self,
        caller: &Caller,
        filter: UserFilter,
        page: PageRequest,
    ) -> Result<Page<User>, ListUsersError> {
        caller.require(Permission::UsersRead)?;
        let UserFilter { email, role } = filter;
        Ok(self.directory.list(&UserQuery { email, role, page }).await?)
    }
}
