//! Somebody logs in with an address and a password.

use std::sync::Arc;

use domain::{
    accounts::{self, Email, Password, attempts::Subject},
    actor::Actor,
    audit::{PasswordRefusal, SecurityEvent},
    ids::UserId,
};
use ports::{
    accounts::UserStore,
    audit::AuditLog,
    clock::Clock,
    ids::IdGenerator,
    security::{HashError, PasswordCheck, PasswordHasher},
    storage::{Cause, StorageError},
};

use super::{LoggedIn, Sessions, Throttle, ThrottleError, TooManyAttempts};
use crate::{RequestContext, audit::stamp};

/// What somebody who wants to log in says.
#[derive(Debug, Clone)]
pub struct LogInCommand {
    /// The account's address; `None` when what was typed is no address, and so nobody's.
    pub email: Option<Email>,
    /// The password.
    pub password: Password,
}

/// Why somebody is not logged in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// No such account, or another password: nobody is told which.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// Too many failed before.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// The password could not be compared.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// No tokens could be made.
    #[error("no tokens could be made")]
    Tokens(#[source] Cause),
    /// The session could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Logs people in.
#[derive(Clone)]
pub struct LogIn {
    /// Keeps accounts.
    pub users: Arc<dyn UserStore>,
    /// Compares passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Opens sessions.
    pub sessions: Sessions,
    /// Bounds failed log-ins; `None` for no bounds.
    pub throttle: Option<Throttle>,
    /// Keeps the audit log.
    pub log: Arc<dyn AuditLog>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl LogIn {
    /// Opens a session. A wrong password and an unknown address take the same time.
    ///
    /// While too many have failed, nobody is told whether a password is right. Those that are compared at the same
    /// moment are counted one after another, so that guessing in parallel tells no more than guessing in turn.
    ///
    /// # Errors
    /// [`LogInError`]; then there is no session.
    pub async fn run(&self, command: LogInCommand, context: RequestContext) -> Result<LoggedIn, LogInError> {
        let subjects = Subject::of_log_in(command.email.as_ref(), context.ip);
        self.check(&subjects, &context).await?;
        let found = match &command.email {
            Some(email) => self.users.find_credentials(email).await?,
            None => None,
        };
        let known = found.as_ref().map(|credentials| credentials.user.id);
        let hash = found.as_ref().map(|credentials| credentials.password_hash.clone());
        let check = self.hasher.check(&command.password, hash).await?;
        let (Some(credentials), PasswordCheck::Matches { rehashed }) = (found, check) else {
            let reason = match known {
                Some(_) => PasswordRefusal::WrongPassword,
                None => PasswordRefusal::UnknownAccount,
            };
            self.record(reason, known, &context).await?;
            self.count_failure(&subjects).await?;
            return Err(LogInError::InvalidCredentials);
        };
        self.check(&subjects, &context).await?;
        let user = credentials.user;
        let now = self.clock.now();
        let (opened, logged_in) =
            self.sessions.open(user.clone(), &context, now).map_err(LogInError::Tokens)?;
        let by = stamp(&*self.ids, Actor::User(user.id), &context, now);
        let event = SecurityEvent::LoggedIn { session: opened.session.id };
        let audit = by.entry(event, Some(user.id));
        self.users.commit_log_in(&accounts::LogIn { user, opened, rehashed, audit }).await?;
        Ok(logged_in)
    }

    async fn check(&self, subjects: &[Subject], context: &RequestContext) -> Result<(), LogInError> {
        let Some(throttle) = &self.throttle else { return Ok(()) };
        let checked = throttle.check(subjects).await;
        if let Err(ThrottleError::TooMany(_)) = &checked {
            self.record(PasswordRefusal::TooManyAttempts, None, context).await?;
        }
        Ok(checked?)
    }

    /// A refusal is no decision that is committed, and is told all the same.
    async fn record(
        &self,
        reason: PasswordRefusal,
        subject: Option<UserId>,
        context: &RequestContext,
    ) -> Result<(), StorageError> {
        let by = stamp(&*self.ids, Actor::Guest, context, self.clock.now());
        self.log.append(&by.entry(SecurityEvent::PasswordRefused { reason }, subject)).await
    }

    async fn count_failure(&self, subjects: &[Subject]) -> Result<(), LogInError> {
        match &self.throttle {
            Some(throttle) => Ok(throttle.count(subjects).await?),
            None => Ok(()),
        }
    }
}

impl From<ThrottleError> for LogInError {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::TooMany(error) => Self::TooMany(error),
            ThrottleError::Storage(error) => Self::Storage(error),
        }
    }
}
