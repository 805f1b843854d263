//! An administrator says what somebody is in the shop.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, LastAdmin, Permission, Roles, User},
    actor::Actor,
    ids::UserId,
    version::{Precondition, VersionMismatch},
};
use ports::{
    accounts::{CommitEditError, CommitRoleChangeError, UserDirectory},
    clock::Clock,
    ids::IdGenerator,
    storage::StorageError,
};

use crate::{RequestContext, audit::stamp, settle::settle};

/// Why the roles stay.
#[derive(Debug, thiserror::Error)]
pub enum AssignRolesError {
    /// The caller may not give roles.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nobody has the account, or it was erased.
    #[error("there is no such account")]
    NotFound,
    /// It is not the version that was to be changed.
    #[error(transparent)]
    Version(#[from] VersionMismatch),
    /// Nobody would be left who could give roles.
    #[error(transparent)]
    LastAdmin(#[from] LastAdmin),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Gives roles and takes them.
#[derive(Clone)]
pub struct AssignRoles {
    /// Keeps who is what.
    pub directory: Arc<dyn UserDirectory>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl AssignRoles {
    /// The user with just these roles, besides `customer`, which everybody is.
    ///
    /// # Errors
    /// [`AssignRolesError`].
    pub async fn run(
        &self,
        caller: &Caller,
        id: UserId,
        roles: Roles,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<User, AssignRolesError> {
        caller.require(Permission::UsersWrite)?;
        settle(async || {
            let found = self.directory.load_role_holder(id).await?;
            let holder = found.ok_or(AssignRolesError::NotFound)?;
            condition.check(holder.user.version)?;
            let now = self.clock.now();
            let by = context.origination(caller, now);
            let stamp = stamp(&*self.ids, Actor::User(caller.user_id), &context, now);
            let Some(change) = holder.assign(roles.clone(), self.ids.id(), by, stamp)? else {
                return Ok(Some(holder.user));
            };
            match self.directory.commit_role_change(&change).await {
                Ok(()) => Ok(Some(change.user)),
                Err(CommitRoleChangeError::LastAdmin) => Err(LastAdmin.into()),
                Err(CommitRoleChangeError::Edit(CommitEditError::Conflict)) => Ok(None),
                Err(CommitRoleChangeError::Edit(CommitEditError::Storage(error))) => Err(error.into()),
            }
        })
        .await
    }
}
