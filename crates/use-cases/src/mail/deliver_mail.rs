//! The shop sends the mails that it owes.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    ids::MailId,
    mail::{Letter, Mail, pause_after},
};
use futures::future::join_all;
use ports::{
    mail::{DueMail, Mailer, MailerError, Outbox},
    security::Sealer,
    storage::{Cause, StorageError},
};

/// How many mails are taken at once.
const BATCH: u16 = 20;
/// How long those that were taken are one's own: longer than sending them takes.
const LEASE: Duration = Duration::minutes(5);

/// What became of the mails that were due.
#[derive(Debug, Default)]
pub struct Delivery {
    /// How many went out.
    pub sent: usize,
    /// Those that did not, and why.
    pub undelivered: Vec<Undelivered>,
}

/// A mail that did not go out.
#[derive(Debug)]
pub struct Undelivered {
    /// Which.
    pub id: MailId,
    /// What it would have said.
    pub letter: Letter,
    /// How often it has been tried.
    pub attempts: u32,
    /// When it is tried again; `None` when it is given up.
    pub again_after: Option<Duration>,
    /// Why.
    pub cause: Cause,
}

/// Sends mails.
#[derive(Clone)]
pub struct DeliverMail {
    /// Keeps those that are owed.
    pub outbox: Arc<dyn Outbox>,
    /// Sends them.
    pub mailer: Arc<dyn Mailer>,
    /// Opens the secrets that they tell.
    pub sealer: Arc<dyn Sealer>,
}

impl DeliverMail {
    /// Sends some of the mails that are due, all at once, so that slow ones are done before their lease ends. A mail is
    /// forgotten only once it went out, so that it goes out at least once, whatever happens meanwhile.
    ///
    /// # Errors
    /// [`StorageError`] when it can't be known or told what is owed; mails that went out may then go out again.
    pub async fn run(&self) -> Result<Delivery, StorageError> {
        let due = self.outbox.claim(BATCH, LEASE).await?;
        let mut delivery = Delivery::default();
        for outcome in join_all(due.into_iter().map(|due| self.deliver(due))).await {
            match outcome? {
                None => delivery.sent += 1,
                Some(undelivered) => delivery.undelivered.push(undelivered),
            }
        }
        Ok(delivery)
    }

    /// `None` when it went out.
    async fn deliver(&self, due: DueMail) -> Result<Option<Undelivered>, StorageError> {
        match self.send(&due.mail).await {
            Ok(()) => self.outbox.remove(due.mail.id).await.map(|()| None),
            Err(error) => self.keep(due, error).await.map(Some),
        }
    }

    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let open = |sealed: &[u8]| self.sealer.open(sealed, &mail.id.to_string());
        let secret = mail.sealed.as_deref().map(open).transpose();
        let secret = secret.map_err(MailerError::Permanent)?;
        self.mailer.send(mail, secret.as_deref()).await
    }

    async fn keep(&self, due: DueMail, error: MailerError) -> Result<Undelivered, StorageError> {
        let DueMail { mail, attempts } = due;
        let attempts = attempts.saturating_add(1);
        let (again_after, cause) = match error {
            MailerError::Transient(cause) => (pause_after(attempts), cause),
            MailerError::Permanent(cause) => (None, cause),
        };
        match again_after {
            Some(pause) => self.outbox.postpone(mail.id, pause).await?,
            None => self.outbox.remove(mail.id).await?,
        }
        Ok(Undelivered { id: mail.id, letter: mail.letter, attempts, again_after, cause })
    }
}
