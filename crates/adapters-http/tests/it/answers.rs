//! What answers carry: entity tags, caching, compression, CORS, security headers, the request's id.

use actix_web::http::Method;

use crate::demo::{Got, ID, Server, json, request, server};

fn thing() -> String {
    format!("/things/{ID}")
}

#[actix_web::test]
async fn a_creation_has_a_location_and_a_version() {
    let server = server().await;
    let got = server.post("/things", r#"{"sku":"A","quantity":1}"#).await;
    assert_eq!((got.status.as_u16(), got.header("location")), (201, thing().as_str()));
    assert!(got.header("etag").starts_with("\"1."));
    assert_eq!(got.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn an_unchanged_resource_is_304_with_the_tag_that_was_sent() {
    let server = server().await;
    let plain = server.get(&thing()).await;
    let tag = plain.header("etag");
    assert!(tag.starts_with("\"7."));
    let gzip = format!("{}-gzip\"", tag.strip_suffix('"').unwrap());
    for (sent, echoed) in [(tag.to_owned(), tag), (gzip.clone(), &gzip), (format!("\"x\", W/{tag}"), tag)] {
        let call = request(Method::GET, &thing()).insert_header(("if-none-match", sent));
        let got = server.call(call).await;
        assert_eq!((got.status.as_u16(), got.bytes.len(), got.header("etag")), (304, 0, echoed));
        assert_eq!(got.header("cache-control"), "public, max-age=0, must-revalidate");
        assert!(vary(&got).contains(&"accept-encoding".to_owned()));
    }
    let call = request(Method::GET, &thing()).insert_header(("if-none-match", "\"7.other\""));
    assert_eq!(server.call(call).await.status, 200);
}

#[actix_web::test]
async fn encodings_do_not_share_a_tag() {
    let server = server().await;
    let plain = server.get(&thing()).await;
    for (accept, encoding, suffix) in
        [("gzip", "gzip", "-gzip\""), ("br, gzip", "br", "-br\""), ("deflate", "", "\"")]
    {
        let call = request(Method::GET, &thing()).insert_header(("accept-encoding", accept));
        let got = server.call(call).await;
        assert_eq!(got.header("content-encoding"), encoding);
        assert_eq!(got.header("etag"), plain.header("etag").replace('"', "").join_tag(suffix));
        assert!(vary(&got).contains(&"accept-encoding".to_owned()), "{accept}");
    }
    let call = request(Method::GET, &thing()).insert_header(("accept-encoding", "identity;q=0, *;q=0"));
    assert_eq!(server.call(call).await.status, 200);
}

trait JoinTag {
    fn join_tag(&self, suffix: &str) -> String;
}

impl JoinTag for String {
    fn join_tag(&self, suffix: &str) -> String {
        format!("\"{self}{suffix}")
    }
}

fn vary(got: &Got) -> Vec<String> {
    let values = got.headers.get_all("vary").flat_map(|value| value.to_str().unwrap().split(','));
    values.map(|name| name.trim().to_ascii_lowercase()).collect()
}

#[actix_web::test]
async fn if_match_guards_a_change() {
    let server = server().await;
    for (sent, status) in [
        ("\"7.whatever\"", 200),
        ("\"7.x-gzip\"", 200),
        ("*", 200),
        ("\"6.a\", \"7.b\"", 200),
        ("\"6.a\"", 412),
        ("W/\"7.a\"", 412),
        ("\"foreign\"", 412),
        ("7", 422),
        ("", 422),
    ] {
        let call = json(Method::PATCH, &thing(), "{}").insert_header(("if-match", sent));
        let got = server.call(call).await;
        assert_eq!(got.status, status, "{sent}");
        match status {
            412 => assert_eq!(got.code(), "version-mismatch"),
            422 => assert_eq!(got.faults(), ["If-Match malformed"]),
            _ => {}
        }
    }
}

#[actix_web::test]
async fn what_a_token_sees_is_private() {
    let server = server().await;
    assert_eq!(server.get("/things").await.header("cache-control"), "public, max-age=0, must-revalidate");
    let call = request(Method::GET, "/things").insert_header(("authorization", "Bearer admin"));
    assert_eq!(server.call(call).await.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn the_request_id_is_echoed_or_made() {
    let server = server().await;
    let with = |id: &str| request(Method::GET, "/healthz").insert_header(("x-request-id", id));
    assert_eq!(server.call(with("abc-1")).await.header("x-request-id"), "abc-1");
    for bad in ["", "a b", &"x".repeat(129)] {
        assert_eq!(server.call(with(bad)).await.header("x-request-id"), ID.to_string());
    }
    let got = server.call(request(Method::GET, "/nothing").insert_header(("x-request-id", "abc-2"))).await;
    assert_eq!(got.json()["request_id"], "abc-2");
}

#[actix_web::test]
async fn every_answer_is_told_how_to_be_treated() {
    let server = server().await;
    for path in ["/things", "/nothing", "/healthz", "/docs", "/problems/internal", "/boom"] {
        let got = server.get(path).await;
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert!(got.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(got.header("referrer-policy"), "no-referrer", "{path}");
        assert!(!got.headers.contains_key("server"), "{path}");
    }
}

#[actix_web::test]
async fn listed_origins_may_read_answers() {
    let server = server().await;
    let from = |origin: &str| request(Method::GET, "/things").insert_header(("origin", origin));
    let got = server.call(from("https://app.example")).await;
    assert_eq!(got.header("access-control-allow-origin"), "https://app.example");
    for name in
        ["ETag", "Link", "Location", "Retry-After", "RateLimit", "X-Request-Id", "Idempotency-Replayed"]
    {
        assert!(got.header("access-control-expose-headers").contains(name), "{name}");
    }
    for got in [server.call(from("https://evil.example")).await, server.get("/things").await] {
        assert_eq!(got.header("access-control-allow-origin"), "");
        assert!(vary(&got).contains(&"origin".to_owned()));
    }
    let error =
        server.call(request(Method::GET, "/nothing").insert_header(("origin", "https://app.example"))).await;
    assert_eq!(error.header("access-control-allow-origin"), "https://app.example");
}

#[actix_web::test]
async fn a_preflight_is_answered_for_listed_origins() {
    let server = server().await;
    let allowed = preflight(&server, "https://app.example").await;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://app.example");
    assert!(allowed.header("access-control-allow-methods").contains("PATCH"));
    assert!(allowed.header("access-control-allow-headers").contains("Idempotency-Key"));
    let refused = preflight(&server, "https://evil.example").await;
    assert_eq!(refused.header("access-control-allow-origin"), "");
    assert!(vary(&refused).contains(&"origin".to_owned()));
}

async fn preflight<S>(server: &Server<S>, origin: &str) -> Got
where
    S: actix_web::dev::Service<
            actix_http::Request,
            Response = actix_web::dev::ServiceResponse,
            Error = actix_web::Error,
        >,
{
    let call = request(Method::OPTIONS, "/things")
        .insert_header(("origin", origin))
        .insert_header(("access-control-request-method", "PATCH"));
    server.call(call).await
}
