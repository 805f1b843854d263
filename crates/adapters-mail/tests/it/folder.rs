//! Mails as files.

use std::{fs, os::unix::fs::PermissionsExt as _};

use adapters_mail::FolderMailer;
use ports::mail::Mailer as _;

use crate::{mail, sender};

#[tokio::test]
async fn a_mail_is_a_file_that_only_its_owner_can_read() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("mail");
    let mailer = FolderMailer::new(folder.clone(), sender());
    mailer.send(&mail(), Some("s3cret")).await.unwrap();
    mailer.send(&mail(), Some("s3cret")).await.unwrap();
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap()).collect();
    assert_eq!(files.len(), 1, "the same mail is the same file");
    let name = files[0].file_name().into_string().unwrap();
    assert_eq!(name, "20270115T080000000Z-reset_password-00000000-0000-0000-0000-000000000007.eml");
    assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let text = fs::read_to_string(files[0].path()).unwrap();
    assert!(text.contains("To: ada@example.com") && text.contains("    s3cret"), "{text}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_tried_again() {
    let home = tempfile::tempdir().unwrap();
    let taken = home.path().join("mail");
    fs::write(&taken, "a file").unwrap();
    let refused = FolderMailer::new(taken, sender()).send(&mail(), None).await;
    assert!(matches!(refused, Err(ports::mail::MailerError::Transient(_))));
}
