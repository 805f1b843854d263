//! Whoever runs the server makes an administrator.

use std::sync::Arc;

use domain::{
    accounts::{AdminCreation, Email, NewPassword, User},
    actor::Actor,
    audit::SecurityEvent,
};
use ports::{
    accounts::{CommitAccountError, UserStore},
    clock::Clock,
    ids::IdGenerator,
    security::{HashError, PasswordHasher},
    storage::StorageError,
};

use crate::{RequestContext, audit::stamp};

/// Why there is no new administrator.
#[derive(Debug, thiserror::Error)]
pub enum CreateAdminError {
    /// The address has an account.
    #[error("an account with this e-mail address exists; choose another address")]
    EmailTaken,
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes administrators; there is no other way to the first one.
#[derive(Clone)]
pub struct CreateAdmin {
    /// Keeps accounts.
    pub users: Arc<dyn UserStore>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl CreateAdmin {
    /// Makes an administrator.
    ///
    /// # Errors
    /// [`CreateAdminError`]; then there is no account.
    pub async fn run(&self, email: Email, password: NewPassword) -> Result<User, CreateAdminError> {
        let password_hash = self.hasher.hash(password.password()).await?;
        let user = User::administrator(self.ids.id(), email, self.clock.now());
        let event = user.registered(self.ids.id(), Actor::System, None);
        let by = stamp(&*self.ids, Actor::System, &RequestContext::default(), user.created_at);
        let audit = by.entry(SecurityEvent::Registered, Some(user.id));
        let creation = AdminCreation { user: user.clone(), password_hash, event, audit };
        self.users.commit_admin_creation(&creation).await?;
        Ok(user)
    }
}

impl From<CommitAccountError> for CreateAdminError {
    fn from(error: CommitAccountError) -> Self {
        match error {
            CommitAccountError::EmailTaken => Self::EmailTaken,
            CommitAccountError::Storage(error) => Self::Storage(error),
        }
    }
}
