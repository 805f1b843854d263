//! Rubbish, and what it gets: always the same form, never anything internal.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::json;

use crate::shop::Shop;

#[test]
fn what_can_not_be_read_is_said_in_one_form() {
    let shop = Shop::open();
    let admin = shop.admin();
    let post = |media: &str, body: &str| {
        shop.client().call("POST", "/products").token(&admin.token).body(media, body).send()
    };

    for body in ["{", "", "{} x", "\"\\ud800\"", &"[".repeat(100_000), r#"{"title":"a","title":"b"}"#] {
        assert_eq!(
            post("application/json", body).problem(400),
            "malformed-json",
            "{}",
            &body[..body.len().min(40)]
        );
    }
    let binary = shop.client().call("POST", "/products").token(&admin.token);
    assert_eq!(
        binary.body("application/json", b"{\"title\":\"\xff\"}".to_vec()).send().problem(400),
        "malformed-json"
    );
    assert_eq!(post("text/plain", "{}").problem(415), "unsupported-media-type");
    assert_eq!(post("application/json", &"x".repeat(300 * 1024)).problem(413), "payload-too-large");
    let nul = post("application/json", r#"{"title":"a\u0000b","variants":[{"sku":"A"}]}"#);
    assert!(nul.faults()[0].starts_with("/title"));
}

#[test]
fn numbers_are_never_wrapped_or_rounded() {
    let shop = Shop::open();
    let admin = shop.admin();
    for stock in [
        "1e400",
        "\"1\"",
        "2147483648",
        "9007199254740993",
        "9223372036854775808",
        "12345678901234567890",
        "1.5",
    ] {
        let body = format!(r#"{{"title":"A","variants":[{{"sku":"A","stock":{stock}}}]}}"#);
        let answer =
            shop.client().call("POST", "/products").token(&admin.token).body("application/json", body).send();
        assert!(matches!(answer.status, 400 | 422), "{stock}: {}", answer.text());
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM products"), [0]);
}

#[test]
fn what_is_not_there_is_a_problem_too() {
    let shop = Shop::open();
    assert_eq!(shop.client().get("/nowhere").send().problem(404), "not-found");
    assert_eq!(shop.client().get("/metrics").send().problem(404), "not-found");
    let wrong = shop.client().call("PUT", "/products").json(&json!({})).send();
    assert_eq!(wrong.problem(405), "method-not-allowed");
    let mut allowed: Vec<_> = wrong.header("allow").split(", ").collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "OPTIONS", "POST"]);
    let head = shop.client().call("HEAD", "/products").send();
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn each_code_has_a_page_that_explains_it() {
    let shop = Shop::open();
    let problem = shop.client().get("/nowhere").send().json();
    assert_eq!(problem["type"], "http://shop.example/problems/not-found");
    let page = shop.client().get("/problems/insufficient-stock").send();
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(shop.client().get("/problems/no-such-code").send().problem(404), "not-found");
}

#[test]
fn a_socket_that_speaks_no_http_gets_an_end() {
    let shop = Shop::open();
    let address = shop.server.url.strip_prefix("http://").unwrap();
    for request in [
        "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n folded\r\n\r\n",
        "rubbish\r\n\r\n",
        &format!("GET / HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n", "x".repeat(300_000)),
    ] {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let _ = socket.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{request:.60}: {answer}");
    }
    shop.client().get("/healthz").send();
}
