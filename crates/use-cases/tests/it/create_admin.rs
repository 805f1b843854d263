//! Making an administrator.

use std::sync::Arc;

use domain::{
    accounts::{AdminCreation, Permission},
    actor::Actor,
    events::EventData,
};
use ports::{MockPasswordHasher, MockUserStore, accounts::CommitAccountError, security::HashError};
use use_cases::accounts::{CreateAdmin, CreateAdminError};

use crate::fixtures::{Kept, PASSWORD, clock, email, ids_from, new_password};

fn hasher() -> MockPasswordHasher {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().withf(|password| password.expose() == PASSWORD).returning(|_| Ok("$hash".into()));
    hasher
}

fn create_admin(users: MockUserStore, hasher: MockPasswordHasher) -> CreateAdmin {
    CreateAdmin { users: Arc::new(users), hasher: Arc::new(hasher), ids: ids_from(1), clock: clock() }
}

fn keeping() -> (CreateAdmin, Kept<AdminCreation>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut users = MockUserStore::new();
    users.expect_commit_admin_creation().returning(move |creation| {
        keeper.keep(creation.clone());
        Ok(())
    });
    (create_admin(users, hasher()), kept)
}

#[tokio::test]
async fn an_administrator_may_do_everything() {
    let (create_admin, kept) = keeping();
    let user = create_admin.run(email(), new_password()).await.unwrap();
    let creation = kept.one();
    assert_eq!((&creation.user, creation.password_hash.as_str()), (&user, "$hash"));
    assert!(Permission::ALL.into_iter().all(|permission| user.roles.allow(permission)));
    assert!(user.email_verified);
}

#[tokio::test]
async fn the_event_says_that_the_system_did_it() {
    let (create_admin, kept) = keeping();
    create_admin.run(email(), new_password()).await.unwrap();
    let event = kept.one().event;
    assert_eq!((event.origination.actor, event.origination.request_id), (Actor::System, None));
    assert_eq!(event.data, EventData::UserRegistered { roles: vec!["customer".into(), "admin".into()] });
}

#[tokio::test]
async fn a_taken_address_is_refused() {
    let mut users = MockUserStore::new();
    users.expect_commit_admin_creation().returning(|_| Err(CommitAccountError::EmailTaken));
    let error = create_admin(users, hasher()).run(email(), new_password()).await.unwrap_err();
    assert!(matches!(error, CreateAdminError::EmailTaken));
}

#[tokio::test]
async fn nothing_is_stored_without_a_hash() {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().returning(|_| Err(HashError::Failed("no memory".into())));
    let error = create_admin(MockUserStore::new(), hasher).run(email(), new_password()).await.unwrap_err();
    assert!(matches!(error, CreateAdminError::Hash(HashError::Failed(_))));
}
