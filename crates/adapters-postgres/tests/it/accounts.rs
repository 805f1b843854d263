//! Accounts and log-ins.

use domain::{
    accounts::{Role, User},
    actor::Actor,
    events::EventData,
};
use ports::accounts::{CommitAccountError, CommitLogInError, Credentials, UserStore};
use tokio::task::JoinSet;

use crate::{
    arrange::{number, run},
    shop::{self, Shop, admin_creation, email, registration, session},
};

#[tokio::test]
async fn a_new_account_is_found_by_its_address_as_it_was_made() {
    let shop = Shop::open().await;
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    let found = shop.users().find_credentials(&email("ADA@example.com")).await.unwrap();
    assert_eq!(found, Some(Credentials { user: new.user, password_hash: "$first".to_owned() }));
    assert_eq!(shop.users().find_credentials(&email("bob@example.com")).await.unwrap(), None);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_registration_brings_a_session_a_token_and_an_event() {
    let shop = Shop::open().await;
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    let sql = "SELECT session.user_id, session.user_agent, host(session.ip), token.digest, session.expires_at,
            token.expires_at, event.aggregate_id, event.type, event.actor
        FROM sessions AS session JOIN refresh_tokens AS token ON token.session_id = session.id, events AS event";
    let row = shop.client.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, uuid::Uuid>(0), new.user.id.uuid());
    assert_eq!((row.get::<_, &str>(1), row.get::<_, &str>(2)), ("Browser/1", "192.0.2.7"));
    assert_eq!(row.get::<_, &[u8]>(3), new.opened.refresh_digest);
    assert_eq!(row.get::<_, domain::Instant>(4), new.opened.session.expires_at);
    assert_eq!(row.get::<_, domain::Instant>(5), new.opened.refresh_expires_at);
    assert_eq!(row.get::<_, uuid::Uuid>(6), new.user.id.uuid());
    assert_eq!(row.get::<_, &str>(7), "user.registered");
    assert_eq!(row.get::<_, String>(8), Actor::User(new.user.id).to_string());
    assert!(matches!(new.event.data, EventData::UserRegistered { .. }));
}

#[tokio::test]
async fn of_twenty_who_take_one_address_exactly_one_gets_it() {
    let shop = Shop::open().await;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let users = shop.users();
        tasks.spawn(async move { users.commit_registration(&registration("ada@example.com")).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let taken = |outcome: &&Result<_, _>| matches!(outcome, Err(CommitAccountError::EmailTaken));
    assert_eq!(outcomes.iter().filter(taken).count(), 19);
    let everything = "(SELECT count(*) FROM users) + (SELECT count(*) FROM sessions)
        + (SELECT count(*) FROM refresh_tokens) + (SELECT count(*) FROM events)";
    assert_eq!(
        number(&shop.client, &format!("SELECT {everything}")).await,
        4,
        "nothing is left of the others"
    );
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_administrator_is_made_verified_and_without_a_session() {
    let shop = Shop::open().await;
    let new = admin_creation("root@example.com");
    shop.users().commit_admin_creation(&new).await.unwrap();
    let found = shop.users().find_credentials(&new.user.email).await.unwrap().unwrap();
    assert!(found.user.email_verified && found.user.roles.contains(Role::Admin));
    assert_eq!(found.user, new.user);
    assert_eq!((shop.count("sessions").await, shop.count("events").await), (0, 1));
    let again = shop.users().commit_admin_creation(&admin_creation("root@example.com")).await;
    assert!(matches!(again, Err(CommitAccountError::EmailTaken)));
    shop.assert_sound().await;
}

async fn registered(shop: &Shop) -> User {
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    new.user
}

async fn log_in(shop: &Shop, user: &User, rehashed: Option<&str>) {
    let log_in = shop::log_in(user, session(user), rehashed);
    shop.users().commit_log_in(&log_in).await.unwrap();
}

async fn hash(shop: &Shop) -> String {
    shop.users().find_credentials(&email("ada@example.com")).await.unwrap().unwrap().password_hash
}

#[tokio::test]
async fn each_log_in_opens_a_session_and_leaves_the_account_as_it_is() {
    let shop = Shop::open().await;
    let user = registered(&shop).await;
    log_in(&shop, &user, None).await;
    log_in(&shop, &user, None).await;
    assert_eq!((shop.count("sessions").await, shop.count("refresh_tokens").await), (3, 3));
    assert_eq!(hash(&shop).await, "$first");
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_log_in_keeps_the_better_hash_of_the_same_password() {
    let shop = Shop::open().await;
    let user = registered(&shop).await;
    log_in(&shop, &user, Some("$dearer")).await;
    assert_eq!(hash(&shop).await, "$dearer");
}

#[tokio::test]
async fn a_log_in_with_a_password_that_was_changed_meanwhile_opens_no_session() {
    let shop = Shop::open().await;
    let user = registered(&shop).await;
    run(&shop.client, "UPDATE users SET password_hash = '$other password', version = version + 1").await;
    let late = shop::log_in(&user, session(&user), Some("$dearer"));
    let refused = shop.users().commit_log_in(&late).await;
    assert!(matches!(refused, Err(CommitLogInError::Conflict)));
    assert_eq!((hash(&shop).await.as_str(), shop.count("sessions").await), ("$other password", 1));
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_erased_account_is_not_found_and_its_address_is_free() {
    let shop = Shop::open().await;
    registered(&shop).await;
    let erase = "UPDATE users SET email = NULL, name = NULL, password_hash = NULL, erased_at = now()";
    run(&shop.client, erase).await;
    assert_eq!(shop.users().find_credentials(&email("ada@example.com")).await.unwrap(), None);
    registered(&shop).await;
}
