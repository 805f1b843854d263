//! Mails that are owed, and the tokens that they bring.

use std::{sync::Arc, time::Duration as Span};

use adapters_postgres::{PgCallerRegistry, PgMailedTokens, PgOutbox, PgProfileStore};
use chrono::Duration;
use domain::{
    accounts::{MailedPurpose, MailedRequest, PresentedMail, ReplacedPassword, User},
    actor::{Actor, Origination},
    audit::{AuditStamp, SecurityEvent},
    mail::{Letter, Mail},
};
use ports::{
    accounts::{CommitEditError, CommitEmailError, MailedTokenStore, ProfileStore, UserStore},
    mail::Outbox,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, audit_line, email, mailed, registration},
};

fn tokens(shop: &Shop) -> PgMailedTokens {
    PgMailedTokens::new(shop.pool.clone())
}

fn outbox(shop: &Shop) -> PgOutbox {
    PgOutbox::new(shop.pool.clone())
}

fn profiles(shop: &Shop) -> PgProfileStore {
    PgProfileStore::new(shop.pool.clone(), Arc::new(PgCallerRegistry::new(Span::from_secs(900))))
}

/// Ada, whose registration owes her a mail that brings a token.
async fn ada(shop: &Shop) -> (User, [u8; 32], Mail) {
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    (new.user, new.verification.digest, new.mail)
}

fn stamp(user: &User) -> AuditStamp {
    let line = audit_line(SecurityEvent::EmailVerified, Actor::User(user.id), user);
    AuditStamp { id: line.id, actor: line.actor, by: line.by, at: a_moment_ago() }
}

fn by(user: &User) -> Origination {
    Origination { actor: Actor::User(user.id), request_id: None, at: a_moment_ago() }
}

async fn confirm(shop: &Shop, presented: &PresentedMail) -> Result<(), CommitEmailError> {
    let user = &presented.user;
    let confirmation =
        presented.confirm_email(Uuid::now_v7().into(), Uuid::now_v7().into(), by(user), stamp(user)).unwrap();
    tokens(shop).commit_email_confirmation(&confirmation).await
}

