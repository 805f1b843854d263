//! Routes, methods and ids.

use actix_web::http::Method;

use crate::demo::{ID, json, request, server};

#[actix_web::test]
async fn an_unknown_route_is_a_404_problem() {
    let server = server().await;
    for path in ["/nothing", "/things/", "/metrics", "/things/1/2"] {
        let got = server.get(path).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (404, "not-found"), "{path}");
    }
}

#[actix_web::test]
async fn an_id_that_is_no_uuid_is_404() {
    let server = server().await;
    for id in
        ["1", "x", "018f4d9e00007000800000000000000", "urn:uuid:018f4d9e-0000-7000-8000-000000000000", "%00"]
    {
        assert_eq!(server.get(&format!("/things/{id}")).await.code(), "not-found", "{id}");
    }
    assert_eq!(server.get(&format!("/things/{ID}")).await.status, 200);
}

#[actix_web::test]
async fn another_method_is_405_with_the_exact_allow() {
    let server = server().await;
    for method in [Method::PUT, Method::POST, Method::TRACE] {
        let got = server.call(request(method, &format!("/things/{ID}"))).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (405, "method-not-allowed"));
        assert_eq!(got.header("allow"), "DELETE, GET, HEAD, OPTIONS, PATCH");
    }
    let got = server.call(request(Method::HEAD, "/touch")).await;
    assert_eq!((got.status.as_u16(), got.header("allow")), (405, "OPTIONS, POST"));
    let got = server.call(request(Method::POST, "/healthz")).await;
    assert_eq!((got.status.as_u16(), got.header("allow")), (405, "GET, HEAD, OPTIONS"));
}

#[actix_web::test]
async fn head_answers_as_get_without_a_body() {
    let server = server().await;
    let path = format!("/things/{ID}");
    let (get, head) = (server.get(&path).await, server.call(request(Method::HEAD, &path)).await);
    assert_eq!(get.status, head.status);
    assert_eq!(get.header("etag"), head.header("etag"));
    assert_eq!(get.header("content-type"), head.header("content-type"));
    assert!(!get.bytes.is_empty() && head.bytes.is_empty());
    assert_eq!(server.call(request(Method::HEAD, "/nothing")).await.status, 404);
}

#[actix_web::test]
async fn options_names_the_methods() {
    let server = server().await;
    let got = server.call(request(Method::OPTIONS, "/things")).await;
    assert_eq!((got.status.as_u16(), got.header("allow")), (204, "GET, HEAD, OPTIONS, POST"));
    assert_eq!(server.call(request(Method::OPTIONS, "/nothing")).await.code(), "not-found");
}

#[actix_web::test]
async fn a_method_override_is_ignored() {
    let server = server().await;
    let call = request(Method::GET, "/things").insert_header(("x-http-method-override", "DELETE"));
    assert_eq!(server.call(call).await.status, 200);
}

#[actix_web::test]
async fn a_deletion_has_no_body() {
    let server = server().await;
    let got = server.call(json(Method::DELETE, &format!("/things/{ID}"), "")).await;
    assert_eq!((got.status.as_u16(), got.bytes.len(), got.header("content-type")), (204, 0, ""));
}
