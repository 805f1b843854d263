//! Making an account.

use std::sync::Arc;

use domain::{
    accounts::{Registration, Role},
    actor::Actor,
    events::EventData,
    text::Name,
};
use ports::{
    MockPasswordHasher, MockSecretTokens, MockUserStore, accounts::CommitAccountError, security::HashError,
};
use use_cases::{
    RequestContext,
    accounts::{Register, RegisterCommand, RegisterError, Sessions},
};

use crate::fixtures::{
    DIGEST, Kept, PASSWORD, SECRET, clock, context, email, ids_from, mailed_tokens, new_password, now,
    sessions, unavailable,
};

fn hasher() -> MockPasswordHasher {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().withf(|password| password.expose() == PASSWORD).returning(|_| Ok("$hash".into()));
    hasher
}

fn register(users: MockUserStore, hasher: MockPasswordHasher) -> Register {
    let ids = ids_from(1);
    let sessions = sessions(&ids);
    let (users, hasher) = (Arc::new(users), Arc::new(hasher));
    Register { users, hasher, sessions, tokens: mailed_tokens(&ids), throttle: None, ids, clock: clock() }
}

fn keeping() -> (Register, Kept<Registration>) {
    let kept = Kept::new();
    let mut users = MockUserStore::new();
    let keeper = kept.clone();
    users.expect_commit_registration().returning(move |registration| {
        keeper.keep(registration.clone());
        Ok(())
    });
    (register(users, hasher()), kept)
}

fn command() -> RegisterCommand {
    RegisterCommand { email: email(), password: new_password(), name: Some(Name::parse("Ada").unwrap()) }
}

#[tokio::test]
async fn the_hash_is_stored_and_the_password_is_not() {
    let (register, kept) = keeping();
    register.run(command(), context()).await.unwrap();
    let registration = kept.one();
    assert_eq!(registration.password_hash, "$hash");
    assert!(!format!("{registration:?}").contains(PASSWORD));
}

#[tokio::test]
async fn a_new_account_is_a_customer_with_the_name_and_address_it_asked_for() {
    let (register, kept) = keeping();
    let logged_in = register.run(command(), context()).await.unwrap();
    let user = kept.one().user;
    assert_eq!((&user.email, user.name.as_ref().unwrap().as_str()), (&email(), "Ada"));
    assert!(user.roles.iter().eq([Role::Customer]) && !user.email_verified);
    assert_eq!(user.created_at, now());
    assert_eq!(logged_in.user, user);
}

#[tokio::test]
async fn the_event_tells_who_by_id_and_nothing_personal() {
    let (register, kept) = keeping();
    register.run(command(), context()).await.unwrap();
    let Registration { user, event, .. } = kept.one();
    assert_eq!(event.aggregate_id, user.id.uuid());
    assert_eq!(event.data, EventData::UserRegistered { roles: vec!["customer".into()] });
    assert_eq!(event.origination.actor, Actor::User(user.id));
    assert_eq!(event.origination.request_id.as_deref(), Some("request-1"));
    let told = format!("{event:?}").to_lowercase();
    assert!(!told.contains("ada") && !told.contains("example.com") && !told.contains("192.0.2.7"), "{told}");
}

#[tokio::test]
async fn the_digest_of_the_refresh_token_is_stored_and_its_owner_gets_the_secret() {
    let (register, kept) = keeping();
    let logged_in = register.run(command(), context()).await.unwrap();
    let registration = kept.one();
    assert_eq!(registration.opened.refresh_digest, DIGEST);
    assert!(!format!("{registration:?}").contains(SECRET));
    assert_eq!(logged_in.refresh_token, SECRET);
}

#[tokio::test]
async fn the_access_token_speaks_for_the_new_user_in_the_new_session() {
    let (register, kept) = keeping();
    let logged_in = register.run(command(), context()).await.unwrap();
    let Registration { user, opened, .. } = kept.one();
    assert_eq!(opened.session.user_id, user.id);
    assert_eq!(logged_in.access.token, format!("access of {} in {}", user.id, opened.session.id));
}

#[tokio::test]
async fn every_new_thing_has_an_id_of_its_own() {
    let (register, kept) = keeping();
    register.run(command(), context()).await.unwrap();
    let Registration { user, opened, event, .. } = kept.one();
    let ids = std::collections::BTreeSet::from([user.id.uuid(), opened.session.id.uuid(), event.id.uuid()]);
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn a_long_client_name_is_cut_to_300_characters() {
    let (register, kept) = keeping();
    let context = RequestContext { user_agent: Some("ü".repeat(1000)), ..context() };
    register.run(command(), context).await.unwrap();
    assert_eq!(kept.one().opened.session.user_agent, Some("ü".repeat(300)));
}

#[tokio::test]
async fn a_taken_address_is_refused() {
    let mut users = MockUserStore::new();
    users.expect_commit_registration().returning(|_| Err(CommitAccountError::EmailTaken));
    let error = register(users, hasher()).run(command(), context()).await.err().unwrap();
    assert!(matches!(error, RegisterError::EmailTaken));
}

#[tokio::test]
async fn a_storage_failure_passes_through() {
    let mut users = MockUserStore::new();
    users.expect_commit_registration().returning(|_| Err(unavailable().into()));
    let error = register(users, hasher()).run(command(), context()).await.err().unwrap();
    assert!(matches!(error, RegisterError::Storage(_)));
}

#[tokio::test]
async fn nothing_is_stored_when_the_hasher_is_overloaded() {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().returning(|_| Err(HashError::Overloaded));
    let error = register(MockUserStore::new(), hasher).run(command(), context()).await.err().unwrap();
    assert!(matches!(error, RegisterError::Hash(HashError::Overloaded)));
}

#[tokio::test]
async fn nothing_is_stored_when_no_token_can_be_made() {
    let mut secret_tokens = MockSecretTokens::new();
    secret_tokens.expect_generate().returning(|| Err("no randomness".into()));
    let mut register = register(MockUserStore::new(), hasher());
    register.sessions = Sessions { secret_tokens: Arc::new(secret_tokens), ..register.sessions };
    let error = register.run(command(), context()).await.err().unwrap();
    assert!(matches!(error, RegisterError::Tokens(_)));
}
