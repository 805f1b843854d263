//! Sessions: refreshed once by whoever is first, ended with all their tokens, and known to be.

use std::{sync::Arc, time::Duration};

use adapters_postgres::{CallerFeed, Database, PgCallerRegistry, PgSessionStore};
use domain::{
    accounts::{Caller, OpenedSession, Role, Roles, SessionEnding, SessionRefresh, User},
    actor::Actor,
    audit::{AuditStamp, SessionEnd, Trace},
};
use ports::{
    accounts::{CommitRefreshError, SessionStore, UserStore},
    pagination::PageRequest,
    security::{AdmissionError, CallerRegistry},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, log_in, registration, settings},
};

/// The sessions of a shop, and what a process knows of callers.
struct Process {
    sessions: PgSessionStore,
    registry: Arc<PgCallerRegistry>,
    feed: CallerFeed,
}

impl Process {
    fn of(shop: &Shop) -> Self {
        let database = || Database::new(&settings(shop.url())).unwrap();
        let registry = Arc::new(PgCallerRegistry::new(Duration::from_secs(900)));
        Self {
            sessions: PgSessionStore::new(database(), registry.clone()),
            feed: CallerFeed::new(database(), registry.clone()),
            registry,
        }
    }
}

/// Ada, with her first session.
async fn ada(shop: &Shop) -> (User, OpenedSession) {
    let new = registration("ada@example.com");
    shop.users().commit_registration(&new).await.unwrap();
    (new.user, new.opened)
}

fn next(opened: &OpenedSession, digest: [u8; 32]) -> SessionRefresh {
    SessionRefresh {
        session_id: opened.session.id,
        used: opened.refresh_digest,
        next: digest,
        next_expires_at: opened.session.expires_at,
        at: a_moment_ago(),
    }
}

fn ending(user: &User, opened: &OpenedSession) -> SessionEnding {
    let by = AuditStamp {
        id: Uuid::now_v7().into(),
        actor: Actor::User(user.id),
        by: Trace { ip: Some([192, 0, 2, 9].into()), request_id: Some("request-2".to_owned()) },
        at: a_moment_ago(),
    };
    SessionEnding::new(opened.session.id, user.id, SessionEnd::LoggedOut, by)
}

fn caller(user: &User, opened: &OpenedSession) -> Caller {
    Caller { user_id: user.id, session_id: opened.session.id, roles: user.roles.clone() }
}

fn page(limit: u16) -> PageRequest {
    PageRequest { limit, after: None }
}

