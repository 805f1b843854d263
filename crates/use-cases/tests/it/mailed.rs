//! Tokens that are mailed: asked for, and used.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    accounts::{
        Caller, Email, EmailConfirmation, MailedPurpose, MailedRequest, MailedToken, NewPassword, Password,
        PasswordChange, PresentedMail, Role, User,
        attempts::{History, Scope},
    },
    audit::SecurityEvent,
    mail::Letter,
};
use ports::{
    MockAttempts, MockKeyedDigests, MockMailedTokenStore, MockPasswordHasher, MockProfileStore,
    MockUserStore,
    accounts::{CommitEditError, CommitEmailError, Credentials},
    security::PasswordCheck,
};
use use_cases::accounts::{
    ConfirmEmail, ConfirmEmailError, RequestEmailChange, RequestEmailChangeCommand, RequestEmailChangeError,
    RequestPasswordReset, RequestPasswordResetError, ResetPassword, ResetPasswordCommand, ResetPasswordError,
    Throttle,
};

use crate::fixtures::{
    DIGEST, Kept, PASSWORD, SECRET, caller, clock, context, email, ids_from, mailed_tokens, now, proof,
    sessions, uuid,
};

fn ada() -> User {
    User { version: 4, ..User::register(uuid(500).into(), email(), None, now()) }
}

fn other() -> Email {
    Email::parse("countess@example.com").unwrap()
}

fn signed_in() -> Caller {
    caller(&[Role::Customer])
}

fn users() -> MockUserStore {
    let mut users = MockUserStore::new();
    users.expect_find_credentials().returning(|asked| {
        Ok((*asked == email()).then(|| Credentials { user: ada(), password_hash: "$stored".into() }))
    });
    users
}

/// Where so many mails were asked for within the last minutes, to each account and from each address.
fn throttle(before: usize) -> Throttle {
    let mut attempts = MockAttempts::new();
    attempts.expect_count().returning(move |keys| {
        let history = |scope| History { scope, hits: vec![now(); before + 1] };
        Ok(keys.iter().map(|key| history(key.scope)).collect())
    });
    let mut digests = MockKeyedDigests::new();
    digests.expect_digest().returning(|_| [0; 32]);
    Throttle { attempts: Arc::new(attempts), digests: Arc::new(digests), clock: clock() }
}

/// What is stored when somebody asks for a reset of the password of `asked`.
async fn reset_request(asked: Email, throttle: Option<Throttle>) -> MailedRequest {
    let kept: Kept<MailedRequest> = Kept::new();
    let keeper = kept.clone();
    let mut store = MockMailedTokenStore::new();
    store.expect_commit_request().returning(move |request| {
        keeper.keep(request.clone());
        Ok(())
    });
    request(store, throttle).run(asked, context()).await.unwrap();
    kept.one()
}

fn request(store: MockMailedTokenStore, throttle: Option<Throttle>) -> RequestPasswordReset {
    let ids = ids_from(1);
    RequestPasswordReset {
        users: Arc::new(users()),
        store: Arc::new(store),
        tokens: mailed_tokens(&ids),
        throttle,
        ids,
        clock: clock(),
    }
}

#[tokio::test]
async fn whoever_forgot_the_password_is_owed_a_mail_with_a_token_that_is_stored_nowhere() {
    let MailedRequest { token, mails, audit } = reset_request(email(), None).await;
    let [mail] = <[_; 1]>::try_from(mails).unwrap();
    assert_eq!(
        (token.user_id, token.digest, token.purpose),
        (ada().id, DIGEST, MailedPurpose::PasswordReset)
    );
    assert_eq!(token.expires_at, now() + Duration::minutes(30));
    assert_eq!((mail.user_id, &mail.to, mail.letter), (ada().id, &ada().email, Letter::ResetPassword));
    assert_eq!(mail.sealed, Some(format!("lock {SECRET}").into_bytes()));
    assert_eq!((audit.event, audit.subject), (SecurityEvent::PasswordResetRequested, Some(ada().id)));
}

#[tokio::test]
async fn for_an_unknown_address_the_same_is_done_for_nobody() {
    // R012
    let MailedRequest { token, mails, audit } = reset_request(other(), None).await;
    let [mail] = <[_; 1]>::try_from(mails).unwrap();
    assert_eq!(token.user_id, mail.user_id);
    assert_ne!(token.user_id, ada().id);
    assert_eq!((audit.event, audit.subject), (SecurityEvent::PasswordResetRequested, None));
}

