//! Mails by SMTP.

use std::time::Duration;

use async_trait::async_trait;
use domain::mail::Mail;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, transport::smtp};
use ports::{
    mail::{Mailer, MailerError},
    storage::Cause,
};

use crate::message::{Sender, compose};

/// How long a server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Sends mails to an SMTP server, over connections that it keeps.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Sender,
}

/// Not an SMTP server. The address is not shown: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("must be smtp://, smtps:// or smtp:// with ?tls=required, as smtps://user:password@mail.example.com")]
pub struct SmtpUrlError;

impl SmtpMailer {
    /// Sends to the server at `url`; asks it nothing yet.
    ///
    /// # Errors
    /// [`SmtpUrlError`].
    pub fn new(url: &str, sender: Sender) -> Result<Self, SmtpUrlError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| SmtpUrlError)?;
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), sender })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send<'a>(&self, mail: &'a Mail, secret: Option<&'a str>) -> Result<(), MailerError> {
        let message = compose(&self.sender, mail, secret).map_err(MailerError::Permanent)?;
        self.transport.send(message).await.map(drop).map_err(failure)
    }
}

/// A server that refuses a mail repeats its recipient, so that of its answer only the code is told.
fn failure(error: smtp::Error) -> MailerError {
    let cause: Cause = match error.status() {
        Some(code) => format!("the mail server answered {code}").into(),
        None => error.to_string().into(),
    };
    if error.is_permanent() { MailerError::Permanent(cause) } else { MailerError::Transient(cause) }
}