#[tokio::test]
async fn a_refresh_token_is_found_with_its_session_and_its_owner_of_now() {
    let shop = Shop::open().await;
    let (user, opened) = ada(&shop).await;
    let sessions = Process::of(&shop).sessions;
    run(&shop.client, "UPDATE users SET roles = '{support}'").await;
    let found = sessions.find_refresh_token(&opened.refresh_digest).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.session_id), (user.id, opened.session.id));
    assert!(found.user.roles.contains(Role::Support), "the roles are those of this moment");
    assert_eq!((found.expires_at, found.used_at), (opened.refresh_expires_at, None));
    assert_eq!((found.session_expires_at, found.session_ended), (opened.session.expires_at, false));
    assert_eq!(sessions.find_refresh_token(&[9; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn of_twenty_who_refresh_with_one_token_exactly_one_succeeds() {
    let shop = Shop::open().await;
    let (_, opened) = ada(&shop).await;
    let mut tasks = JoinSet::new();
    for place in 0..20 {
        let sessions = Process::of(&shop).sessions;
        let refresh = next(&opened, [100 + place; 32]);
        tasks.spawn(async move { sessions.commit_refresh(&refresh).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let lost = |outcome: &&Result<(), _>| matches!(outcome, Err(CommitRefreshError::Conflict));
    assert_eq!(outcomes.iter().filter(lost).count(), 19);
    assert_eq!(shop.count("refresh_tokens").await, 2);
    shop.assert_sound().await;
}

#[tokio::test]
async fn refreshing_and_ending_at_once_never_leaves_a_live_token() {
    let shop = Shop::open().await;
    for attempt in 0..10 {
        let new = registration(&format!("ada{attempt}@example.com"));
        shop.users().commit_registration(&new).await.unwrap();
        let process = Process::of(&shop);
        let (refresh, end) = (next(&new.opened, [attempt; 32]), ending(&new.user, &new.opened));
        let (_, ended) =
            tokio::join!(process.sessions.commit_refresh(&refresh), process.sessions.commit_ending(&end));
        assert!(ended.unwrap());
    }
    let live = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL AND revoked_at IS NULL";
    assert_eq!(number(&shop.client, live).await, 0);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_session_is_ended_once_and_its_line_is_appended_once() {
    let shop = Shop::open().await;
    let (user, opened) = ada(&shop).await;
    let sessions = Process::of(&shop).sessions;
    assert!(sessions.commit_ending(&ending(&user, &opened)).await.unwrap());
    assert!(!sessions.commit_ending(&ending(&user, &opened)).await.unwrap());
    let row = shop
        .client
        .query_one(
            "SELECT type, actor, subject, host(ip), request_id, detail ->> 'session_id', detail ->> 'reason'
            FROM audit_log WHERE type = 'session.ended'",
            &[],
        )
        .await
        .unwrap();
    let text = |place: usize| row.get::<_, String>(place);
    assert_eq!((text(0), text(1)), ("session.ended".to_owned(), format!("user:{}", user.id)));
    assert_eq!((text(2), text(3), text(4)), (user.id.to_string(), "192.0.2.9".into(), "request-2".into()));
    assert_eq!((text(5), text(6)), (opened.session.id.to_string(), "logged_out".to_owned()));
    let refused = sessions.commit_refresh(&next(&opened, [8; 32])).await;
    assert!(matches!(refused, Err(CommitRefreshError::Conflict)));
    let found = sessions.find_refresh_token(&opened.refresh_digest).await.unwrap().unwrap();
    assert!(found.session_ended);
}

#[tokio::test]
async fn sessions_that_go_on_are_listed_newest_first() {
    let shop = Shop::open().await;
    let (user, first) = ada(&shop).await;
    let sessions = Process::of(&shop).sessions;
    let mut ids = vec![first.session.id];
    for _ in 0..3 {
        let opened = crate::shop::session(&user);
        let log_in = log_in(&user, opened.clone(), None);
        shop.users().commit_log_in(&log_in).await.unwrap();
        ids.insert(0, opened.session.id);
    }
    let ended = ids.remove(1);
    run(
        &shop.client,
        &format!("UPDATE sessions SET revoked_at = now(), revoke_reason = 'revoked' WHERE id = '{ended}'"),
    )
    .await;
    let all = sessions.list(user.id, page(10)).await.unwrap();
    assert_eq!(all.rows.iter().map(|row| row.session.id).collect::<Vec<_>>(), ids);
    assert_eq!(all.rows[2].session, first.session);
    let start = sessions.list(user.id, page(2)).await.unwrap();
    let rest = sessions.list(user.id, PageRequest { limit: 2, after: start.next }).await.unwrap();
    assert_eq!((start.rows.len(), rest.rows[0].session.id, rest.next), (2, ids[2], None));
    assert!(sessions.find(ended).await.unwrap().is_none() && sessions.find(ids[0]).await.unwrap().is_some());
    assert!(sessions.list(Uuid::now_v7().into(), page(10)).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_session_whose_tokens_are_too_old_does_not_go_on() {
    let shop = Shop::open().await;
    let (user, opened) = ada(&shop).await;
    let sessions = Process::of(&shop).sessions;
    run(
        &shop.client,
        "UPDATE refresh_tokens SET issued_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'",
    )
    .await;
    assert!(sessions.list(user.id, page(10)).await.unwrap().rows.is_empty());
    assert!(sessions.find(opened.session.id).await.unwrap().is_none());
}

#[tokio::test]
async fn the_process_that_ends_a_session_knows_at_once_and_others_when_they_listen() {
    let shop = Shop::open().await;
    let (user, opened) = ada(&shop).await;
    let (mut here, mut there) = (Process::of(&shop), Process::of(&shop));
    let caller = caller(&user, &opened);
    assert_eq!(there.registry.admit(caller.clone()), Err(AdmissionError::NotKnown));
    here.feed.listen().await.unwrap();
    there.feed.listen().await.unwrap();
    assert_eq!(there.registry.admit(caller.clone()), Ok(caller.clone()));
    here.sessions.commit_ending(&ending(&user, &opened)).await.unwrap();
    assert_eq!(here.registry.admit(caller.clone()), Err(AdmissionError::Ended));
    there.feed.listen().await.unwrap();
    assert_eq!(there.registry.admit(caller.clone()), Err(AdmissionError::Ended));
    let mut later = Process::of(&shop);
    later.feed.listen().await.unwrap();
    assert_eq!(later.registry.admit(caller), Err(AdmissionError::Ended), "loaded at the start");
}

#[tokio::test]
async fn an_ending_that_commits_late_is_heard_all_the_same() {
    let shop = Shop::open().await;
    let (user, opened) = ada(&shop).await;
    let mut process = Process::of(&shop);
    let slow = shop.client().await;
    run(&slow, "BEGIN; UPDATE sessions SET revoked_at = now(), revoke_reason = 'revoked'").await;
    process.feed.listen().await.unwrap();
    let other = registration("eve@example.com");
    shop.users().commit_registration(&other).await.unwrap();
    process.sessions.commit_ending(&ending(&other.user, &other.opened)).await.unwrap();
    process.feed.listen().await.unwrap();
    let caller = caller(&user, &opened);
    assert_eq!(process.registry.admit(caller.clone()), Ok(caller.clone()));
    run(&slow, "COMMIT").await;
    process.feed.listen().await.unwrap();
    assert_eq!(process.registry.admit(caller), Err(AdmissionError::Ended));
}

#[tokio::test]
async fn changed_roles_are_heard_of() {
    let shop = Shop::open().await;
    let (user, opened) = ada(&shop).await;
    let mut process = Process::of(&shop);
    process.feed.listen().await.unwrap();
    run(&shop.client, "UPDATE users SET roles = '{customer,order_manager}', version = version + 1").await;
    process.feed.listen().await.unwrap();
    let admitted = process.registry.admit(caller(&user, &opened)).unwrap();
    assert_eq!(admitted.roles, Roles::from_iter([Role::OrderManager]));
    let mut later = Process::of(&shop);
    later.feed.listen().await.unwrap();
    assert_eq!(later.registry.admit(caller(&user, &opened)).unwrap().roles, admitted.roles);
}

#[tokio::test]
async fn a_feed_whose_connection_was_broken_goes_on_where_it_was() {
    let shop = Shop::open().await;
    let (user, opened) = ada(&shop).await;
    let mut process = Process::of(&shop);
    process.feed.listen().await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    run(&shop.client, "UPDATE sessions SET revoked_at = now(), revoke_reason = 'revoked'").await;
    run(&shop.client, cut).await;
    let listened = async {
        while process.feed.listen().await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), listened).await.unwrap();
    assert_eq!(process.registry.admit(caller(&user, &opened)), Err(AdmissionError::Ended));
}
