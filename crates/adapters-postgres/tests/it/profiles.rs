//! What people change about their own account.

use std::{sync::Arc, time::Duration};

use adapters_postgres::{PgCallerRegistry, PgProfileStore};
use domain::{
    accounts::{OpenedSession, PasswordChange, ProfileEdit, ProfilePatch, ReplacedPassword, User},
    actor::{Actor, Origination},
    audit::{AuditStamp, SecurityEvent},
};
use ports::accounts::{CommitEditError, CommitLogInError, ProfileStore, UserStore};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, audit_line, email, log_in, name, registration, session},
};

fn profiles(shop: &Shop) -> PgProfileStore {
    PgProfileStore::new(shop.pool.clone(), Arc::new(PgCallerRegistry::new(Duration::from_secs(900))))
}

/// Ada, with her first session.
async fn ada(shop: &Shop) -> (User, OpenedSession) {
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    (new.user, new.opened)
}

fn by(user: &User) -> Origination {
    Origination { actor: Actor::User(user.id), request_id: Some("request-2".to_owned()), at: a_moment_ago() }
}

fn renamed(user: &User, to: &str) -> ProfileEdit {
    let patch = ProfilePatch { name: Some(Some(name(to))) };
    user.edit(patch, Uuid::now_v7().into(), by(user)).unwrap()
}

fn new_password(user: &User, session: &OpenedSession) -> PasswordChange {
    let audit = audit_line(SecurityEvent::PasswordChanged, Actor::User(user.id), user);
    let new = ReplacedPassword {
        password_hash: "$second".to_owned(),
        event_id: Uuid::now_v7().into(),
        mail_id: Uuid::now_v7().into(),
        by: by(user),
        stamp: AuditStamp { id: audit.id, actor: audit.actor, by: audit.by, at: a_moment_ago() },
    };
    user.change_password(new, session.session.id)
}

#[tokio::test]
async fn an_edited_profile_is_found_as_it_is_now_and_has_its_event() {
    let shop = Shop::open().await;
    let (user, _) = ada(&shop).await;
    let edit = renamed(&user, "Countess");
    profiles(&shop).commit_profile_edit(&edit).await.unwrap();
    assert_eq!(profiles(&shop).find(user.id).await.unwrap(), Some(edit.user));
    let events =
        "SELECT count(*) FROM events WHERE type = 'user.updated' AND data = '{\"fields\": [\"name\"]}'";
    assert_eq!(number(&shop.client, events).await, 1);
    shop.assert_sound().await;
}

#[tokio::test]
async fn of_many_edits_of_one_version_exactly_one_is_stored() {
    let shop = Shop::open().await;
    let (user, _) = ada(&shop).await;
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let (profiles, edit) = (profiles(&shop), renamed(&user, &format!("Ada {n}")));
        tasks.spawn(async move { profiles.commit_profile_edit(&edit).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(CommitEditError::Conflict))));
    assert_eq!(shop.count("events").await, 2, "one more than the registration's");
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session_and_voids_mailed_tokens() {
    let shop = Shop::open().await;
    let (user, first) = ada(&shop).await;
    shop.users().commit_log_in(&log_in(&user, session(&user), None)).await.unwrap();
    run(
        &shop.client,
        "INSERT INTO one_time_tokens (digest, kind, user_id, expires_at)
        SELECT sha256('x'), 'password_reset', id, now() + interval '1 hour' FROM users",
    )
    .await;
    profiles(&shop).commit_password_change(&new_password(&user, &first)).await.unwrap();
    let found = profiles(&shop).find_credentials(user.id).await.unwrap().unwrap();
    assert_eq!((found.password_hash.as_str(), found.user.version), ("$second", 2));
    let live = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL";
    assert_eq!(number(&shop.client, live).await, 1);
    let kept = format!("{live} AND id = '{}'", first.session.id);
    assert_eq!(number(&shop.client, &kept).await, 1, "the session that changed it goes on");
    let usable = "SELECT count(*) FROM one_time_tokens WHERE kind = 'password_reset' AND used_at IS NULL";
    assert_eq!(number(&shop.client, usable).await, 0);
    let owed = "SELECT count(*) FROM mails WHERE kind = 'password_changed' AND recipient = 'ada@example.com'";
    assert_eq!(number(&shop.client, owed).await, 1);
    let told = "SELECT count(*) FROM audit_log WHERE type = 'password.changed'";
    assert_eq!(number(&shop.client, told).await, 1);
    shop.assert_sound().await;
}

#[tokio::test]
async fn no_log_in_with_the_old_password_outlives_its_change() {
    let shop = Shop::open().await;
    let (user, first) = ada(&shop).await;
    let mut tasks = JoinSet::new();
    for n in 0..20_u32 {
        let users = shop.users();
        let late = log_in(&user, session(&user), n.is_multiple_of(2).then_some("$dearer"));
        tasks.spawn(async move {
            match users.commit_log_in(&late).await {
                Ok(()) | Err(CommitLogInError::Conflict) => {}
                Err(error) => panic!("{error}"),
            }
        });
    }
    profiles(&shop).commit_password_change(&new_password(&user, &first)).await.unwrap();
    tasks.join_all().await;
    let live = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL";
    assert_eq!(number(&shop.client, live).await, 1);
    let found = profiles(&shop).find_credentials(user.id).await.unwrap().unwrap();
    assert_eq!(found.password_hash, "$second");
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_erased_account_has_no_profile() {
    let shop = Shop::open().await;
    let (user, _) = ada(&shop).await;
    let erase = "UPDATE users SET email = NULL, name = NULL, password_hash = NULL, erased_at = now()";
    run(&shop.client, erase).await;
    assert_eq!(profiles(&shop).find(user.id).await.unwrap(), None);
    assert_eq!(profiles(&shop).find_credentials(user.id).await.unwrap(), None);
    let late = profiles(&shop).commit_profile_edit(&renamed(&user, "Ghost")).await;
    assert!(matches!(late, Err(CommitEditError::Conflict)));
    assert_eq!(shop.users().find_credentials(&email("ada@example.com")).await.unwrap(), None);
}
