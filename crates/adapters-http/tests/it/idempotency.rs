//! Idempotency keys, on the wire's side.

use actix_web::http::Method;

use crate::demo::{json, request, server};

const BODY: &str = r#"{"sku":"A","quantity":1}"#;

#[actix_web::test]
async fn a_repeated_call_gets_the_first_answer_byte_for_byte() {
    let server = server().await;
    let call = || json(Method::POST, "/things", BODY).insert_header(("idempotency-key", "k1"));
    let (first, again) = (server.call(call()).await, server.call(call()).await);
    assert_eq!((first.status, &first.bytes), (again.status, &again.bytes));
    for name in ["location", "etag", "content-type"] {
        assert_eq!(first.header(name), again.header(name));
    }
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(*server.shop.writes_done.lock().unwrap(), 1);
}

#[actix_web::test]
async fn another_body_or_path_is_recognised_and_another_caller_is_independent() {
    let server = server().await;
    let call = |path: &str, body: &'static str, who: &str| {
        json(Method::POST, path, body)
            .insert_header(("idempotency-key", "k1"))
            .insert_header(("authorization", format!("Bearer {who}")))
    };
    assert_eq!(server.call(call("/things", BODY, "admin-1")).await.status, 201);
    let other = r#"{"sku":"A","quantity":2}"#;
    assert_eq!(server.call(call("/things", other, "admin-1")).await.code(), "idempotency-key-reused");
    assert_eq!(server.call(call("/things?x", BODY, "admin-1")).await.code(), "idempotency-key-reused");
    let independent = server.call(call("/things", other, "admin-2")).await;
    assert_eq!((independent.status.as_u16(), independent.header("idempotency-replayed")), (201, ""));
    let lost = server.call(call("/things", BODY, "customer-1")).await;
    assert_eq!(lost.code(), "forbidden", "who lost the right does not get the stored answer");
}

#[actix_web::test]
async fn a_key_is_visible_ascii_of_a_bounded_length() {
    let server = server().await;
    for key in ["", "a b", &"x".repeat(256)] {
        let call = json(Method::POST, "/things", BODY).insert_header(("idempotency-key", key));
        assert_eq!(server.call(call).await.faults(), ["Idempotency-Key malformed"], "{key}");
    }
    let longest = "x".repeat(255);
    let call = json(Method::POST, "/things", BODY).insert_header(("idempotency-key", longest));
    assert_eq!(server.call(call).await.status, 201);
    let twice = json(Method::POST, "/things", BODY)
        .append_header(("idempotency-key", "a"))
        .append_header(("idempotency-key", "b"));
    assert_eq!(server.call(twice).await.faults(), ["Idempotency-Key repeated"]);
}

#[actix_web::test]
async fn a_guest_without_a_token_needs_a_uuid() {
    let server = server().await;
    let call = |key: &str| request(Method::POST, "/touch").insert_header(("idempotency-key", key));
    assert_eq!(server.call(call("k1")).await.faults(), ["Idempotency-Key uuid"]);
    let got = server.call(call("018f4d9e-0000-7000-8000-000000000000")).await;
    assert_eq!(got.json(), "None true");
}

#[actix_web::test]
async fn keys_of_guests_with_different_tokens_and_of_users_never_meet() {
    let server = server().await;
    let caller = async |header: (&'static str, &'static str)| {
        let call = request(Method::POST, "/who")
            .insert_header(header)
            .insert_header(("idempotency-key", "018f4d9e-0000-7000-8000-000000000000"));
        server.call(call).await.json()[1].as_str().unwrap().to_owned()
    };
    let callers = [
        caller(("cart-token", "A")).await,
        caller(("cart-token", "B")).await,
        caller(("authorization", "Bearer customer")).await,
        caller(("accept", "*/*")).await,
    ];
    let distinct: std::collections::BTreeSet<_> = callers.iter().collect();
    assert_eq!(distinct.len(), callers.len(), "{callers:?}");
    assert_eq!(caller(("cart-token", "A")).await, callers[0], "the same guest is the same caller");
}
