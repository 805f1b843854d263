//! The mails that are owed go out, or are tried again.

use std::sync::Arc;

use chrono::Duration;
use domain::mail::{Letter, Mail};
use mockall::predicate::eq;
use ports::{
    MockMailer, MockOutbox, MockSealer,
    mail::{DueMail, MailerError},
};
use use_cases::mail::{DeliverMail, Delivery};

use crate::fixtures::{email, now, uuid};

fn mail() -> Mail {
    let sealed = Some(b"sealed".to_vec());
    Mail {
        id: uuid(7).into(),
        user_id: uuid(40).into(),
        to: email(),
        letter: Letter::ResetPassword,
        sealed,
        at: now(),
    }
}

/// Where one mail is due that has failed so many times.
fn due(attempts: u32) -> MockOutbox {
    let mut outbox = MockOutbox::new();
    outbox.expect_claim().once().returning(move |_, _| Ok(vec![DueMail { mail: mail(), attempts }]));
    outbox
}

async fn deliver(outbox: MockOutbox, mailer: MockMailer) -> Delivery {
    let mut sealer = MockSealer::new();
    let is_its_own = |sealed: &[u8], mail: &str| sealed == b"sealed" && mail == uuid(7).to_string();
    sealer.expect_open().withf(is_its_own).returning(|_, _| Ok("s3cret".into()));
    let deliver =
        DeliverMail { outbox: Arc::new(outbox), mailer: Arc::new(mailer), sealer: Arc::new(sealer) };
    deliver.run().await.unwrap()
}

fn failing(error: fn() -> MailerError) -> MockMailer {
    let mut mailer = MockMailer::new();
    mailer.expect_send().once().returning(move |_, _| Err(error()));
    mailer
}

#[tokio::test]
async fn a_mail_that_went_out_is_owed_no_more() {
    let mut outbox = due(0);
    outbox.expect_remove().with(eq(mail().id)).once().returning(|_| Ok(()));
    let mut mailer = MockMailer::new();
    mailer
        .expect_send()
        .withf(|sent, secret| *sent == mail() && *secret == Some("s3cret"))
        .once()
        .returning(|_, _| Ok(()));
    let delivery = deliver(outbox, mailer).await;
    assert_eq!((delivery.sent, delivery.undelivered.len()), (1, 0));
}

#[tokio::test]
async fn a_mail_that_can_go_later_is_tried_again_after_a_while() {
    let mut outbox = due(1);
    outbox.expect_postpone().with(eq(mail().id), eq(Duration::seconds(10))).once().returning(|_, _| Ok(()));
    let delivery = deliver(outbox, failing(|| MailerError::Transient("busy".into()))).await;
    let late = &delivery.undelivered[0];
    assert_eq!((late.attempts, late.again_after), (2, Some(Duration::seconds(10))));
}

#[tokio::test]
async fn a_mail_that_is_refused_or_was_tried_often_enough_is_given_up() {
    let cases: [(u32, fn() -> MailerError); 2] =
        [(0, || MailerError::Permanent("no".into())), (19, || MailerError::Transient("busy".into()))];
    for (attempts, error) in cases {
        let mut outbox = due(attempts);
        outbox.expect_remove().with(eq(mail().id)).once().returning(|_| Ok(()));
        let delivery = deliver(outbox, failing(error)).await;
        assert_eq!(delivery.undelivered[0].again_after, None);
    }
}
