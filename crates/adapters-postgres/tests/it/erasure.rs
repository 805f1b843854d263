//! People who leave, whatever happens at the same moment.

use std::{sync::Arc, time::Duration};

use adapters_postgres::{CallerFeed, PgAuditLog, PgCallerRegistry, PgErasureStore};
use domain::{
    accounts::{Caller, Erasure, OpenOrder, User},
    actor::{Actor, Origination},
    audit::{AuditStamp, PasswordRefusal, SecurityEvent, Trace},
};
use ports::{
    accounts::{CommitEditError, CommitLogInError, ErasureStore, Leaving, UserStore},
    audit::AuditLog,
    orders::{CommitPlacementError, OrderStore},
    security::{AdmissionError, CallerRegistry},
};
use tokio::{task::JoinHandle, time::timeout};
use uuid::Uuid;

use crate::{
    arrange::{number, refusal, run, token},
    shop::{Shop, a_moment_ago, admin_creation, audit_line, email, log_in, registration, session},
};

/// The erasure of somebody whom nothing binds.
pub(crate) fn erasure(leaving: &Leaving) -> Erasure {
    let user = &leaving.account.user;
    let (actor, at) = (Actor::User(user.id), a_moment_ago());
    let stamp = AuditStamp { id: Uuid::now_v7().into(), actor, by: Trace::default(), at };
    let by = Origination { actor, request_id: Some("request-3".to_owned()), at };
    user.erase(leaving.ties.clone(), Uuid::now_v7().into(), by, stamp).unwrap()
}

/// One server.
struct Process {
    registry: Arc<PgCallerRegistry>,
    store: PgErasureStore,
    feed: CallerFeed,
}

impl Process {
    async fn of(shop: &Shop) -> Self {
        let registry = Arc::new(PgCallerRegistry::new(Duration::from_secs(900)));
        let mut feed = CallerFeed::new(shop.pool.clone(), registry.clone());
        feed.listen().await.unwrap();
        Self { store: PgErasureStore::new(shop.pool.clone(), registry.clone()), registry, feed }
    }
}

fn store(shop: &Shop) -> PgErasureStore {
    PgErasureStore::new(shop.pool.clone(), Arc::new(PgCallerRegistry::new(Duration::from_secs(900))))
}

async fn ada(shop: &Shop) -> User {
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    new.user
}

async fn load(shop: &Shop, user: &User) -> Leaving {
    store(shop).load(user.id).await.unwrap().unwrap()
}

/// Works in another task, which has to wait for somebody.
async fn waits<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    let mut waiting = tokio::spawn(work);
    let early = timeout(Duration::from_millis(200), &mut waiting).await;
    assert!(early.is_err(), "it did not wait");
    waiting
}

async fn done<T>(waiting: JoinHandle<T>) -> T {
    timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap()
}

#[tokio::test]
async fn who_leaves_is_found_with_what_binds_them() {
    let shop = Shop::open().await;
    shop.product(&[("A", 9, 1000)]).await;
    let user = ada(&shop).await;
    let free = load(&shop, &user).await;
    assert_eq!(
        (free.account.user, free.ties.open_orders, free.ties.another_admin),
        (user.clone(), vec![], false)
    );
    let open = shop.place(user.id, &[("A", 1)]).await.unwrap();
    shop.users().commit_admin_creation(&admin_creation("root@example.com")).await.unwrap();
    let bound = load(&shop, &user).await;
    assert_eq!(bound.ties.open_orders, [OpenOrder { id: open.id, number: open.number }]);
    assert!(bound.ties.another_admin);
}

#[tokio::test]
async fn an_erasure_has_its_event_and_its_line_and_frees_the_address() {
    let shop = Shop::open().await;
    let user = ada(&shop).await;
    store(&shop).commit_erasure(&erasure(&load(&shop, &user).await)).await.unwrap();
    let told = "SELECT (SELECT count(*) FROM events WHERE type = 'user.erased' AND aggregate_version = 2)
        + (SELECT count(*) FROM audit_log WHERE type = 'account.erased' AND ip IS NULL)";
    assert_eq!(number(&shop.client, told).await, 2);
    assert_eq!(store(&shop).load(user.id).await.unwrap(), None);
    assert_eq!(shop.users().find_credentials(&email("ada@example.com")).await.unwrap(), None);
    assert_ne!(ada(&shop).await.id, user.id, "somebody new has the address");
    shop.assert_sound().await;
}

