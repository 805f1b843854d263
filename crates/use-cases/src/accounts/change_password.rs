//! Somebody chooses another password, and shows that they know the one before.

use std::sync::Arc;

use domain::{
    accounts::{Caller, NewPassword, Password, PasswordError, ReplacedPassword},
    actor::Actor,
};
use ports::{
    accounts::{CommitEditError, ProfileStore},
    clock::Clock,
    ids::IdGenerator,
    security::HashError,
    storage::StorageError,
};

use super::{PasswordProof, PasswordProofError, password_proof::Presented};
use crate::{RequestContext, audit::stamp, settle::settle_costly};

/// What somebody who wants another password says.
#[derive(Debug, Clone)]
pub struct ChangePasswordCommand {
    /// The password until now.
    pub current: Password,
    /// The one from now on.
    pub new: NewPassword,
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The account was erased; its access tokens end within a second.
    #[error("the account does not exist any more")]
    Gone,
    /// The current password was not shown to be known.
    #[error(transparent)]
    Proof(#[from] PasswordProofError),
    /// The new password does not suit the account.
    #[error(transparent)]
    Unsuitable(#[from] PasswordError),
    /// The new password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Changes passwords.
#[derive(Clone)]
pub struct ChangePassword {
    /// Keeps accounts.
    pub profiles: Arc<dyn ProfileStore>,
    /// Compares and hashes passwords.
    pub proof: PasswordProof,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl ChangePassword {
    /// Changes the password and ends every session but the caller's. When the account was edited meanwhile, the current
    /// password is compared again.
    ///
    /// # Errors
    /// [`ChangePasswordError`]; then the password is what it was.
    pub async fn run(
        &self,
        caller: &Caller,
        command: ChangePasswordCommand,
        context: RequestContext,
    ) -> Result<(), ChangePasswordError> {
        settle_costly(async || {
            let found = self.profiles.find_credentials(caller.user_id).await?;
            let account = found.ok_or(ChangePasswordError::Gone)?;
            self.proof.demand(&Presented::by_owner(&command.current, &account, &context)).await?;
            command.new.suits(&account.user.email)?;
            let password_hash = self.proof.hasher.hash(command.new.password()).await?;
            let now = self.clock.now();
            let new = ReplacedPassword {
                password_hash,
                event_id: self.ids.id(),
                mail_id: self.ids.id(),
                by: context.origination(caller, now),
                stamp: stamp(&*self.ids, Actor::User(caller.user_id), &context, now),
            };
            let change = account.user.change_password(new, caller.session_id);
            match self.profiles.commit_password_change(&change).await {
                Ok(()) => Ok(Some(())),
                Err(CommitEditError::Conflict) => Ok(None),
                Err(CommitEditError::Storage(error)) => Err(error.into()),
            }
        })
        .await
    }
}
