//! Registration, log-in and the keys of access tokens.

use actix_web::http::Method;
use chrono::Duration;
use domain::accounts::{
    Email, User,
    attempts::{History, Scope},
};
use ports::{
    MockAttempts,
    accounts::{CommitAccountError, Credentials},
    security::{HashError, PasswordCheck},
    storage::StorageError,
};
use serde_json::{Value, json};

use crate::{
    demo::{post_as, request},
    doubles::{Doubles, now, shop, uuid},
};

fn ada() -> Value {
    json!({ "email": "Ada@Example.com", "password": "nine lanterns", "name": "Ada" })
}

/// Registration that works.
fn open() -> Doubles {
    let mut doubles = Doubles::default();
    doubles.hasher.expect_hash().returning(|_| Ok("a hash".to_owned()));
    doubles.users.expect_commit_registration().returning(|_| Ok(()));
    doubles
}

fn register(body: &Value) -> actix_web::test::TestRequest {
    post_as(None, "/auth/register", body)
}

fn log_in(body: &Value) -> actix_web::test::TestRequest {
    post_as(None, "/auth/login", body)
}

#[actix_web::test]
async fn a_new_customer_is_logged_in_at_once() {
    let got = shop(open()).await.call(register(&ada())).await;
    assert_eq!((got.status.as_u16(), got.header("location")), (201, "/users/me"));
    assert_eq!((got.header("cache-control"), got.header("content-type")), ("no-store", "application/json"));
    assert_eq!(
        String::from_utf8(got.bytes).unwrap(),
        r#"{"user":{"id":"00000000-0000-0000-0000-000000000001","email":"ada@example.com","name":"Ada","roles":["customer"],"email_verified":false,"created_at":"2026-03-02T09:30:00.000250Z","version":1},"access_token":"the access token","refresh_token":"the refresh token","token_type":"Bearer","expires_in":900}"#
    );
}

#[actix_web::test]
async fn a_name_is_not_needed() {
    for name in [json!({}), json!({ "name": null })] {
        let mut body = ada();
        body.as_object_mut().unwrap().remove("name");
        body.as_object_mut().unwrap().extend(name.as_object().unwrap().clone());
        let got = shop(open()).await.call(register(&body)).await;
        assert_eq!((got.status.as_u16(), &got.json()["user"]["name"]), (201, &Value::Null));
    }
}

#[actix_web::test]
async fn every_fault_of_a_registration_is_named() {
    let server = shop(Doubles::default()).await;
    let body = json!({ "email": "ada", "password": "short", "name": " ", "roles": ["admin"] });
    let got = server.call(register(&body)).await;
    assert_eq!(
        got.faults(),
        ["/email email", "/name not-blank", "/password too-short", "/roles unknown-field"]
    );
    let got = server.call(register(&json!({}))).await;
    assert_eq!(got.faults(), ["/email required", "/password required"]);
    let name = json!({ "email": "ada@example.com", "password": "nine lanterns", "name": "x".repeat(201) });
    assert_eq!(server.call(register(&name)).await.faults(), ["/name too-long"]);
}

#[actix_web::test]
async fn a_password_is_measured_in_characters_of_its_nfkc_form() {
    let server = shop(open()).await;
    let tried = |password: &str| register(&json!({ "email": "ada@example.com", "password": password }));
    let longest = "🦋".repeat(128);
    for accepted in ["        ", &longest, "ﬃﬃﬃ", &"ｶﾞ".repeat(128)] {
        assert_eq!(server.call(tried(accepted)).await.status, 201, "{accepted}");
    }
    for (refused, code) in [
        ("1234567", "too-short"),
        ("ｶﾞｶﾞｶﾞｶﾞ", "too-short"),
        (&"🦋".repeat(129), "too-long"),
        (&"ﬃ".repeat(43), "too-long"),
        ("Password1", "too-common"),
        ("I am ADA, no other", "contains-email"),
        ("nul \u{0} inside", "null-character"),
    ] {
        let got = server.call(tried(refused)).await;
        assert_eq!(got.faults(), [format!("/password {code}")], "{refused}");
        assert!(!String::from_utf8(got.bytes).unwrap().contains(refused), "the password is not repeated");
    }
}

#[actix_web::test]
async fn a_taken_address_is_409() {
    let mut doubles = Doubles::default();
    doubles.hasher.expect_hash().returning(|_| Ok("a hash".to_owned()));
    doubles.users.expect_commit_registration().returning(|_| Err(CommitAccountError::EmailTaken));
    let got = shop(doubles).await.call(register(&ada())).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "email-taken"));
}

