//! Somebody leaves for good.

use std::sync::Arc;

use domain::{
    accounts::{Caller, ErasureError, Password},
    actor::Actor,
    version::{Precondition, VersionMismatch},
};
use ports::{
    accounts::{CommitEditError, ErasureStore, Leaving},
    clock::Clock,
    ids::IdGenerator,
    storage::StorageError,
};

use super::{PasswordProof, PasswordProofError, password_proof::Presented};
use crate::{RequestContext, audit::stamp, settle::settle_costly};

/// Why the account stays.
#[derive(Debug, thiserror::Error)]
pub enum EraseAccountError {
    /// The account was erased already; its access tokens end within a second.
    #[error("the account does not exist any more")]
    Gone,
    /// The current password was not shown to be known.
    #[error(transparent)]
    Proof(#[from] PasswordProofError),
    /// It is not the version that was to be erased.
    #[error(transparent)]
    Version(#[from] VersionMismatch),
    /// Something still binds it.
    #[error(transparent)]
    Bound(#[from] ErasureError),
    /// It could not be erased.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Erases people's own accounts.
#[derive(Clone)]
pub struct EraseAccount {
    /// Erases accounts.
    pub erasures: Arc<dyn ErasureStore>,
    /// Compares passwords.
    pub proof: PasswordProof,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl EraseAccount {
    /// Erases the caller's account with everything personal, and ends all of its sessions. When it was edited, or got
    /// an order, meanwhile, the password is compared again and everything is decided again.
    ///
    /// # Errors
    /// [`EraseAccountError`]; then nothing is erased.
    pub async fn run(
        &self,
        caller: &Caller,
        password: Password,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<(), EraseAccountError> {
        settle_costly(async || {
            let found = self.erasures.load(caller.user_id).await?;
            let Leaving { account, ties } = found.ok_or(EraseAccountError::Gone)?;
            self.proof.demand(&Presented::by_owner(&password, &account, &context)).await?;
            condition.check(account.user.version)?;
            let now = self.clock.now();
            let by = context.origination(caller, now);
            let audit = stamp(&*self.ids, Actor::User(caller.user_id), &context, now);
            let erasure = account.user.erase(ties, self.ids.id(), by, audit)?;
            match self.erasures.commit_erasure(&erasure).await {
                Ok(()) => Ok(Some(())),
                Err(CommitEditError::Conflict) => Ok(None),
                Err(CommitEditError::Storage(error)) => Err(error.into()),
            }
        })
        .await
    }
}