#[tokio::test]
async fn a_letter_box_is_not_filled_and_nobody_is_told() {
    let sixth = reset_request(email(), Some(throttle(5))).await;
    assert_ne!(sixth.token.user_id, ada().id, "nobody's mail");
    let fifth = reset_request(email(), Some(throttle(4))).await;
    assert_eq!(fifth.token.user_id, ada().id);
}

#[tokio::test]
async fn whoever_asks_for_too_many_from_one_address_waits() {
    let refused = request(MockMailedTokenStore::new(), Some(throttle(20))).run(email(), context()).await;
    assert!(matches!(refused, Err(RequestPasswordResetError::TooMany(_))));
    assert_eq!(Scope::ResetAddress.quota().attempts, 20);
}

/// Where this token was mailed.
fn mailed(purpose: MailedPurpose) -> MockMailedTokenStore {
    let mut store = MockMailedTokenStore::new();
    store.expect_find().withf(|digest| *digest == [1; 32]).returning(move |digest| {
        let token = MailedToken::issue(*digest, purpose.clone(), ada().id, now());
        Ok(Some(PresentedMail { token, used: false, user: ada() }))
    });
    store
}

fn reset(store: MockMailedTokenStore, profiles: MockProfileStore) -> ResetPassword {
    let ids = ids_from(1);
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().returning(|_| Ok("$new".into()));
    ResetPassword {
        store: Arc::new(store),
        profiles: Arc::new(profiles),
        secrets: sessions(&ids).secret_tokens,
        hasher: Arc::new(hasher),
        ids,
        clock: clock(),
    }
}

fn with_token(new: &str) -> ResetPasswordCommand {
    ResetPasswordCommand { token: "the-token".into(), new: NewPassword::check(new).unwrap() }
}

#[tokio::test]
async fn a_token_gives_another_password_and_no_session_goes_on() {
    let kept: Kept<PasswordChange> = Kept::new();
    let keeper = kept.clone();
    let mut profiles = MockProfileStore::new();
    profiles.expect_commit_password_change().returning(move |change| {
        keeper.keep(change.clone());
        Ok(())
    });
    let reset = reset(mailed(MailedPurpose::PasswordReset), profiles);
    reset.run(with_token("staple of hay"), context()).await.unwrap();
    let change = kept.one();
    assert_eq!((change.seen, change.keeps, change.password_hash.as_str()), (4, None, "$new"));
    assert_eq!(
        (change.audit.event, change.notice.letter),
        (SecurityEvent::PasswordReset, Letter::PasswordChanged)
    );
}

#[tokio::test]
async fn a_token_that_was_used_at_the_same_moment_is_looked_at_again() {
    let mut store = MockMailedTokenStore::new();
    let mut used = [false, true].into_iter();
    store.expect_find().times(2).returning(move |digest| {
        let token = MailedToken::issue(*digest, MailedPurpose::PasswordReset, ada().id, now());
        Ok(Some(PresentedMail { token, used: used.next().unwrap(), user: ada() }))
    });
    let mut profiles = MockProfileStore::new();
    profiles.expect_commit_password_change().once().returning(|_| Err(CommitEditError::Conflict));
    let refused = reset(store, profiles).run(with_token("staple of hay"), context()).await;
    assert!(matches!(refused, Err(ResetPasswordError::Dead(_))));
}

#[tokio::test]
async fn a_wrong_token_and_an_unsuitable_password_change_nothing() {
    let mut nothing = MockMailedTokenStore::new();
    nothing.expect_find().returning(|_| Ok(None));
    let refused = reset(nothing, MockProfileStore::new()).run(with_token("staple of hay"), context()).await;
    assert!(matches!(refused, Err(ResetPasswordError::Dead(_))));
    let verification = mailed(MailedPurpose::EmailVerification);
    let refused =
        reset(verification, MockProfileStore::new()).run(with_token("staple of hay"), context()).await;
    assert!(matches!(refused, Err(ResetPasswordError::Dead(_))));
    let good = mailed(MailedPurpose::PasswordReset);
    let refused = reset(good, MockProfileStore::new()).run(with_token("hay for ada"), context()).await;
    assert!(matches!(refused, Err(ResetPasswordError::Unsuitable(_))));
}

fn change(store: MockMailedTokenStore, check: PasswordCheck) -> RequestEmailChange {
    let ids = ids_from(1);
    let mut profiles = MockProfileStore::new();
    profiles
        .expect_find_credentials()
        .returning(|_| Ok(Some(Credentials { user: ada(), password_hash: "$stored".into() })));
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_check().returning(move |_, _| Ok(check.clone()));
    RequestEmailChange {
        profiles: Arc::new(profiles),
        store: Arc::new(store),
        tokens: mailed_tokens(&ids),
        proof: proof(hasher, &ids),
        ids,
        clock: clock(),
    }
}