#[actix_web::test]
async fn too_many_passwords_at_once_and_a_missing_database_are_503() {
    let mut doubles = Doubles::default();
    doubles.hasher.expect_hash().returning(|_| Err(HashError::Overloaded));
    let got = shop(doubles).await.call(register(&ada())).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "overloaded"));
    assert!(!got.header("retry-after").is_empty());
    let mut doubles = Doubles::default();
    let away = || StorageError::Unavailable("no route to 10.0.0.7".into());
    doubles.users.expect_find_credentials().returning(move |_| Err(away()));
    let got = shop(doubles).await.call(log_in(&json!({ "email": "a@b.example", "password": "x" }))).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "database-unavailable"));
    assert!(!String::from_utf8(got.bytes).unwrap().contains("10.0.0.7"));
}

#[actix_web::test]
async fn an_idempotency_key_is_ignored_where_tokens_are_given_out() {
    let server = shop(open()).await;
    for _ in 0..2 {
        let got = server.call(register(&ada()).insert_header(("idempotency-key", "a b"))).await;
        assert_eq!((got.status.as_u16(), got.header("idempotency-replayed")), (201, ""));
    }
}

/// Somebody whose password is `right`.
fn with_ada() -> Doubles {
    let mut doubles = Doubles::default();
    doubles.users.expect_find_credentials().returning(|email| {
        let known = Email::parse("ada@example.com").unwrap();
        let user = User::register(uuid(1).into(), known.clone(), None, now());
        Ok((*email == known).then(|| Credentials { user, password_hash: "a hash".to_owned() }))
    });
    doubles.hasher.expect_check().returning(|password, hash| {
        let right = hash.is_some() && password.expose() == "right";
        Ok(if right { PasswordCheck::Matches { rehashed: None } } else { PasswordCheck::Differs })
    });
    doubles.users.expect_commit_log_in().returning(|_| Ok(()));
    doubles
}

#[actix_web::test]
async fn the_right_password_logs_in() {
    let server = shop(with_ada()).await;
    let got = server.call(log_in(&json!({ "email": " ADA@example.com ", "password": "right" }))).await;
    assert_eq!((got.status.as_u16(), got.header("cache-control")), (200, "no-store"));
    let body = got.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(body["user"]["email"], "ada@example.com");
}

#[actix_web::test]
async fn whatever_is_wrong_with_a_log_in_looks_the_same() {
    let server = shop(with_ada()).await;
    let mut bodies = Vec::new();
    for (email, password) in [
        ("ada@example.com", "wrong"),
        ("eve@example.com", "right"),
        ("no address", "right"),
        ("", ""),
        ("ada@example.com", &"right".repeat(20_000)),
        (&"a".repeat(20_000), "right"),
    ] {
        let got = server.call(log_in(&json!({ "email": email, "password": password }))).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (401, "invalid-credentials"));
        assert_eq!(got.header("www-authenticate"), "Bearer");
        bodies.push(got.bytes);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}

/// As many attempts as there may be, ten minutes ago.
fn full() -> MockAttempts {
    let mut attempts = MockAttempts::new();
    attempts.expect_load().returning(|subjects| {
        let full = |scope: Scope| vec![now() - Duration::minutes(10); scope.quota().attempts];
        Ok(subjects
            .iter()
            .map(|subject| History { scope: subject.scope, hits: full(subject.scope) })
            .collect())
    });
    attempts
}

#[actix_web::test]
async fn after_too_many_failures_the_right_password_waits_too() {
    let server = shop(Doubles { attempts: Some(full()), ..with_ada() }).await;
    for (email, password) in
        [("ada@example.com", "right"), ("ada@example.com", "wrong"), ("eve@example.com", "x")]
    {
        let call = log_in(&json!({ "email": email, "password": password }));
        let got = server.call(call.peer_addr("192.0.2.7:5000".parse().unwrap())).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (429, "rate-limited"));
        let day = (24 * 60 - 10) * 60;
        assert_eq!(got.header("retry-after"), day.to_string(), "the last of the three to open");
    }
}

#[actix_web::test]
async fn after_too_many_registrations_the_next_one_waits() {
    let server = shop(Doubles { attempts: Some(full()), ..open() }).await;
    let got = server.call(register(&ada()).peer_addr("192.0.2.7:5000".parse().unwrap())).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (429, "rate-limited"));
    assert_eq!(got.header("retry-after"), "3000");
}

#[actix_web::test]
async fn a_log_in_needs_both_fields_and_no_others() {
    let got = shop(Doubles::default()).await.call(log_in(&json!({ "email": 1, "user": "ada" }))).await;
    assert_eq!(got.faults(), ["/email type", "/password required", "/user unknown-field"]);
}

#[actix_web::test]
async fn everybody_may_have_the_public_keys() {
    let server = shop(Doubles::default()).await;
    let got = server.get("/.well-known/jwks.json").await;
    assert_eq!(got.json(), json!({ "keys": [{ "kty": "OKP", "kid": "k1" }] }));
    assert_eq!(got.header("cache-control"), "public, max-age=0, must-revalidate");
    let again =
        request(Method::GET, "/.well-known/jwks.json").insert_header(("if-none-match", got.header("etag")));
    assert_eq!(server.call(again).await.status, 304);
}
