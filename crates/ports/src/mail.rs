//! Mails that are owed, and how they go out.

use async_trait::async_trait;
use chrono::Duration;
use domain::{ids::MailId, mail::Mail};

use crate::storage::{Cause, StorageError};

/// A mail that nobody else sends for the time being.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMail {
    /// The mail.
    pub mail: Mail,
    /// How often it was tried before.
    pub attempts: u32,
}

/// Keeps the mails that are owed until they went out. They are written by the commits of what they tell.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Takes some mails that are due, the longest waiting first, at most `most`. For as long as `lease` nobody else gets
    /// them; whoever dies meanwhile leaves them to the others. One that can't be read waits, and holds up no other.
    async fn claim(&self, most: u16, lease: Duration) -> Result<Vec<DueMail>, StorageError>;

    /// The mail went out, or is given up: it is owed no more, and nothing of it stays.
    async fn remove(&self, id: MailId) -> Result<(), StorageError>;

    /// The mail did not go out: it is due again after `pause`.
    async fn postpone(&self, id: MailId, pause: Duration) -> Result<(), StorageError>;
}

/// Why a mail did not go out.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// It may go out later: nobody answered, or the server is busy.
    #[error("the mail could not be sent now")]
    Transient(#[source] Cause),
    /// It never will: the server refused this mail.
    #[error("the mail was refused")]
    Permanent(#[source] Cause),
}

/// Sends mails.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends `mail`, whose letter tells `secret` if it tells one. A mail that is sent twice has the same `Message-ID`.
    ///
    /// # Errors
    /// [`MailerError`]; a failure says nothing of the mail's recipient or words.
    async fn send<'a>(&self, mail: &'a Mail, secret: Option<&'a str>) -> Result<(), MailerError>;
}
