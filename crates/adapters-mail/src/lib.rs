//! How mails go out: by SMTP, or into a folder while nobody has set a server up.
#![deny(missing_docs)]

mod folder;
mod letters;
mod message;
mod smtp;

pub use self::{
    folder::FolderMailer,
    message::{ParseSenderError, Sender},
    smtp::{SmtpMailer, SmtpUrlError},
};
