//! Mails as files, for development.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use domain::mail::Mail;
use ports::mail::{Mailer, MailerError};
use tokio::task::spawn_blocking;

use crate::message::{Sender, compose};

/// Puts each mail into a file of its own, which mail programs can open; only the owner can read it.
pub struct FolderMailer {
    folder: PathBuf,
    sender: Sender,
}

impl FolderMailer {
    /// Puts them into `folder`, which is made with the first one.
    #[must_use]
    pub const fn new(folder: PathBuf, sender: Sender) -> Self {
        Self { folder, sender }
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send<'a>(&self, mail: &'a Mail, secret: Option<&'a str>) -> Result<(), MailerError> {
        let message = compose(&self.sender, mail, secret).map_err(MailerError::Permanent)?;
        let at = mail.at.format("%Y%m%dT%H%M%S%3fZ");
        let name = format!("{at}-{}-{}.eml", mail.letter.name(), mail.id);
        let folder = self.folder.clone();
        let written = spawn_blocking(move || write(&folder, &name, &message.formatted())).await;
        written.map_err(|error| transient(error.into()))?.map_err(|error| transient(error.into()))
    }
}

/// Whoever looks into the folder sees whole mails only.
fn write(folder: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!(".{name}"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(message)?;
    file.sync_all()?;
    fs::rename(draft, folder.join(name))
}

fn transient(cause: ports::storage::Cause) -> MailerError {
    MailerError::Transient(cause)
}
