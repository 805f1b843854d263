//! Taking all that is held on oneself, and leaving for good.

use std::sync::Arc;

use domain::{
    accounts::{Erasure, ErasureError, OpenOrder, Password, Role, Ties, User},
    actor::Actor,
    audit::{PasswordRefusal, SecurityEvent},
    version::Precondition,
};
use ports::{
    MockAuditLog, MockErasureStore, MockPasswordHasher, MockPersonalDataReader,
    accounts::{CommitEditError, Credentials, Leaving, PersonalData},
    audit::AuditView,
    security::PasswordCheck,
};
use use_cases::accounts::{
    EraseAccount, EraseAccountError, ExportAccount, ExportAccountError, PasswordProofError,
};

use crate::fixtures::{
    Kept, PASSWORD, caller, clock, context, email, ids_from, now, proof, unavailable, uuid,
};

fn ada() -> User {
    User { version: 4, ..User::register(uuid(500).into(), email(), None, now()) }
}

fn leaving(open_orders: Vec<OpenOrder>) -> Leaving {
    let account = Credentials { user: ada(), password_hash: "$stored".into() };
    Leaving { account, ties: Ties { open_orders, another_admin: false } }
}

/// Ada's account is there, and these orders are open.
fn store(open_orders: Vec<OpenOrder>) -> MockErasureStore {
    let mut store = MockErasureStore::new();
    store
        .expect_load()
        .withf(|id| *id == ada().id)
        .returning(move |_| Ok(Some(leaving(open_orders.clone()))));
    store
}

/// Only [`PASSWORD`] is right.
fn hasher() -> MockPasswordHasher {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_check().returning(|password, hash| {
        assert_eq!(hash.as_deref(), Some("$stored"));
        Ok(match password.expose() == PASSWORD {
            true => PasswordCheck::Matches { rehashed: None },
            false => PasswordCheck::Differs,
        })
    });
    hasher
}

fn erase(store: MockErasureStore) -> EraseAccount {
    let ids = ids_from(1);
    EraseAccount { erasures: Arc::new(store), proof: proof(hasher(), &ids), ids, clock: clock() }
}

async fn run(
    erase: &EraseAccount,
    password: &str,
    condition: &Precondition,
) -> Result<(), EraseAccountError> {
    erase.run(&caller(&[Role::Customer]), Password::new(password), condition, context()).await
}

#[tokio::test]
async fn who_shows_the_password_is_erased_with_event_and_line() {
    let kept: Kept<Erasure> = Kept::new();
    let keeper = kept.clone();
    let mut store = store(vec![]);
    store.expect_commit_erasure().returning(move |erasure| {
        keeper.keep(erasure.clone());
        Ok(())
    });
    run(&erase(store), PASSWORD, &Precondition::OneOf(vec![4])).await.unwrap();
    let erasure = kept.one();
    assert_eq!((erasure.person, erasure.seen, erasure.version), (ada().id, 4, 5));
    assert_eq!((erasure.audit.actor, erasure.audit.by.ip), (Actor::User(ada().id), None));
    assert_eq!(erasure.event.origination.request_id.as_deref(), Some("request-1"));
}

#[tokio::test]
async fn a_wrong_password_erases_nothing_and_is_told_to_the_log() {
    let told = Kept::new();
    let keeper = told.clone();
    let mut log = MockAuditLog::new();
    log.expect_append().returning(move |line| {
        keeper.keep(line.clone());
        Ok(())
    });
    let mut erase = erase(store(vec![]));
    erase.proof.log = Arc::new(log);
    let refused = run(&erase, "another one", &Precondition::None).await;
    assert!(matches!(refused, Err(EraseAccountError::Proof(PasswordProofError::Wrong))));
    let line = told.one();
    assert_eq!(line.event, SecurityEvent::PasswordRefused { reason: PasswordRefusal::WrongPassword });
    assert_eq!((line.actor, line.subject), (Actor::User(ada().id), Some(ada().id)));
}

