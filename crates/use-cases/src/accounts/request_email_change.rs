//! Somebody wants another address, or to prove the one that they have.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Email, MailedPurpose, MailedRequest, Password, attempts::Subject},
    actor::Actor,
};
use ports::{
    accounts::{MailedTokenStore, ProfileStore},
    clock::Clock,
    ids::IdGenerator,
    storage::{Cause, StorageError},
};

use super::{
    MailedTokens, PasswordProof, PasswordProofError, ThrottleError, TooManyAttempts,
    password_proof::Presented,
};
use crate::{RequestContext, audit::stamp};

/// What somebody who wants another address says.
#[derive(Debug, Clone)]
pub struct RequestEmailChangeCommand {
    /// The address from now on.
    pub email: Email,
    /// The account's password.
    pub current_password: Password,
}

/// Why no mail is sent.
#[derive(Debug, thiserror::Error)]
pub enum RequestEmailChangeError {
    /// The account was erased; its access tokens end within a second.
    #[error("the account does not exist any more")]
    Gone,
    /// The current password was not shown to be known.
    #[error(transparent)]
    Proof(#[from] PasswordProofError),
    /// Another account has the address.
    #[error("an account with this e-mail address exists")]
    EmailTaken,
    /// The account has asked for too many mails.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// No token could be made.
    #[error("no token could be made")]
    Tokens(#[source] Cause),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Sends mails by which an address is shown to be somebody's.
#[derive(Clone)]
pub struct RequestEmailChange {
    /// Keeps accounts.
    pub profiles: Arc<dyn ProfileStore>,
    /// Keeps the tokens.
    pub store: Arc<dyn MailedTokenStore>,
    /// Makes the tokens.
    pub tokens: MailedTokens,
    /// Compares the password, and bounds the mails.
    pub proof: PasswordProof,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl RequestEmailChange {
    /// Owes a mail to the new address; the account keeps its own until the token comes back. The old address is told. Whoever
    /// names the address that the account has, is sent another mail to verify it.
    ///
    /// # Errors
    /// [`RequestEmailChangeError`].
    pub async fn run(
        &self,
        caller: &Caller,
        command: RequestEmailChangeCommand,
        context: RequestContext,
    ) -> Result<(), RequestEmailChangeError> {
        let found = self.profiles.find_credentials(caller.user_id).await?;
        let account = found.ok_or(RequestEmailChangeError::Gone)?;
        self.proof.demand(&Presented::by_owner(&command.current_password, &account, &context)).await?;
        if let Some(throttle) = &self.proof.throttle {
            throttle.count(&[Subject::of_email_request(caller.user_id)]).await?;
        }
        let (user, to) = (&account.user, command.email);
        let purpose = user.prove(to.clone());
        if matches!(purpose, MailedPurpose::EmailChange { .. }) && self.store.is_taken(&to).await? {
            return Err(RequestEmailChangeError::EmailTaken);
        }
        let now = self.clock.now();
        let issued = self.tokens.issue(purpose, user.id, to, now);
        let (token, mail) = issued.map_err(RequestEmailChangeError::Tokens)?;
        let stamp = stamp(&*self.ids, Actor::User(user.id), &context, now);
        let request = MailedRequest::email(token, mail, user, self.ids.id(), stamp);
        Ok(self.store.commit_request(&request).await?)
    }
}

impl From<ThrottleError> for RequestEmailChangeError {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::TooMany(error) => Self::TooMany(error),
            ThrottleError::Storage(error) => Self::Storage(error),
        }
    }
}