#[tokio::test]
async fn all_sessions_are_refused_at_once_here_and_soon_everywhere() {
    let shop = Shop::open().await;
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    let (user, first) = (new.user, new.opened);
    let second = session(&user);
    shop.users().commit_log_in(&log_in(&user, second.clone(), None)).await.unwrap();
    let (here, mut there) = (Process::of(&shop).await, Process::of(&shop).await);
    here.store.commit_erasure(&erasure(&load(&shop, &user).await)).await.unwrap();
    there.feed.listen().await.unwrap();
    for opened in [first, second] {
        let caller = Caller { user_id: user.id, session_id: opened.session.id, roles: user.roles.clone() };
        for process in [&here, &there] {
            assert_eq!(process.registry.admit(caller.clone()), Err(AdmissionError::Ended));
        }
    }
}

#[tokio::test]
async fn an_account_that_was_edited_meanwhile_is_not_erased() {
    let shop = Shop::open().await;
    let user = ada(&shop).await;
    let decided = erasure(&load(&shop, &user).await);
    run(&shop.client, "UPDATE users SET password_hash = '$other', version = version + 1").await;
    let refused = store(&shop).commit_erasure(&decided).await;
    assert!(matches!(refused, Err(CommitEditError::Conflict)));
    assert_eq!(number(&shop.client, "SELECT count(email) FROM users").await, 1);
}

#[tokio::test]
async fn an_order_that_is_being_placed_is_waited_for_and_keeps_its_buyer() {
    let shop = Shop::open().await;
    let user = ada(&shop).await;
    let decided = erasure(&load(&shop, &user).await);
    let placing = shop.client().await;
    let order = format!(
        "BEGIN; INSERT INTO orders (id, customer_id, currency, status, payment_status, subtotal_minor, total_minor, email)
            VALUES (gen_random_uuid(), '{}', 'EUR', 'confirmed', 'paid', 0, 0, 'ada@example.com')",
        user.id
    );
    run(&placing, &order).await;
    let store = store(&shop);
    let erasing = waits(async move { store.commit_erasure(&decided).await }).await;
    run(&placing, "COMMIT").await;
    assert!(matches!(done(erasing).await, Err(CommitEditError::Conflict)));
    assert_eq!(load(&shop, &user).await.ties.open_orders.len(), 1);
}

#[tokio::test]
async fn who_is_being_erased_buys_nothing_and_opens_no_session() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 9, 1000)]).await.variants[0].variant.id;
    let user = ada(&shop).await;
    let placement = shop.decide(user.id, &[("A", 1)]).await;
    let erasing = shop.client().await;
    run(
        &erasing,
        "BEGIN; UPDATE users SET email = NULL, name = NULL, password_hash = NULL, erased_at = now(),
            version = version + 1",
    )
    .await;
    let (store, users) = (shop.store(), shop.users());
    let placing = waits(async move { store.commit_placement(&placement, None, None).await }).await;
    let decided = log_in(&user, session(&user), None);
    let entering = waits(async move { users.commit_log_in(&decided).await }).await;
    run(&erasing, "COMMIT").await;
    assert!(matches!(done(placing).await, Err(CommitPlacementError::CustomerGone)));
    assert!(matches!(done(entering).await, Err(CommitLogInError::Conflict)));
    assert_eq!(shop.level(variant).await, (9, 0), "no stock is held");
    assert_eq!((shop.count("orders").await, shop.count("sessions").await), (0, 1));
}

#[tokio::test]
async fn of_orders_and_an_erasure_at_once_never_an_order_of_nobody_is_left() {
    let shop = Shop::open().await;
    shop.product(&[("A", 99, 1000)]).await;
    for attempt in 0..10 {
        let new = registration(&format!("ada{attempt}@example.com"));
        shop.users().commit_registration(&new).await.unwrap();
        let decided = erasure(&load(&shop, &new.user).await);
        let placement = shop.decide(new.user.id, &[("A", 1)]).await;
        let (orders, erasures) = (shop.store(), store(&shop));
        let (placed, erased) =
            tokio::join!(orders.commit_placement(&placement, None, None), erasures.commit_erasure(&decided));
        match (placed, erased) {
            (Ok(()), Err(CommitEditError::Conflict)) | (Err(CommitPlacementError::CustomerGone), Ok(())) => {}
            outcome => panic!("{outcome:?}"),
        }
        shop.assert_sound().await;
    }
}

