//! Somebody has forgotten their password, or says so.

use std::sync::Arc;

use domain::{
    accounts::{Email, MailedPurpose, MailedRequest, attempts::Subject},
    actor::Actor,
};
use ports::{
    accounts::{MailedTokenStore, UserStore},
    clock::Clock,
    ids::IdGenerator,
    storage::{Cause, StorageError},
};

use super::{MailedTokens, Throttle, ThrottleError, TooManyAttempts};
use crate::{RequestContext, audit::stamp};

/// Why nothing was done. Nobody is told whether the account exists.
#[derive(Debug, thiserror::Error)]
pub enum RequestPasswordResetError {
    /// Too many were asked for from this address.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// No token could be made.
    #[error("no token could be made")]
    Tokens(#[source] Cause),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Sends mails by which a password can be chosen.
#[derive(Clone)]
pub struct RequestPasswordReset {
    /// Finds accounts.
    pub users: Arc<dyn UserStore>,
    /// Keeps the tokens.
    pub store: Arc<dyn MailedTokenStore>,
    /// Makes the tokens.
    pub tokens: MailedTokens,
    /// Bounds the mails; `None` for no bounds.
    pub throttle: Option<Throttle>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl RequestPasswordReset {
    /// Owes the account's owner a mail, if there is such an account and its letter box is not being filled. Whether it is
    /// so, can't be told from the answer, nor from how long it takes.
    ///
    /// # Errors
    /// [`RequestPasswordResetError`].
    pub async fn run(&self, email: Email, context: RequestContext) -> Result<(), RequestPasswordResetError> {
        if let Some(throttle) = &self.throttle {
            throttle.count(&Subject::of_reset_from(context.ip)).await?;
        }
        let full = self.is_full(&email).await?;
        let found = self.users.find_credentials(&email).await?;
        let known = found.map(|found| found.user).filter(|_| !full);
        // The mail goes to the address that is stored; when there is none, it is not stored either.
        let to = known.as_ref().map_or(email, |user| user.email.clone());
        let addressee = known.as_ref().map_or_else(|| self.ids.id(), |user| user.id);
        let now = self.clock.now();
        let issued = self.tokens.issue(MailedPurpose::PasswordReset, addressee, to, now);
        let (token, mail) = issued.map_err(RequestPasswordResetError::Tokens)?;
        let stamp = stamp(&*self.ids, Actor::Guest, &context, now);
        let request = MailedRequest::reset(token, mail, known.as_ref(), stamp);
        Ok(self.store.commit_request(&request).await?)
    }

    /// Counts the mail, and says whether there were too many to this account.
    async fn is_full(&self, account: &Email) -> Result<bool, StorageError> {
        let Some(throttle) = &self.throttle else { return Ok(false) };
        match throttle.count(&[Subject::of_reset_to(account)]).await {
            Ok(()) => Ok(false),
            Err(ThrottleError::TooMany(_)) => Ok(true),
            Err(ThrottleError::Storage(error)) => Err(error),
        }
    }
}

impl From<ThrottleError> for RequestPasswordResetError {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::TooMany(error) => Self::TooMany(error),
            ThrottleError::Storage(error) => Self::Storage(error),
        }
    }
}