/// Stores a request for `to` and gives its token as somebody would present it.
async fn requested(shop: &Shop, user: &User, purpose: MailedPurpose, to: &str) -> PresentedMail {
    let (token, mail) = mailed(user, purpose, email(to));
    let audit = audit_line(SecurityEvent::EmailChangeRequested, Actor::User(user.id), user);
    let digest = token.digest;
    let request = MailedRequest { token, mails: vec![mail], audit };
    tokens(shop).commit_request(&request).await.unwrap();
    tokens(shop).find(&digest).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_registration_owes_a_mail_whose_token_verifies_the_address_once() {
    let shop = Shop::open().await;
    let (user, digest, mail) = ada(&shop).await;
    let due = outbox(&shop).claim(10, Duration::minutes(5)).await.unwrap();
    assert_eq!(due.iter().map(|due| (&due.mail, due.attempts)).collect::<Vec<_>>(), [(&mail, 0)]);
    let presented = tokens(&shop).find(&digest).await.unwrap().unwrap();
    assert_eq!((&presented.user, presented.used), (&user, false));
    confirm(&shop, &presented).await.unwrap();
    let verified = tokens(&shop).find(&digest).await.unwrap().unwrap();
    assert!(verified.used && verified.user.email_verified);
    assert_eq!(verified.user.version, 2);
    let again = confirm(&shop, &presented).await;
    assert!(matches!(again, Err(CommitEmailError::Edit(CommitEditError::Conflict))));
    shop.assert_sound().await;
}

#[tokio::test]
async fn of_many_who_present_one_token_exactly_one_succeeds() {
    let shop = Shop::open().await;
    let (user, ..) = ada(&shop).await;
    let purpose = MailedPurpose::EmailChange { to: email("countess@example.com") };
    let presented = requested(&shop, &user, purpose, "countess@example.com").await;
    let outcomes = futures::future::join_all((0..12).map(|_| confirm(&shop, &presented))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let told = "SELECT count(*) FROM mails WHERE kind = 'email_changed' AND recipient = 'ada@example.com'";
    assert_eq!(number(&shop.client, told).await, 1, "the old address is told");
    let usable = "SELECT count(*) FROM one_time_tokens WHERE used_at IS NULL";
    assert_eq!(number(&shop.client, usable).await, 0, "the verification went to the old address");
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_refused_and_the_token_stays() {
    let shop = Shop::open().await;
    let (user, ..) = ada(&shop).await;
    let purpose = MailedPurpose::EmailChange { to: email("countess@example.com") };
    let presented = requested(&shop, &user, purpose, "countess@example.com").await;
    assert!(!tokens(&shop).is_taken(&email("countess@example.com")).await.unwrap());
    shop.users().commit_registration(&registration("countess@example.com")).await.unwrap();
    assert!(tokens(&shop).is_taken(&email("countess@example.com")).await.unwrap());
    assert!(matches!(confirm(&shop, &presented).await, Err(CommitEmailError::EmailTaken)));
    assert!(!tokens(&shop).find(&presented.token.digest).await.unwrap().unwrap().used);
    shop.assert_sound().await;
}

fn reset_request(user: &User) -> MailedRequest {
    let (token, mail) = mailed(user, MailedPurpose::PasswordReset, user.email.clone());
    let audit = audit_line(SecurityEvent::PasswordResetRequested, Actor::Guest, user);
    MailedRequest { token, mails: vec![mail], audit }
}

#[tokio::test]
async fn a_request_for_nobody_leaves_nothing_but_its_line_of_the_audit_log() {
    let shop = Shop::open().await;
    let (user, ..) = ada(&shop).await;
    let (mails, lines) = (shop.count("mails").await, shop.count("audit_log").await);
    let nobody = User { id: Uuid::now_v7().into(), ..user };
    let request = reset_request(&nobody);
    tokens(&shop).commit_request(&request).await.unwrap();
    assert_eq!((shop.count("mails").await, shop.count("one_time_tokens").await), (mails, 1));
    assert_eq!(shop.count("audit_log").await, lines + 1);
    assert_eq!(tokens(&shop).find(&request.token.digest).await.unwrap(), None);
}

#[tokio::test]
async fn of_two_resets_at_once_one_succeeds_and_every_other_token_is_void() {
    // R012
    let shop = Shop::open().await;
    let (user, ..) = ada(&shop).await;
    let mut presented = Vec::new();
    for _ in 0..2 {
        let request = reset_request(&user);
        tokens(&shop).commit_request(&request).await.unwrap();
        presented.push(tokens(&shop).find(&request.token.digest).await.unwrap().unwrap());
    }
    let mut tasks = JoinSet::new();
    for presented in presented.clone().into_iter().chain(presented.clone()) {
        let profiles = profiles(&shop);
        let reset = presented
            .reset_password(ReplacedPassword {
                password_hash: "$second".to_owned(),
                event_id: Uuid::now_v7().into(),
                mail_id: Uuid::now_v7().into(),
                by: by(&user),
                stamp: stamp(&user),
            })
            .unwrap();
        tasks.spawn(async move { profiles.commit_password_change(&reset).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for presented in &presented {
        assert!(tokens(&shop).find(&presented.token.digest).await.unwrap().unwrap().used);
    }
    let live = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL";
    assert_eq!(number(&shop.client, live).await, 0);
    shop.assert_sound().await;
}

#[tokio::test]
async fn each_mail_is_taken_by_one_until_its_lease_ends() {
    let shop = Shop::open().await;
    for n in 0..20 {
        shop.users().commit_registration(&registration(&format!("user{n}@example.com"))).await.unwrap();
    }
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let outbox = outbox(&shop);
        tasks.spawn(async move { outbox.claim(8, Duration::seconds(2)).await.unwrap() });
    }
    let mut taken: Vec<_> = tasks.join_all().await.into_iter().flatten().map(|due| due.mail.id).collect();
    taken.sort();
    taken.dedup();
    let left = outbox(&shop).claim(20, Duration::minutes(5)).await.unwrap();
    assert_eq!(taken.len() + left.len(), 20, "each by one");
    assert!(left.iter().all(|due| !taken.contains(&due.mail.id)));
    tokio::time::sleep(Span::from_millis(2_100)).await;
    let again = outbox(&shop).claim(20, Duration::minutes(5)).await.unwrap();
    assert_eq!(again.len(), taken.len(), "whoever took them has died");
    assert!(again.iter().all(|due| due.attempts == 1));
}

#[tokio::test]
async fn a_mail_that_went_out_is_gone_and_one_that_did_not_waits() {
    let shop = Shop::open().await;
    let (.., mail) = ada(&shop).await;
    let outbox = outbox(&shop);
    assert_eq!(outbox.claim(10, Duration::zero()).await.unwrap().len(), 1);
    outbox.postpone(mail.id, Duration::minutes(1)).await.unwrap();
    assert_eq!(outbox.claim(10, Duration::zero()).await.unwrap(), []);
    outbox.postpone(mail.id, Duration::zero()).await.unwrap();
    let due = outbox.claim(10, Duration::minutes(5)).await.unwrap();
    assert_eq!((due.len(), due[0].attempts, due[0].mail.letter), (1, 1, Letter::VerifyEmail));
    outbox.remove(mail.id).await.unwrap();
    assert_eq!(shop.count("mails").await, 0);
}

#[tokio::test]
async fn tokens_that_have_been_too_old_for_a_week_are_forgotten() {
    let shop = Shop::open().await;
    ada(&shop).await;
    tokens(&shop).purge().await.unwrap();
    assert_eq!(shop.count("one_time_tokens").await, 1);
    run(
        &shop.client,
        "UPDATE one_time_tokens SET created_at = now() - interval '20 days', expires_at = now() - interval '8 days'",
    )
    .await;
    tokens(&shop).purge().await.unwrap();
    assert_eq!(shop.count("one_time_tokens").await, 0);
}

#[tokio::test]
async fn a_mail_that_can_not_be_read_waits_and_holds_up_no_other() {
    let shop = Shop::open().await;
    let (.., mail) = ada(&shop).await;
    run(
        &shop.client,
        "INSERT INTO mails (id, user_id, kind, recipient, created_at, not_before)
        SELECT gen_random_uuid(), id, 'postcard', 'ada@example.com', now(), now() - interval '1 hour' FROM users",
    )
    .await;
    let due = outbox(&shop).claim(10, Duration::minutes(5)).await.unwrap();
    assert_eq!(due.iter().map(|due| due.mail.id).collect::<Vec<_>>(), [mail.id]);
    assert_eq!(shop.count("mails").await, 2, "a later release may know what it says");
}
