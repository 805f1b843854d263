//! Logging in.

use std::sync::Arc;

use domain::{
    accounts::{self, Password, Role, Roles, User},
    actor::Actor,
    audit::{AuditEntry, PasswordRefusal, SecurityEvent},
};
use ports::{
    MockAuditLog, MockPasswordHasher, MockUserStore,
    accounts::{CommitLogInError, Credentials},
    security::{HashError, PasswordCheck},
};
use use_cases::accounts::{LogIn, LogInCommand, LogInError};

use crate::fixtures::{
    DIGEST, Kept, PASSWORD, SECRET, clock, context, email, ids_from, now, proof, sessions, unavailable, uuid,
};

fn ada() -> User {
    let roles = Roles::from_iter([Role::Support]);
    User { roles, ..User::register(uuid(40).into(), email(), None, now()) }
}

/// Ada's account is there, and nobody else's.
fn users() -> MockUserStore {
    let mut users = MockUserStore::new();
    users.expect_find_credentials().returning(|asked| {
        Ok((*asked == email()).then(|| Credentials { user: ada(), password_hash: "$stored".into() }))
    });
    users
}

fn hasher(check: PasswordCheck) -> MockPasswordHasher {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_check().once().returning(move |_, _| Ok(check.clone()));
    hasher
}

fn matching(rehashed: Option<&str>) -> PasswordCheck {
    PasswordCheck::Matches { rehashed: rehashed.map(str::to_owned) }
}

fn log_in(users: MockUserStore, hasher: MockPasswordHasher) -> LogIn {
    let ids = ids_from(1);
    let proof = proof(hasher, &ids);
    LogIn { users: Arc::new(users), proof, sessions: sessions(&ids), ids, clock: clock() }
}

fn command() -> LogInCommand {
    LogInCommand { email: Some(email()), password: Password::new(PASSWORD) }
}

fn keeping(check: PasswordCheck) -> (LogIn, Kept<accounts::LogIn>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut users = users();
    users.expect_commit_log_in().returning(move |decision| {
        keeper.keep(decision.clone());
        Ok(())
    });
    (log_in(users, hasher(check)), kept)
}

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let (log_in, kept) = keeping(matching(None));
    let logged_in = log_in.run(command(), context()).await.unwrap();
    let decision = kept.one();
    assert_eq!((&decision.user, &logged_in.user), (&ada(), &ada()));
    assert_eq!((decision.opened.session.user_id, decision.rehashed), (ada().id, None));
    assert_eq!(decision.opened.session.ip, context().ip);
    assert_eq!(logged_in.access.token, format!("access of {} in {}", ada().id, decision.opened.session.id));
    assert_eq!((decision.opened.refresh_digest, logged_in.refresh_token.as_str()), (DIGEST, SECRET));
}

#[tokio::test]
async fn the_password_is_compared_with_the_stored_hash() {
    let mut hasher = MockPasswordHasher::new();
    hasher
        .expect_check()
        .withf(|password, hash| password.expose() == PASSWORD && hash.as_deref() == Some("$stored"))
        .once()
        .returning(|_, _| Ok(PasswordCheck::Differs));
    assert!(log_in(users(), hasher).run(command(), context()).await.is_err());
}

#[tokio::test]
async fn a_wrong_password_stores_nothing() {
    let result = log_in(users(), hasher(PasswordCheck::Differs)).run(command(), context()).await;
    assert!(matches!(result.err().unwrap(), LogInError::InvalidCredentials));
}

#[tokio::test]
async fn an_unknown_account_costs_a_comparison_too() {
    for unknown in [Some(accounts::Email::parse("eve@example.com").unwrap()), None] {
        let mut hasher = MockPasswordHasher::new();
        hasher
            .expect_check()
            .withf(|_, hash| hash.is_none())
            .once()
            .returning(|_, _| Ok(PasswordCheck::Differs));
        let command = LogInCommand { email: unknown, ..command() };
        let result = log_in(users(), hasher).run(command, context()).await;
        assert!(matches!(result.err().unwrap(), LogInError::InvalidCredentials));
    }
}

