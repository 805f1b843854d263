//! Bounds on log-ins and registrations.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use domain::{
    Instant,
    accounts::{
        Password, User,
        attempts::{History, Scope},
    },
};
use ports::{
    MockAttempts, MockKeyedDigests, MockPasswordHasher, MockUserStore, accounts::Credentials,
    attempts::SubjectKey, security::PasswordCheck,
};
use use_cases::accounts::{
    LogIn, LogInCommand, LogInError, PasswordProof, Register, RegisterCommand, RegisterError, Throttle,
    TooManyAttempts,
};

use crate::fixtures::{
    PASSWORD, clock, context, email, ids_from, mailed_tokens, new_password, now, proof, sessions,
    unavailable, uuid,
};

/// Counts as a database would, from `hits` on.
#[derive(Clone)]
struct Counts(Arc<Mutex<Vec<Count>>>);

type Count = (SubjectKey, Vec<Instant>);

impl Counts {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Vec::new())))
    }

    fn throttle(&self) -> Throttle {
        let mut attempts = MockAttempts::new();
        let counts = self.clone();
        attempts.expect_load().returning(move |subjects| Ok(counts.histories(subjects)));
        let counts = self.clone();
        attempts.expect_count().returning(move |subjects| {
            subjects.iter().for_each(|subject| counts.add(*subject, 1));
            Ok(counts.histories(subjects))
        });
        throttle(attempts)
    }

    fn add(&self, subject: SubjectKey, times: usize) {
        let mut counts = self.0.lock().unwrap();
        let new = vec![now() - Duration::minutes(1); times];
        match counts.iter_mut().find(|(known, _)| *known == subject) {
            Some((_, hits)) => hits.extend(new),
            None => counts.push((subject, new)),
        }
    }

    fn histories(&self, subjects: &[SubjectKey]) -> Vec<History> {
        let counts = self.0.lock().unwrap();
        let found = counts.iter().filter(|(subject, _)| subjects.contains(subject));
        found.map(|(subject, hits)| History { scope: subject.scope, hits: hits.clone() }).collect()
    }

    /// How many were counted, by scope.
    fn counted(&self) -> Vec<(Scope, usize)> {
        self.0.lock().unwrap().iter().map(|(subject, hits)| (subject.scope, hits.len())).collect()
    }
}

fn throttle(attempts: MockAttempts) -> Throttle {
    let mut digests = MockKeyedDigests::new();
    digests.expect_digest().returning(|text| {
        let mut digest = [0; 32];
        digest.iter_mut().zip(text.bytes().rev()).for_each(|(byte, of)| *byte = of);
        digest
    });
    Throttle { attempts: Arc::new(attempts), digests: Arc::new(digests), clock: clock() }
}

/// Where Ada's password is right.
fn log_in(throttle: Throttle) -> LogIn {
    let mut users = MockUserStore::new();
    users.expect_find_credentials().returning(|asked| {
        let user = User::register(uuid(40).into(), email(), None, now());
        Ok((*asked == email()).then(|| Credentials { user, password_hash: "$stored".into() }))
    });
    users.expect_commit_log_in().returning(|_| Ok(()));
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_check().returning(|password, hash| {
        let right = hash.is_some() && password.expose() == PASSWORD;
        Ok(if right { PasswordCheck::Matches { rehashed: None } } else { PasswordCheck::Differs })
    });
    let ids = ids_from(1);
    let proof = PasswordProof { throttle: Some(throttle), ..proof(hasher, &ids) };
    LogIn { users: Arc::new(users), proof, sessions: sessions(&ids), ids, clock: clock() }
}

fn with(password: &str) -> LogInCommand {
    LogInCommand { email: Some(email()), password: Password::new(password) }
}

fn key(scope: Scope) -> SubjectKey {
    SubjectKey { scope, digest: [9; 32] }
}

#[tokio::test]
async fn a_failure_is_counted_in_every_scope_and_a_log_in_in_none() {
    let counts = Counts::new();
    let log_in = log_in(counts.throttle());
    log_in.run(with(PASSWORD), context()).await.unwrap();
    assert_eq!(counts.counted(), []);
    let refused = log_in.run(with("wrong"), context()).await.err().unwrap();
    assert!(matches!(refused, LogInError::InvalidCredentials));
    let once = [Scope::LogInAccountAddress, Scope::LogInAccount, Scope::LogInAddress].map(|scope| (scope, 1));
    assert_eq!(counts.counted(), once);
}

