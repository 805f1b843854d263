//! How many calls a client may make.

use std::num::NonZeroU32;

use actix_web::{http::Method, test::TestRequest};
use adapters_http::{RateLimits, Settings};

use crate::demo::{Got, as_who, request, server, server_with, settings};

fn limited(caller: u32, address: u32) -> Settings {
    let calls = |calls| NonZeroU32::new(calls).unwrap();
    Settings {
        rate_limits: Some(RateLimits { caller: calls(caller), address: calls(address) }),
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..settings()
    }
}

fn from(peer: &str, call: TestRequest) -> TestRequest {
    call.peer_addr(format!("{peer}:4000").parse().unwrap())
}

fn things(peer: &str) -> TestRequest {
    from(peer, request(Method::GET, "/things"))
}

fn is_refused(got: &Got) {
    assert_eq!((got.status.as_u16(), got.code().as_str()), (429, "rate-limited"));
    assert!((1..=61).contains(&got.header("retry-after").parse().unwrap()));
}

#[actix_web::test]
async fn every_answer_tells_what_is_left_and_the_last_one_refuses() {
    let server = server_with(limited(9, 3)).await;
    for left in [2, 1, 0] {
        let got = server.call(things("192.0.2.7")).await;
        assert_eq!((got.status.as_u16(), got.header("ratelimit-policy")), (200, "\"address\";q=3;w=60"));
        assert!(got.header("ratelimit").starts_with(&format!("\"address\";r={left};t=")), "{left}");
    }
    let refused = server.call(things("192.0.2.7")).await;
    is_refused(&refused);
    assert_eq!(refused.header("ratelimit-policy"), "\"address\";q=3;w=60");
    assert_eq!(refused.header("ratelimit"), format!("\"address\";r=0;t={}", refused.header("retry-after")));
    assert_eq!(server.call(things("192.0.2.8")).await.status, 200, "somebody else");
}

#[actix_web::test]
async fn a_caller_is_counted_by_token_from_wherever_and_a_bad_token_by_address() {
    let server = server_with(limited(2, 3)).await;
    let mine = |who: &str, peer: &str| from(peer, as_who(who, Method::GET, "/mine"));
    for peer in ["192.0.2.1", "192.0.2.2"] {
        let got = server.call(mine("customer-5", peer)).await;
        assert_eq!((got.status.as_u16(), got.header("ratelimit-policy")), (200, "\"caller\";q=2;w=60"));
    }
    is_refused(&server.call(mine("customer-5", "192.0.2.3")).await);
    assert_eq!(server.call(mine("customer-6", "192.0.2.1")).await.status, 200);
    for who in ["junk", "expired", "junk"] {
        let got = server.call(mine(who, "192.0.2.1")).await;
        assert_eq!((got.status.as_u16(), got.header("ratelimit-policy")), (401, "\"address\";q=3;w=60"));
    }
    is_refused(&server.call(mine("junk", "192.0.2.1")).await);
    assert_eq!(server.call(mine("customer-7", "192.0.2.1")).await.status, 200, "whoever is somebody goes on");
}

#[actix_web::test]
async fn only_a_trusted_proxy_says_who_its_client_is() {
    let server = server_with(limited(9, 1)).await;
    let said = |peer: &str, client: &str| things(peer).insert_header(("x-forwarded-for", client.to_owned()));
    assert_eq!(server.call(said("192.0.2.7", "198.51.100.1")).await.status, 200);
    is_refused(&server.call(said("192.0.2.7", "198.51.100.2")).await);
    assert_eq!(server.call(said("10.1.1.1", "198.51.100.1")).await.status, 200);
    is_refused(&server.call(said("10.1.1.1", "198.51.100.1")).await);
    assert_eq!(server.call(said("10.1.1.1", "2001:db8::1")).await.status, 200);
    is_refused(&server.call(said("10.1.1.1", "2001:db8::ffff")).await);
}

#[actix_web::test]
async fn failures_count_and_routes_that_run_the_server_do_not() {
    let server = server_with(limited(9, 2)).await;
    for path in ["/things?colour=red", "/things/none"] {
        let got = server.call(from("192.0.2.7", request(Method::GET, path))).await;
        assert!(got.status.is_client_error() && got.status != 429, "{path}");
        assert!(!got.header("ratelimit").is_empty(), "{path}");
    }
    is_refused(&server.call(things("192.0.2.7")).await);
    for path in ["/healthz", "/no-such-route"] {
        let got = server.call(from("192.0.2.7", request(Method::GET, path))).await;
        assert_eq!((got.status == 429, got.header("ratelimit")), (false, ""), "{path}");
    }
}

#[actix_web::test]
async fn without_bounds_nothing_is_told() {
    let got = server().await.call(things("192.0.2.7")).await;
    assert_eq!((got.status.as_u16(), got.header("ratelimit"), got.header("ratelimit-policy")), (200, "", ""));
}