fn to(email: Email) -> RequestEmailChangeCommand {
    RequestEmailChangeCommand { email, current_password: Password::new(PASSWORD) }
}

/// What is stored when Ada asks for another address.
async fn email_request(asked: Email) -> MailedRequest {
    let kept: Kept<MailedRequest> = Kept::new();
    let keeper = kept.clone();
    let mut store = MockMailedTokenStore::new();
    store.expect_is_taken().returning(|_| Ok(false));
    store.expect_commit_request().returning(move |request| {
        keeper.keep(request.clone());
        Ok(())
    });
    let right = PasswordCheck::Matches { rehashed: None };
    change(store, right).run(&signed_in(), to(asked), context()).await.unwrap();
    kept.one()
}

#[tokio::test]
async fn the_new_address_gets_the_token_and_the_old_one_is_told() {
    // R013
    let request = email_request(other()).await;
    assert_eq!(request.token.purpose, MailedPurpose::EmailChange { to: other() });
    let mails: Vec<_> =
        request.mails.iter().map(|mail| (&mail.to, mail.letter, mail.sealed.is_some())).collect();
    assert_eq!(
        mails,
        [(&other(), Letter::ConfirmEmailChange, true), (&email(), Letter::EmailChangeRequested, false)]
    );
    assert_eq!(request.audit.subject, Some(ada().id));
}

#[tokio::test]
async fn whoever_names_their_own_address_is_sent_another_mail_to_verify_it() {
    let request = email_request(email()).await;
    assert_eq!(request.token.purpose, MailedPurpose::EmailVerification);
    assert_eq!(request.mails.len(), 1);
}

#[tokio::test]
async fn a_wrong_password_or_a_taken_address_sends_nothing() {
    let refused = change(MockMailedTokenStore::new(), PasswordCheck::Differs)
        .run(&signed_in(), to(other()), context())
        .await;
    assert!(matches!(refused, Err(RequestEmailChangeError::Proof(_))));
    let mut taken = MockMailedTokenStore::new();
    taken.expect_is_taken().returning(|_| Ok(true));
    let right = PasswordCheck::Matches { rehashed: None };
    let refused = change(taken, right).run(&signed_in(), to(other()), context()).await;
    assert!(matches!(refused, Err(RequestEmailChangeError::EmailTaken)));
}

#[tokio::test]
async fn an_account_asks_for_five_such_mails_an_hour() {
    let right = PasswordCheck::Matches { rehashed: None };
    let mut store = MockMailedTokenStore::new();
    store.expect_is_taken().returning(|_| Ok(false));
    let mut change = change(store, right);
    let mut attempts = throttle(5);
    let mut quiet = MockAttempts::new();
    quiet
        .expect_load()
        .returning(|keys| Ok(keys.iter().map(|key| History { scope: key.scope, hits: vec![] }).collect()));
    quiet.expect_count().returning(|keys| {
        Ok(keys.iter().map(|key| History { scope: key.scope, hits: vec![now(); 6] }).collect())
    });
    attempts.attempts = Arc::new(quiet);
    change.proof.throttle = Some(attempts);
    let refused = change.run(&signed_in(), to(other()), context()).await;
    assert!(matches!(refused, Err(RequestEmailChangeError::TooMany(_))));
}

fn confirm(store: MockMailedTokenStore) -> ConfirmEmail {
    let ids = ids_from(1);
    ConfirmEmail { store: Arc::new(store), secrets: sessions(&ids).secret_tokens, ids, clock: clock() }
}

#[tokio::test]
async fn the_mailed_token_makes_the_address_the_accounts() {
    let kept: Kept<EmailConfirmation> = Kept::new();
    let keeper = kept.clone();
    let mut store = mailed(MailedPurpose::EmailChange { to: other() });
    store.expect_commit_email_confirmation().returning(move |confirmation| {
        keeper.keep(confirmation.clone());
        Ok(())
    });
    confirm(store).run("the-token", context()).await.unwrap();
    let confirmation = kept.one();
    assert_eq!((&confirmation.user.email, confirmation.seen), (&other(), 4));
    assert_eq!(confirmation.audit.event, SecurityEvent::EmailChanged);
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_not_given_to_two() {
    let mut store = mailed(MailedPurpose::EmailChange { to: other() });
    store.expect_commit_email_confirmation().once().returning(|_| Err(CommitEmailError::EmailTaken));
    let refused = confirm(store).run("the-token", context()).await;
    assert!(matches!(refused, Err(ConfirmEmailError::EmailTaken)));
}
