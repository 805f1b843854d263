//! Somebody edits their own account.

use std::sync::Arc;

use domain::{
    accounts::{Caller, ProfilePatch, User},
    version::{Precondition, VersionMismatch},
};
use ports::{
    accounts::{CommitEditError, ProfileStore},
    clock::Clock,
    ids::IdGenerator,
    storage::StorageError,
};

use crate::{RequestContext, settle::settle};

/// Why nothing was edited.
#[derive(Debug, thiserror::Error)]
pub enum EditProfileError {
    /// The account was erased; its access tokens end within a second.
    #[error("the account does not exist any more")]
    Gone,
    /// It is not the version that was to be edited.
    #[error(transparent)]
    Version(#[from] VersionMismatch),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Edits people's own accounts.
#[derive(Clone)]
pub struct EditProfile {
    /// Keeps accounts.
    pub profiles: Arc<dyn ProfileStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl EditProfile {
    /// The account with what the patch says; the same version of it when it is like that already.
    ///
    /// # Errors
    /// [`EditProfileError`].
    pub async fn run(
        &self,
        caller: &Caller,
        patch: ProfilePatch,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<User, EditProfileError> {
        settle(async || {
            let user = self.profiles.find(caller.user_id).await?.ok_or(EditProfileError::Gone)?;
            condition.check(user.version)?;
            let by = context.origination(caller, self.clock.now());
            let Some(edit) = user.edit(patch.clone(), self.ids.id(), by) else { return Ok(Some(user)) };
            match self.profiles.commit_profile_edit(&edit).await {
                Ok(()) => Ok(Some(edit.user)),
                Err(CommitEditError::Conflict) => Ok(None),
                Err(CommitEditError::Storage(error)) => Err(error.into()),
            }
        })
        .await
    }
}
