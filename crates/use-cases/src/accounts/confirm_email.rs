//! Somebody shows that an address is theirs, with a token that was mailed to it.

use std::sync::Arc;

use domain::{
    accounts::DeadMailedToken,
    actor::{Actor, Origination},
};
use ports::{
    accounts::{CommitEditError, CommitEmailError, MailedTokenStore},
    clock::Clock,
    ids::IdGenerator,
    security::SecretTokens,
    storage::StorageError,
};

use crate::{RequestContext, audit::stamp, settle::settle};

/// Why nothing is confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmEmailError {
    /// Nobody may act on the token.
    #[error(transparent)]
    Dead(#[from] DeadMailedToken),
    /// Another account has taken the address since the mail was asked for.
    #[error("an account with this e-mail address exists")]
    EmailTaken,
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Confirms addresses.
#[derive(Clone)]
pub struct ConfirmEmail {
    /// Keeps the tokens.
    pub store: Arc<dyn MailedTokenStore>,
    /// Digests tokens.
    pub secrets: Arc<dyn SecretTokens>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl ConfirmEmail {
    /// Makes the address that the token was mailed to the account's verified one; every other mailed token of the account is
    /// void.
    ///
    /// # Errors
    /// [`ConfirmEmailError`]; then the token is as good as it was.
    pub async fn run(&self, token: &str, context: RequestContext) -> Result<(), ConfirmEmailError> {
        let digest = self.secrets.digest(token);
        settle(async || {
            let presented = self.store.find(&digest).await?.ok_or(DeadMailedToken)?;
            let (now, actor) = (self.clock.now(), Actor::User(presented.user.id));
            let by = Origination { actor, request_id: context.request_id.clone(), at: now };
            let stamp = stamp(&*self.ids, actor, &context, now);
            let confirmation = presented.confirm_email(self.ids.id(), self.ids.id(), by, stamp)?;
            match self.store.commit_email_confirmation(&confirmation).await {
                Ok(()) => Ok(Some(())),
                Err(CommitEmailError::EmailTaken) => Err(ConfirmEmailError::EmailTaken),
                Err(CommitEmailError::Edit(CommitEditError::Conflict)) => Ok(None),
                Err(CommitEmailError::Edit(CommitEditError::Storage(error))) => Err(error.into()),
            }
        })
        .await
    }
}
