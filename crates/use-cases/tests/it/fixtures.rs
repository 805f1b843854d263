//! People, times, keys and doubles that many tests share.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use chrono::Duration;
use domain::{
    Instant,
    accounts::{Caller, Email, NewPassword, Role, SessionLifetime},
    idempotency::{Answer, IdempotencyKey, IdempotencyRecord, KeyedCall},
    money::{Currency, Money},
};
use ports::{
    MockAccessTokens, MockAuditLog, MockClock, MockIdGenerator, MockIdempotencyReader, MockPasswordHasher,
    MockSealer, MockSecretTokens,
    audit::AuditLog,
    clock::Clock,
    ids::IdGenerator,
    security::{AccessToken, SecretToken},
    storage::StorageError,
};
use use_cases::{
    Keyed, RequestContext,
    accounts::{MailedTokens, PasswordProof, Sessions},
};
use uuid::Uuid;

/// The password that everybody uses here.
pub(crate) const PASSWORD: &str = "correct horse";
/// The refresh token that everybody gets.
pub(crate) const SECRET: &str = "the-secret";
/// Its digest.
pub(crate) const DIGEST: [u8; 32] = [7; 32];

/// Values that a double was given.
pub(crate) struct Kept<T>(Arc<Mutex<Vec<T>>>);

impl<T> Kept<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Vec::new())))
    }

    pub(crate) fn keep(&self, value: T) {
        self.0.lock().unwrap().push(value);
    }

    /// The only value.
    pub(crate) fn one(&self) -> T {
        let mut values = self.0.lock().unwrap();
        assert_eq!(values.len(), 1, "committed once");
        values.remove(0)
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub(crate) fn now() -> Instant {
    Instant::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    Arc::new(clock)
}

/// Ids that count from `first`.
pub(crate) fn ids_from(first: u64) -> Arc<dyn IdGenerator> {
    let next = AtomicU64::new(first);
    let mut ids = MockIdGenerator::new();
    ids.expect_next().returning(move || uuid(next.fetch_add(1, Ordering::Relaxed).into()));
    Arc::new(ids)
}

pub(crate) fn email() -> Email {
    Email::parse("ada@example.com").unwrap()
}

pub(crate) fn new_password() -> NewPassword {
    NewPassword::check(PASSWORD).unwrap()
}

/// Somebody with these roles, whose id is 500.
pub(crate) fn caller(roles: &[Role]) -> Caller {
    Caller { user_id: uuid(500).into(), session_id: uuid(501).into(), roles: roles.iter().copied().collect() }
}

pub(crate) fn context() -> RequestContext {
    RequestContext {
        request_id: Some("request-1".into()),
        ip: Some([192, 0, 2, 7].into()),
        user_agent: Some("Browser/1".into()),
    }
}

pub(crate) fn euro(minor: i64) -> Money {
    Money::from_minor(minor, currency("EUR")).unwrap()
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

/// An audit log that forgets what it is told.
pub(crate) fn forgetful() -> Arc<dyn AuditLog> {
    let mut log = MockAuditLog::new();
    log.expect_append().returning(|_| Ok(()));
    Arc::new(log)
}

pub(crate) fn unavailable() -> StorageError {
    StorageError::Unavailable("the cable is out".into())
}

pub(crate) fn lifetime() -> SessionLifetime {
    SessionLifetime { idle: Duration::days(7), absolute: Duration::days(30) }
}

/// Passwords are compared by `hasher`, as often as anybody likes; the audit log forgets.
pub(crate) fn proof(hasher: MockPasswordHasher, ids: &Arc<dyn IdGenerator>) -> PasswordProof {
    PasswordProof {
        hasher: Arc::new(hasher),
        throttle: None,
        log: forgetful(),
        ids: Arc::clone(ids),
        clock: clock(),
    }
}

/// Tokens that are mailed: [`SECRET`], sealed as `"lock "` and itself.
pub(crate) fn mailed_tokens(ids: &Arc<dyn IdGenerator>) -> MailedTokens {
    let mut sealer = MockSealer::new();
    sealer.expect_seal().returning(|text, _| Ok(format!("lock {text}").into_bytes()));
    MailedTokens { secrets: sessions(ids).secret_tokens, sealer: Arc::new(sealer), ids: Arc::clone(ids) }
}

/// Sessions whose tokens are [`SECRET`] and `"access"`.
pub(crate) fn sessions(ids: &Arc<dyn IdGenerator>) -> Sessions {
    let mut access_tokens = MockAccessTokens::new();
    access_tokens.expect_issue().returning(|caller, at| {
        assert_eq!(at, now());
        let token = format!("access of {} in {}", caller.user_id, caller.session_id);
        Ok(AccessToken { token, lifetime: Duration::minutes(15) })
    });
    let mut secret_tokens = MockSecretTokens::new();
    secret_tokens.expect_generate().returning(|| Ok(SecretToken { secret: SECRET.into(), digest: DIGEST }));
    secret_tokens.expect_digest().returning(|_| [1; 32]);
    Sessions {
        access_tokens: Arc::new(access_tokens),
        secret_tokens: Arc::new(secret_tokens),
        ids: Arc::clone(ids),
        lifetime: lifetime(),
    }
}

/// A call under the key `key-1`, whose request has this digest.
pub(crate) fn call(digest: u8) -> KeyedCall {
    let key = IdempotencyKey::parse("key-1").unwrap();
    KeyedCall { caller: uuid(500).into(), key, digest: [digest; 32] }
}

pub(crate) fn keyed<T>(present: fn(&T) -> Answer) -> Option<Keyed<T>> {
    Some(Keyed { call: call(1), present, ttl: Duration::hours(24) })
}

/// What an earlier call got.
pub(crate) fn earlier_answer() -> Answer {
    Answer {
        status: 201,
        location: Some("/earlier".into()),
        etag: None,
        body: b"earlier".to_vec(),
        is_secret: false,
    }
}

/// Nobody looks for an earlier answer.
pub(crate) fn no_look_up() -> Arc<MockIdempotencyReader> {
    Arc::new(MockIdempotencyReader::new())
}

/// The key is not recorded.
pub(crate) fn no_record() -> Arc<MockIdempotencyReader> {
    let mut records = MockIdempotencyReader::new();
    records.expect_find().once().returning(|_, _| Ok(None));
    Arc::new(records)
}

/// The records can't be read.
pub(crate) fn unreadable_records() -> Arc<MockIdempotencyReader> {
    let mut records = MockIdempotencyReader::new();
    records.expect_find().once().returning(|_, _| Err(unavailable()));
    Arc::new(records)
}

/// [`earlier_answer`] is recorded for the caller's `key-1`, of a request with this digest.
pub(crate) fn recorded(digest: u8) -> Arc<MockIdempotencyReader> {
    let mut records = MockIdempotencyReader::new();
    records
        .expect_find()
        .withf(|caller, key| *caller == call(1).caller && *key == call(1).key)
        .once()
        .returning(move |_, _| {
            Ok(Some(IdempotencyRecord {
                call: call(digest),
                answer: earlier_answer(),
                created_at: now(),
                expires_at: now() + Duration::hours(24),
                subject: None,
            }))
        });
    Arc::new(records)
}
