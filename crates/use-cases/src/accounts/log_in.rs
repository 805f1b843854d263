//! Somebody logs in with an address and a password.

use std::sync::Arc;

use domain::{
    accounts::{self, Email, Password},
    actor::Actor,
    audit::SecurityEvent,
};
use ports::{
    accounts::{CommitLogInError, Credentials, UserStore},
    clock::Clock,
    ids::IdGenerator,
    security::HashError,
    storage::{Cause, StorageError},
};

use super::{
    LoggedIn, PasswordProof, PasswordProofError, Sessions, TooManyAttempts, password_proof::Presented,
};
use crate::{RequestContext, audit::stamp, settle::settle_costly};

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
    pub proof: PasswordProof,
    /// Opens sessions.
    pub sessions: Sessions,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl LogIn {
    /// Opens a session. A password that was changed while it was compared is compared again.
    ///
    /// # Errors
    /// [`LogInError`]; then there is no session.
    pub async fn run(&self, command: LogInCommand, context: RequestContext) -> Result<LoggedIn, LogInError> {
        settle_costly(async || self.attempt(&command, &context).await).await
    }

    async fn attempt(
        &self,
        command: &LogInCommand,
        context: &RequestContext,
    ) -> Result<Option<LoggedIn>, LogInError> {
        let found = match &command.email {
            Some(email) => self.users.find_credentials(email).await?,
            None => None,
        };
        let rehashed = self
            .proof
            .demand(&Presented {
                password: &command.password,
                email: command.email.as_ref(),
                account: found.as_ref(),
                actor: Actor::Guest,
                context,
            })
            .await?;
        let Credentials { user, .. } = found.ok_or(LogInError::InvalidCredentials)?;
        let now = self.clock.now();
        let (opened, logged_in) =
            self.sessions.open(user.clone(), context, now).map_err(LogInError::Tokens)?;
        let by = stamp(&*self.ids, Actor::User(user.id), context, now);
        let audit = by.entry(SecurityEvent::LoggedIn { session: opened.session.id }, Some(user.id));
        match self.users.commit_log_in(&accounts::LogIn { user, opened, rehashed, audit }).await {
            Ok(()) => Ok(Some(logged_in)),
            Err(CommitLogInError::Conflict) => Ok(None),
            Err(CommitLogInError::Storage(error)) => Err(error.into()),
        }
    }
}

impl From<PasswordProofError> for LogInError {
    fn from(error: PasswordProofError) -> Self {
        match error {
            PasswordProofError::Wrong => Self::InvalidCredentials,
            PasswordProofError::TooMany(error) => Self::TooMany(error),
            PasswordProofError::Hash(error) => Self::Hash(error),
            PasswordProofError::Storage(error) => Self::Storage(error),
        }
    }
}
