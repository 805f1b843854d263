//! Somebody makes an account, and is logged in at once.

use std::sync::Arc;

use domain::{
    accounts::{Email, MailedPurpose, NewPassword, Registration, User, attempts::Subject},
    actor::Actor,
    audit::SecurityEvent,
    text::Name,
};
use ports::{
    accounts::{CommitAccountError, UserStore},
    clock::Clock,
    ids::IdGenerator,
    security::{HashError, PasswordHasher},
    storage::{Cause, StorageError},
};

use super::{LoggedIn, MailedTokens, Sessions, Throttle, ThrottleError, TooManyAttempts};
use crate::{RequestContext, audit::stamp};

/// What somebody who wants an account says.
#[derive(Debug, Clone)]
pub struct RegisterCommand {
    /// The address to log in with.
    pub email: Email,
    /// The password.
    pub password: NewPassword,
    /// How the person wants to be called.
    pub name: Option<Name>,
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The address has one.
    #[error("an account with this e-mail address exists")]
    EmailTaken,
    /// Too many tried from this address.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// No tokens could be made.
    #[error("no tokens could be made")]
    Tokens(#[source] Cause),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes accounts.
#[derive(Clone)]
pub struct Register {
    /// Keeps accounts.
    pub users: Arc<dyn UserStore>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Opens sessions.
    pub sessions: Sessions,
    /// Makes the token that shows that the address is the owner's.
    pub tokens: MailedTokens,
    /// Bounds registrations; `None` for no bounds.
    pub throttle: Option<Throttle>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Register {
    /// Makes the account, logs its owner in, and owes them a mail to verify the address. Each try counts, also one for an address that is taken: how often
    /// somebody can ask who has an account is bounded too.
    ///
    /// # Errors
    /// [`RegisterError`]; then there is no account.
    pub async fn run(
        &self,
        command: RegisterCommand,
        context: RequestContext,
    ) -> Result<LoggedIn, RegisterError> {
        if let Some(throttle) = &self.throttle {
            let subjects = Subject::of_registration(context.ip);
            throttle.check(&subjects).await?;
            throttle.count(&subjects).await?;
        }
        let password_hash = self.hasher.hash(command.password.password()).await?;
        let now = self.clock.now();
        let user = User::register(self.ids.id(), command.email, command.name, now);
        let event = user.registered(self.ids.id(), Actor::User(user.id), context.request_id.clone());
        let (opened, logged_in) =
            self.sessions.open(user.clone(), &context, now).map_err(RegisterError::Tokens)?;
        let by = stamp(&*self.ids, Actor::User(user.id), &context, now);
        let audit = by.entry(SecurityEvent::Registered, Some(user.id));
        let issued = self.tokens.issue(MailedPurpose::EmailVerification, user.id, user.email.clone(), now);
        let (verification, mail) = issued.map_err(RegisterError::Tokens)?;
        let registration = Registration { user, password_hash, opened, event, audit, verification, mail };
        self.users.commit_registration(&registration).await?;
        Ok(logged_in)
    }
}

impl From<CommitAccountError> for RegisterError {
    fn from(error: CommitAccountError) -> Self {
        match error {
            CommitAccountError::EmailTaken => Self::EmailTaken,
            CommitAccountError::Storage(error) => Self::Storage(error),
        }
    }
}

impl From<ThrottleError> for RegisterError {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::TooMany(error) => Self::TooMany(error),
            ThrottleError::Storage(error) => Self::Storage(error),
        }
    }
}