#[tokio::test]
async fn of_two_last_administrators_who_leave_at_once_one_stays() {
    let shop = Shop::open().await;
    let mut leaving = Vec::new();
    let admins = [admin_creation("ada@example.com"), admin_creation("bob@example.com")];
    for admin in &admins {
        shop.users().commit_admin_creation(admin).await.unwrap();
    }
    for admin in &admins {
        leaving.push(erasure(&load(&shop, &admin.user).await));
    }
    let (one, two) = (store(&shop), store(&shop));
    let (first, second) = tokio::join!(one.commit_erasure(&leaving[0]), two.commit_erasure(&leaving[1]));
    let refused = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(refused[..], [CommitEditError::Conflict]), "{refused:?}");
    assert_eq!(number(&shop.client, "SELECT count(*) FROM users WHERE roles @> '{admin}'").await, 1);
    shop.assert_sound().await;
}

#[tokio::test]
async fn nothing_is_stored_for_the_erased_by_anybody() {
    let shop = Shop::open().await;
    let user = ada(&shop).await;
    store(&shop).commit_erasure(&erasure(&load(&shop, &user).await)).await.unwrap();
    let id = user.id;
    for (statement, refused_by) in [
        (
            format!("INSERT INTO sessions (id, user_id, expires_at) VALUES (gen_random_uuid(), '{id}', now() + '1 day')"),
            "sessions_not_for_the_erased",
        ),
        (
            format!(
                "INSERT INTO one_time_tokens (digest, kind, user_id, expires_at)
                 VALUES (sha256('x'), 'password_reset', '{id}', now() + interval '1 hour')"
            ),
            "one_time_tokens_not_for_the_erased",
        ),
        (
            format!(
                "INSERT INTO mails (id, user_id, kind, recipient) VALUES (gen_random_uuid(), '{id}', 'x', 'a@b.example')"
            ),
            "mails_not_for_the_erased",
        ),
        (
            format!(
                "INSERT INTO carts (id, user_id, currency, expires_at)
                 VALUES (gen_random_uuid(), '{id}', 'EUR', now() + interval '1 day')"
            ),
            "carts_not_for_the_erased",
        ),
        (
            format!(
                "INSERT INTO orders (id, customer_id, currency, status, payment_status, subtotal_minor, total_minor, email)
                 VALUES (gen_random_uuid(), '{id}', 'EUR', 'confirmed', 'paid', 0, 0, 'a@b.example')"
            ),
            "orders_not_for_the_erased",
        ),
    ] {
        assert_eq!(refusal(&shop.client, &statement).await, refused_by);
    }
    let sessions = shop.client.query_one("SELECT id FROM sessions", &[]).await.unwrap();
    let refused = refusal(&shop.client, &token(sessions.get(0))).await;
    assert_eq!(refused, "refresh_tokens_session_lives");
}

#[tokio::test]
async fn what_the_log_tells_of_the_erased_it_tells_without_an_address() {
    let shop = Shop::open().await;
    let user = ada(&shop).await;
    let other = registration("bob@example.com");
    shop.users().commit_registration(&other).await.unwrap();
    let log = PgAuditLog::new(shop.pool.clone());
    let wrong = || SecurityEvent::PasswordRefused { reason: PasswordRefusal::WrongPassword };

    // A guess whose line is on its way: the erasure waits for it, and finds it.
    let guessing = shop.client().await;
    let line = format!(
        "BEGIN; INSERT INTO audit_log (id, type, actor, subject, ip)
            VALUES (gen_random_uuid(), 'password.refused', 'guest', '{}', '192.0.2.77')",
        user.id
    );
    run(&guessing, &line).await;
    let decided = erasure(&load(&shop, &user).await);
    let erasures = store(&shop);
    let erasing = waits(async move { erasures.commit_erasure(&decided).await }).await;
    run(&guessing, "COMMIT").await;
    done(erasing).await.unwrap();
    // One that comes later, and one of somebody else.
    log.append(&audit_line(wrong(), Actor::Guest, &user)).await.unwrap();
    log.append(&audit_line(wrong(), Actor::User(user.id), &other.user)).await.unwrap();
    log.append(&audit_line(wrong(), Actor::Guest, &other.user)).await.unwrap();

    let known = "SELECT count(*) FROM audit_log WHERE type = 'password.refused' AND ip IS NOT NULL";
    assert_eq!(number(&shop.client, known).await, 1, "only of who is still there");
    assert_eq!(
        number(&shop.client, "SELECT count(*) FROM audit_log WHERE type = 'password.refused'").await,
        4
    );
    shop.assert_sound().await;
}
