//! Going on with a session, and ending it.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    accounts::{PresentedToken, Role, Roles, Session, SessionEnding, SessionRefresh, User},
    actor::Actor,
    audit::SessionEnd,
};
use ports::{
    MockSessionStore,
    accounts::{CommitRefreshError, SessionView},
};
use use_cases::accounts::{EndSession, EndSessionError, LogOut, RefreshSession, RefreshSessionError};

use crate::fixtures::{
    DIGEST, Kept, SECRET, caller, clock, context, email, ids_from, lifetime, now, sessions, unavailable, uuid,
};

const GRACE: Duration = Duration::seconds(10);

/// Ada's token, which nobody has used.
fn token() -> PresentedToken {
    let ada = User::register(uuid(500).into(), email(), None, now());
    PresentedToken {
        user: User { roles: Roles::from_iter([Role::Support]), ..ada },
        session_id: uuid(501).into(),
        session_expires_at: now() + Duration::days(20),
        session_ended: false,
        digest: [1; 32],
        expires_at: now() + Duration::days(1),
        used_at: None,
    }
}

fn used(ago: Duration) -> PresentedToken {
    PresentedToken { used_at: Some(now() - ago), ..token() }
}

/// A store that has these tokens, one after the other.
fn store(tokens: Vec<PresentedToken>) -> MockSessionStore {
    let mut store = MockSessionStore::new();
    let mut tokens = tokens.into_iter();
    store.expect_find_refresh_token().returning(move |_| Ok(tokens.next()));
    store
}

fn keeping_ending(store: &mut MockSessionStore, ended: bool) -> Kept<SessionEnding> {
    let kept = Kept::new();
    let keeper = kept.clone();
    store.expect_commit_ending().returning(move |ending| {
        keeper.keep(ending.clone());
        Ok(ended)
    });
    kept
}

fn refresh(store: MockSessionStore) -> RefreshSession {
    let ids = ids_from(1);
    let sessions = sessions(&ids);
    RefreshSession { store: Arc::new(store), sessions, grace: GRACE, ids, clock: clock() }
}

async fn refused(store: MockSessionStore) -> RefreshSessionError {
    refresh(store).run("a token", context()).await.err().unwrap()
}

#[tokio::test]
async fn a_token_is_exchanged_for_a_pair_with_the_roles_of_now() {
    let mut store = store(vec![token()]);
    let kept: Kept<SessionRefresh> = Kept::new();
    let keeper = kept.clone();
    store.expect_commit_refresh().returning(move |refresh| {
        keeper.keep(refresh.clone());
        Ok(())
    });
    let pair = refresh(store).run("a token", context()).await.unwrap();
    let exchanged = kept.one();
    assert_eq!((exchanged.used, exchanged.next, exchanged.at), ([1; 32], DIGEST, now()));
    assert_eq!(exchanged.next_expires_at, now() + lifetime().idle);
    assert_eq!(pair.refresh_token, SECRET);
    assert_eq!(pair.access.token, format!("access of {} in {}", uuid(500), uuid(501)));
}

#[tokio::test]
async fn whoever_loses_a_race_is_told_that_another_has_the_pair() {
    let mut store = store(vec![token(), used(Duration::zero())]);
    store.expect_commit_refresh().once().returning(|_| Err(CommitRefreshError::Conflict));
    assert!(matches!(refused(store).await, RefreshSessionError::Superseded));
}

#[tokio::test]
async fn a_token_used_just_now_ends_nothing() {
    assert!(matches!(refused(store(vec![used(GRACE)])).await, RefreshSessionError::Superseded));
}

#[tokio::test]
async fn a_token_used_long_ago_ends_its_session_although_the_call_is_refused() {
    let mut store = store(vec![used(Duration::seconds(11))]);
    let kept = keeping_ending(&mut store, true);
    assert!(matches!(refused(store).await, RefreshSessionError::Reused));
    let ending = kept.one();
    assert_eq!((ending.session_id, ending.reason), (uuid(501).into(), SessionEnd::TokenReused));
    assert_eq!((ending.audit.actor, ending.audit.subject), (Actor::Guest, Some(uuid(500).into())));
    assert_eq!(ending.audit.by.request_id.as_deref(), Some("request-1"));
}

#[tokio::test]
async fn an_alarm_that_can_not_be_stored_is_not_told_as_one() {
    let mut store = store(vec![used(Duration::seconds(11))]);
    store.expect_commit_ending().returning(|_| Err(unavailable()));
    assert!(matches!(refused(store).await, RefreshSessionError::Storage(_)));
}

#[tokio::test]
async fn unknown_old_and_ended_tokens_get_the_same_answer() {
    let old = PresentedToken { expires_at: now(), ..token() };
    let ended = PresentedToken { session_ended: true, ..token() };
    for tokens in [vec![], vec![old], vec![ended]] {
        assert!(matches!(refused(store(tokens)).await, RefreshSessionError::Dead));
    }
}

fn log_out(store: MockSessionStore) -> LogOut {
    let ids = ids_from(1);
    LogOut { store: Arc::new(store), secret_tokens: sessions(&ids).secret_tokens, ids, clock: clock() }
}

#[tokio::test]
async fn logging_out_ends_the_session_of_the_token_even_of_a_used_one() {
    for token in [token(), used(Duration::days(1))] {
        let mut store = store(vec![token]);
        let kept = keeping_ending(&mut store, true);
        log_out(store).run("a token", context()).await.unwrap();
        let ending = kept.one();
        assert_eq!((ending.session_id, ending.reason), (uuid(501).into(), SessionEnd::LoggedOut));
        assert_eq!(ending.audit.actor, Actor::User(uuid(500).into()));
    }
}

#[tokio::test]
async fn logging_out_with_a_dead_token_changes_nothing() {
    log_out(store(vec![])).run("a token", context()).await.unwrap();
    let ended = PresentedToken { session_ended: true, ..token() };
    log_out(store(vec![ended])).run("a token", context()).await.unwrap();
}

/// A store with the session 7, of this person.
fn with_session(owner: u128) -> MockSessionStore {
    let mut store = MockSessionStore::new();
    store.expect_find().returning(move |id| {
        let session = Session {
            id,
            user_id: uuid(owner).into(),
            created_at: now(),
            expires_at: now() + Duration::days(1),
            user_agent: None,
            ip: None,
        };
        Ok((id == uuid(7).into()).then_some(SessionView { session, last_used_at: now() }))
    });
    store
}

async fn end(store: MockSessionStore, id: u128) -> Result<(), EndSessionError> {
    let end = EndSession { store: Arc::new(store), ids: ids_from(1), clock: clock() };
    end.run(&caller(&[]), uuid(id).into(), context()).await
}

#[tokio::test]
async fn people_end_their_own_sessions() {
    let mut store = with_session(500);
    let kept = keeping_ending(&mut store, true);
    end(store, 7).await.unwrap();
    assert_eq!((kept.one().reason), SessionEnd::Revoked);
}

#[tokio::test]
async fn a_foreign_session_an_ended_one_and_none_look_alike() {
    assert!(matches!(end(with_session(600), 7).await, Err(EndSessionError::NotFound)));
    assert!(matches!(end(with_session(500), 8).await, Err(EndSessionError::NotFound)));
    let mut raced = with_session(500);
    keeping_ending(&mut raced, false);
    assert!(matches!(end(raced, 7).await, Err(EndSessionError::NotFound)));
}
