//! A mail as it goes over the wire (RFC 5322).

use std::{str::FromStr, time::SystemTime};

use domain::mail::Mail;
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
};
use ports::storage::Cause;

use crate::letters::words;

/// Who sends the mails.
#[derive(Debug, Clone)]
pub struct Sender {
    from: Mailbox,
    /// Where the shop is.
    url: String,
}

/// Not an address.
#[derive(Debug, thiserror::Error)]
#[error("must be an address such as Shop <shop@example.com>")]
pub struct ParseSenderError;

impl Sender {
    /// Sends from an address such as `Shop <shop@example.com>`, for the shop at `url`.
    ///
    /// # Errors
    /// [`ParseSenderError`].
    pub fn parse(from: &str, url: String) -> Result<Self, ParseSenderError> {
        Ok(Self { from: Mailbox::from_str(from).map_err(|_| ParseSenderError)?, url })
    }
}

/// The whole message. Its `Message-ID` is the mail's, so that a repetition can be told.
pub(crate) fn compose(sender: &Sender, mail: &Mail, secret: Option<&str>) -> Result<Message, Cause> {
    let to: Address = mail.to.as_str().parse()?;
    let words = words(mail.letter, &sender.url, secret.unwrap_or_default());
    Ok(Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, sender.from.email.domain())))
        .date(SystemTime::from(mail.at))
        .from(sender.from.clone())
        .to(Mailbox::new(None, to))
        .subject(words.subject)
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN)
        .body(words.body)?)
}

/// `Auto-Submitted: auto-generated` (RFC 3834): nobody's holiday notice answers.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Cause> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
