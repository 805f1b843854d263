//! Somebody chooses another password with a token that was mailed to them.

use std::sync::Arc;

use domain::{
    accounts::{DeadMailedToken, NewPassword, PasswordError, ReplacedPassword},
    actor::{Actor, Origination},
};
use ports::{
    accounts::{CommitEditError, MailedTokenStore, ProfileStore},
    clock::Clock,
    ids::IdGenerator,
    security::{HashError, PasswordHasher, SecretTokens},
    storage::StorageError,
};

use crate::{RequestContext, audit::stamp, settle::settle_costly};

/// What somebody says who has a token.
#[derive(Clone)]
pub struct ResetPasswordCommand {
    /// The token.
    pub token: String,
    /// The password from now on.
    pub new: NewPassword,
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// Nobody may act on the token.
    #[error(transparent)]
    Dead(#[from] DeadMailedToken),
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

/// Replaces forgotten passwords.
#[derive(Clone)]
pub struct ResetPassword {
    /// Keeps the tokens.
    pub store: Arc<dyn MailedTokenStore>,
    /// Keeps accounts.
    pub profiles: Arc<dyn ProfileStore>,
    /// Digests tokens.
    pub secrets: Arc<dyn SecretTokens>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl ResetPassword {
    /// Replaces the password; every session ends, and every other token for a password is void.
    ///
    /// # Errors
    /// [`ResetPasswordError`]; then the token is as good as it was.
    pub async fn run(
        &self,
        command: ResetPasswordCommand,
        context: RequestContext,
    ) -> Result<(), ResetPasswordError> {
        let digest = self.secrets.digest(&command.token);
        settle_costly(async || {
            let presented = self.store.find(&digest).await?.ok_or(DeadMailedToken)?;
            presented.check(self.clock.now())?;
            command.new.suits(&presented.user.email)?;
            let password_hash = self.hasher.hash(command.new.password()).await?;
            let (now, actor) = (self.clock.now(), Actor::User(presented.user.id));
            let reset = presented.reset_password(ReplacedPassword {
                password_hash,
                event_id: self.ids.id(),
                mail_id: self.ids.id(),
                by: Origination { actor, request_id: context.request_id.clone(), at: now },
                stamp: stamp(&*self.ids, actor, &context, now),
            })?;
            match self.profiles.commit_password_change(&reset).await {
                Ok(()) => Ok(Some(())),
                Err(CommitEditError::Conflict) => Ok(None),
                Err(CommitEditError::Storage(error)) => Err(error.into()),
            }
        })
        .await
    }
}
