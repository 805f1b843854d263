//! Tokens and permissions, and that they are looked at before anything else.

use actix_web::http::Method;

use crate::demo::{ID, json, request, server};

#[actix_web::test]
async fn without_a_valid_token_it_is_401_whatever_else_is_wrong() {
    let server = server().await;
    for (token, code) in [
        (None, "unauthenticated"),
        (Some("Bearer junk"), "unauthenticated"),
        (Some("Basic catalog_manager"), "unauthenticated"),
        (Some("Bearer "), "unauthenticated"),
        (Some("Bearer expired"), "token-expired"),
        (Some("Bearer catalog_manager-404"), "unauthenticated"),
    ] {
        let mut call =
            request(Method::POST, "/things?x=1").set_payload("{").insert_header(("idempotency-key", ""));
        if let Some(token) = token {
            call = call.insert_header(("authorization", token));
        }
        let got = server.call(call).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (401, code), "{token:?}");
        assert!(got.header("www-authenticate").starts_with("Bearer"));
    }
    let twice = request(Method::GET, "/mine")
        .append_header(("authorization", "Bearer customer"))
        .append_header(("authorization", "Bearer admin"));
    assert_eq!(server.call(twice).await.code(), "unauthenticated");
}

#[actix_web::test]
async fn a_bad_token_is_401_even_where_none_is_needed() {
    let server = server().await;
    let call = request(Method::GET, &format!("/things/{ID}")).insert_header(("authorization", "Bearer junk"));
    assert_eq!(server.call(call).await.code(), "unauthenticated");
}

#[actix_web::test]
async fn a_role_without_the_permission_is_403_before_the_body_is_looked_at() {
    let server = server().await;
    for (role, code) in [("customer", Some("forbidden")), ("support", Some("forbidden")), ("admin", None)] {
        let call = json(Method::POST, "/things", r#"{"sku":"A","quantity":1}"#)
            .insert_header(("authorization", format!("bearer {role}")));
        let got = server.call(call).await;
        match code {
            Some(code) => assert_eq!((got.status.as_u16(), got.code().as_str()), (403, code)),
            None => assert_eq!(got.status, 201),
        }
    }
}

#[actix_web::test]
async fn while_nobody_knows_which_sessions_were_ended_it_is_503() {
    let server = server().await;
    let got =
        server.call(request(Method::GET, "/mine").insert_header(("authorization", "Bearer admin-503"))).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "database-unavailable"));
}

#[actix_web::test]
async fn whoever_is_signed_in_asks_as_that_user_and_a_guest_s_token_names_a_guest() {
    let server = server().await;
    let asks = async |token: Option<&str>, cart: Option<&str>| {
        let mut call = request(Method::POST, "/who");
        if let Some(token) = token {
            call = call.insert_header(("authorization", format!("Bearer {token}")));
        }
        if let Some(cart) = cart {
            call = call.insert_header(("cart-token", cart));
        }
        server.call(call).await
    };
    let user = format!("user {}", uuid::Uuid::from_u128(1));
    assert_eq!(asks(Some("customer"), None).await.json()[0], user);
    assert_eq!(asks(Some("customer"), Some("A")).await.json()[0], user);
    assert_eq!(asks(None, Some("A")).await.json()[0], "guest 65");
    assert_eq!(asks(None, None).await.json()[0], "nobody");
    assert_eq!(asks(Some("junk"), Some("A")).await.code(), "unauthenticated");
    let two =
        request(Method::POST, "/who").append_header(("cart-token", "A")).append_header(("cart-token", "B"));
    assert_eq!(server.call(two).await.json()[0], "nobody");
}