#[tokio::test]
async fn nobody_without_an_account_is_logged_in_even_when_the_hasher_says_yes() {
    let command = LogInCommand { email: None, ..command() };
    let result = log_in(users(), hasher(matching(None))).run(command, context()).await;
    assert!(matches!(result.err().unwrap(), LogInError::InvalidCredentials));
}

#[tokio::test]
async fn a_stronger_hash_is_stored_with_the_session() {
    let (log_in, kept) = keeping(matching(Some("$stronger")));
    log_in.run(command(), context()).await.unwrap();
    assert_eq!(kept.one().rehashed.as_deref(), Some("$stronger"));
}

#[tokio::test]
async fn an_overloaded_hasher_is_no_wrong_password() {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_check().returning(|_, _| Err(HashError::Overloaded));
    let result = log_in(users(), hasher).run(command(), context()).await;
    assert!(matches!(result.err().unwrap(), LogInError::Hash(HashError::Overloaded)));
}

#[tokio::test]
async fn storage_failures_pass_through() {
    let mut unreadable = MockUserStore::new();
    unreadable.expect_find_credentials().returning(|_| Err(unavailable()));
    let result = log_in(unreadable, MockPasswordHasher::new()).run(command(), context()).await;
    assert!(matches!(result.err().unwrap(), LogInError::Storage(_)));
    let mut unwritable = users();
    unwritable.expect_commit_log_in().returning(|_| Err(unavailable().into()));
    let result = log_in(unwritable, hasher(matching(None))).run(command(), context()).await;
    assert!(matches!(result.err().unwrap(), LogInError::Storage(_)));
}

#[tokio::test]
async fn a_password_that_was_changed_meanwhile_is_compared_again() {
    let mut users = MockUserStore::new();
    let mut passwords = ["$stored", "$changed"].into_iter();
    users.expect_find_credentials().times(2).returning(move |_| {
        Ok(Some(Credentials { user: ada(), password_hash: passwords.next().unwrap().into() }))
    });
    users.expect_commit_log_in().once().returning(|_| Err(CommitLogInError::Conflict));
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_check().times(2).returning(|_, hash| {
        Ok(if hash.as_deref() == Some("$stored") { matching(None) } else { PasswordCheck::Differs })
    });
    let result = log_in(users, hasher).run(command(), context()).await;
    assert!(matches!(result.err().unwrap(), LogInError::InvalidCredentials));
}

/// What a refused log-in tells the audit log.
async fn told(users: MockUserStore, check: PasswordCheck, command: LogInCommand) -> AuditEntry {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut log = MockAuditLog::new();
    log.expect_append().returning(move |line| {
        keeper.keep(line.clone());
        Ok(())
    });
    let mut log_in = log_in(users, hasher(check));
    log_in.proof.log = Arc::new(log);
    assert!(log_in.run(command, context()).await.is_err());
    kept.one()
}

#[tokio::test]
async fn a_refused_log_in_is_told_to_the_audit_log_with_the_account_when_there_is_one() {
    let wrong = told(users(), PasswordCheck::Differs, command()).await;
    let reason = PasswordRefusal::WrongPassword;
    assert_eq!((wrong.event, wrong.subject), (SecurityEvent::PasswordRefused { reason }, Some(ada().id)));
    assert_eq!((wrong.actor, wrong.by.ip, wrong.at), (Actor::Guest, context().ip, now()));
    assert_eq!(wrong.by.request_id, context().request_id);
    let nobody =
        LogInCommand { email: Some(accounts::Email::parse("eve@example.com").unwrap()), ..command() };
    let unknown = told(users(), PasswordCheck::Differs, nobody).await;
    let reason = PasswordRefusal::UnknownAccount;
    assert_eq!((unknown.event, unknown.subject), (SecurityEvent::PasswordRefused { reason }, None));
}

#[tokio::test]
async fn a_log_in_brings_its_line_of_the_audit_log() {
    let (log_in, kept) = keeping(matching(None));
    log_in.run(command(), context()).await.unwrap();
    let accounts::LogIn { opened, audit, .. } = kept.one();
    assert_eq!(audit.event, SecurityEvent::LoggedIn { session: opened.session.id });
    assert_eq!((audit.actor, audit.subject), (Actor::User(ada().id), Some(ada().id)));
}