#[tokio::test]
async fn after_ten_failures_the_right_password_waits_and_nothing_more_is_counted() {
    let counts = Counts::new();
    let log_in = log_in(counts.throttle());
    for _ in 0..10 {
        let refused = log_in.run(with("wrong"), context()).await.err().unwrap();
        assert!(matches!(refused, LogInError::InvalidCredentials));
    }
    for password in [PASSWORD, "wrong"] {
        let refused = log_in.run(with(password), context()).await.err().unwrap();
        let LogInError::TooMany(TooManyAttempts { retry_after }) = refused else { panic!("{refused}") };
        assert_eq!(retry_after, Duration::minutes(14));
    }
    assert!(counts.counted().iter().all(|(_, times)| *times == 10));
}

#[tokio::test]
async fn from_another_address_the_account_is_open() {
    let counts = Counts::new();
    let log_in = log_in(counts.throttle());
    for _ in 0..10 {
        log_in.run(with("wrong"), context()).await.err().unwrap();
    }
    let elsewhere = use_cases::RequestContext { ip: Some([192, 0, 2, 8].into()), ..context() };
    log_in.run(with(PASSWORD), elsewhere).await.unwrap();
}

#[tokio::test]
async fn an_account_that_does_not_exist_fills_up_as_well() {
    let counts = Counts::new();
    let log_in = log_in(counts.throttle());
    let eve = || LogInCommand {
        email: Some(domain::accounts::Email::parse("eve@example.com").unwrap()),
        ..with("x")
    };
    for _ in 0..10 {
        log_in.run(eve(), context()).await.err().unwrap();
    }
    assert!(matches!(log_in.run(eve(), context()).await, Err(LogInError::TooMany(_))));
}

#[tokio::test]
async fn a_guess_that_finds_no_room_left_is_not_judged() {
    // There was room when it came; others failed while its password was compared.
    for (guess, loads) in [("wrong", 1), (PASSWORD, 2)] {
        let mut attempts = MockAttempts::new();
        let mut asked = 0;
        let full = || vec![now(); Scope::LogInAccountAddress.quota().attempts + 1];
        attempts.expect_load().times(loads).returning(move |_| {
            asked += 1;
            let hits = if asked == 1 { vec![] } else { full() };
            Ok(vec![History { scope: Scope::LogInAccountAddress, hits }])
        });
        attempts
            .expect_count()
            .returning(move |_| Ok(vec![History { scope: Scope::LogInAccountAddress, hits: full() }]));
        let outcome = log_in(throttle(attempts)).run(with(guess), context()).await;
        assert!(matches!(outcome, Err(LogInError::TooMany(_))), "{guess}");
    }
}

#[tokio::test]
async fn without_counts_nobody_logs_in() {
    let mut attempts = MockAttempts::new();
    attempts.expect_load().returning(|_| Err(unavailable()));
    let outcome = log_in(throttle(attempts)).run(with(PASSWORD), context()).await;
    assert!(matches!(outcome, Err(LogInError::Storage(_))));
}

#[tokio::test]
async fn registrations_are_counted_before_anything_is_hashed() {
    let counts = Counts::new();
    let throttle = counts.throttle();
    let ids = ids_from(1);
    let mut users = MockUserStore::new();
    users.expect_commit_registration().returning(|_| Ok(()));
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().times(20).returning(|_| Ok("$hash".into()));
    let (users, hasher) = (Arc::new(users), Arc::new(hasher));
    let sessions = sessions(&ids);
    let register = Register {
        users,
        hasher,
        sessions,
        tokens: mailed_tokens(&ids),
        throttle: Some(throttle),
        ids,
        clock: clock(),
    };
    let command = || RegisterCommand { email: email(), password: new_password(), name: None };
    for _ in 0..20 {
        register.run(command(), context()).await.unwrap();
    }
    let refused = register.run(command(), context()).await.err().unwrap();
    assert!(matches!(refused, RegisterError::TooMany(_)), "{refused}");
    assert_eq!(counts.counted(), [(Scope::RegistrationAddress, 20)]);
}

#[tokio::test]
async fn whoever_is_full_in_two_ways_waits_for_the_last() {
    let counts = Counts::new();
    let mut attempts = MockAttempts::new();
    counts.add(key(Scope::LogInAccountAddress), 10);
    counts.add(key(Scope::LogInAccount), 100);
    let full = counts.histories(&[key(Scope::LogInAccountAddress), key(Scope::LogInAccount)]);
    attempts.expect_load().returning(move |_| Ok(full.clone()));
    let refused = log_in(throttle(attempts)).run(with(PASSWORD), context()).await.err().unwrap();
    let LogInError::TooMany(TooManyAttempts { retry_after }) = refused else { panic!("{refused}") };
    assert_eq!(retry_after, Duration::days(1) - Duration::minutes(1));
}