#[tokio::test]
async fn open_orders_and_another_version_are_told_only_to_who_shows_the_password() {
    let open = vec![OpenOrder { id: uuid(9).into(), number: 100_042 }];
    let refused = run(&erase(store(open.clone())), PASSWORD, &Precondition::None).await;
    assert!(
        matches!(refused, Err(EraseAccountError::Bound(ErasureError::OpenOrders(orders))) if orders == open)
    );
    let old = Precondition::OneOf(vec![3]);
    let refused = run(&erase(store(vec![])), PASSWORD, &old).await;
    assert!(matches!(refused, Err(EraseAccountError::Version(_))));
    for store in [store(open), store(vec![])] {
        let refused = run(&erase(store), "another one", &old).await;
        assert!(matches!(refused, Err(EraseAccountError::Proof(PasswordProofError::Wrong))));
    }
}

#[tokio::test]
async fn who_got_an_order_meanwhile_is_decided_on_again() {
    let mut store = MockErasureStore::new();
    let open = vec![OpenOrder { id: uuid(9).into(), number: 100_042 }];
    store.expect_load().times(1).returning(|_| Ok(Some(leaving(vec![]))));
    store.expect_load().times(1).returning(move |_| Ok(Some(leaving(open.clone()))));
    store.expect_commit_erasure().times(1).returning(|_| Err(CommitEditError::Conflict));
    let refused = run(&erase(store), PASSWORD, &Precondition::None).await;
    assert!(matches!(refused, Err(EraseAccountError::Bound(ErasureError::OpenOrders(_)))));
}

#[tokio::test]
async fn who_was_erased_already_is_gone() {
    let mut store = MockErasureStore::new();
    store.expect_load().returning(|_| Ok(None));
    let gone = run(&erase(store), PASSWORD, &Precondition::None).await;
    assert!(matches!(gone, Err(EraseAccountError::Gone)));
}

fn line(actor: &str, subject: Option<u128>) -> AuditView {
    AuditView {
        id: uuid(1).into(),
        at: now(),
        event: "roles.changed".into(),
        actor: actor.into(),
        subject: subject.map(|id| uuid(id).to_string()),
        ip: Some([192, 0, 2, 7].into()),
        request_id: Some("request-1".into()),
        detail: r#"{"to": ["support"]}"#.into(),
    }
}

fn held(audit_log: Vec<AuditView>) -> PersonalData {
    PersonalData {
        user: ada(),
        email_verified_at: None,
        updated_at: now(),
        sessions: vec![],
        mailed_tokens: vec![],
        waiting_mails: vec![],
        carts: vec![],
        orders: vec![],
        audit_log,
        stored_answers: vec![],
    }
}

fn export(found: Option<PersonalData>, log: MockAuditLog) -> ExportAccount {
    let mut data = MockPersonalDataReader::new();
    data.expect_collect().withf(|id| *id == ada().id).returning(move |_| Ok(found.clone()));
    ExportAccount { data: Arc::new(data), log: Arc::new(log), ids: ids_from(1), clock: clock() }
}

fn forgetful() -> MockAuditLog {
    let mut log = MockAuditLog::new();
    log.expect_append().withf(|line| line.event == SecurityEvent::Exported).returning(|_| Ok(()));
    log
}

#[tokio::test]
async fn an_export_says_nothing_of_anybody_else() {
    let (me, other) = (format!("user:{}", ada().id), format!("user:{}", uuid(77)));
    let lines = [line("guest", Some(500)), line(&me, None), line(&other, Some(500)), line(&me, Some(77))];
    let export = export(Some(held(lines.to_vec())), forgetful());
    let log = export.run(&caller(&[Role::Admin]), context()).await.unwrap().audit_log;
    assert_eq!(log[..2], lines[..2], "all of it is one's own");
    assert_eq!((log[2].ip, &log[2].request_id, &log[2].detail), (None, &None, &lines[2].detail));
    assert_eq!((&log[3].subject, log[3].detail.as_str(), log[3].ip), (&None, "{}", lines[3].ip));
}

#[tokio::test]
async fn nothing_is_given_without_a_line_in_the_log_nor_to_who_is_gone() {
    let mut log = MockAuditLog::new();
    log.expect_append().returning(|_| Err(unavailable()));
    let refused = export(Some(held(vec![])), log).run(&caller(&[]), context()).await;
    assert!(matches!(refused, Err(ExportAccountError::Storage(_))));
    let gone = export(None, MockAuditLog::new()).run(&caller(&[]), context()).await;
    assert!(matches!(gone, Err(ExportAccountError::Gone)));
}
