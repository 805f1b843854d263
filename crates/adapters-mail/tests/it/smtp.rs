//! Mails by SMTP, to a real server.

use adapters_mail::SmtpMailer;
use ports::mail::{Mailer as _, MailerError};

use crate::{mail, sender, server::SmtpServer};

#[tokio::test]
async fn a_mail_arrives_whole() {
    let server = SmtpServer::start("250 fine").await;
    let mailer = SmtpMailer::new(&server.url, sender()).unwrap();
    mailer.send(&mail(), Some("s3cret")).await.unwrap();
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].from.contains("<shop@shop.example>"), "{taken:?}");
    assert!(taken[0].to.len() == 1 && taken[0].to[0].contains("<ada@example.com>"), "{taken:?}");
    for line in [
        "Message-ID: <00000000-0000-0000-0000-000000000007@shop.example>",
        "From: \"The Shop\" <shop@shop.example>",
        "To: ada@example.com",
        "Subject: Choose another password",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
        "    s3cret",
    ] {
        assert!(taken[0].text.lines().any(|got| got == line), "{line}: {}", taken[0].text);
    }
    assert!(taken[0].text.contains("Date: Fri, 15 Jan 2027 08:00:00 +0000"), "{}", taken[0].text);
    assert!(taken[0].text.contains("https://shop.example/auth/password-reset/confirm"));
}

#[tokio::test]
async fn a_repetition_has_the_same_message_id() {
    let server = SmtpServer::start("250 fine").await;
    let mailer = SmtpMailer::new(&server.url, sender()).unwrap();
    mailer.send(&mail(), None).await.unwrap();
    mailer.send(&mail(), None).await.unwrap();
    let [one, two] = <[_; 2]>::try_from(server.taken()).unwrap();
    assert_eq!(one.text, two.text);
}

#[tokio::test]
async fn a_busy_server_is_tried_again_and_a_refusing_one_is_not_and_neither_tells_the_address() {
    for (answer, permanent) in
        [("450 <ada@example.com> later", false), ("550 no <ada@example.com> here", true)]
    {
        let server = SmtpServer::start(answer).await;
        let mailer = SmtpMailer::new(&server.url, sender()).unwrap();
        let error = mailer.send(&mail(), Some("s3cret")).await.unwrap_err();
        assert_eq!(matches!(error, MailerError::Permanent(_)), permanent, "{error:?}");
        assert!(!format!("{error:?}").contains("ada@"), "{error:?}");
        assert!(server.taken().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let error = SmtpMailer::new(&url, sender()).unwrap().send(&mail(), None).await.unwrap_err();
    assert!(matches!(error, MailerError::Transient(_)), "{error:?}");
}

#[tokio::test]
async fn what_is_no_server_is_refused_and_not_repeated() {
    for wrong in ["", "mail.example.com", "http://user:s3cret@mail.example.com"] {
        let error = SmtpMailer::new(wrong, sender()).err().unwrap();
        assert!(!error.to_string().contains("s3cret"));
    }
}
