//! Bodies: what is malformed, what breaks rules, what is too large, and every fault in one answer.

use std::io::Write;

use actix_web::http::Method;

use crate::demo::{json, request, server};

#[actix_web::test]
async fn what_is_no_json_is_400() {
    let server = server().await;
    let cases: [&[u8]; 8] = [
        b"",
        b"{",
        b"{\"sku\":\"A\"} x",
        b"{\"sku\":\"A\",\"sku\":\"B\"}",
        b"{\"sku\":\"\\ud800\"}",
        b"{\"sku\":\"\xff\"}",
        b"{\"quantity\":1e400}",
        &[b'['; 200],
    ];
    for case in cases {
        let got = server.post("/things", case).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (400, "malformed-json"), "{case:?}");
    }
}

#[actix_web::test]
async fn every_fault_of_a_body_comes_in_one_answer() {
    let server = server().await;
    let got = server
        .post(
            "/things?x=1",
            r#"{"sku":"has blank","quantity":0,"tags":["","toolong",7,"a"],"price":{"amount":19.99,"x":1},"colour":"red"}"#,
        )
        .await;
    assert_eq!(
        got.faults(),
        [
            "/colour unknown-field",
            "/price/amount type",
            "/price/currency required",
            "/price/x unknown-field",
            "/quantity too-small",
            "/sku sku",
            "/tags too-many-items",
            "/tags/0 too-short",
            "/tags/1 too-long",
            "/tags/2 type",
        ]
    );
}

#[actix_web::test]
async fn rules_of_the_domain_are_checked_in_the_same_pass() {
    let server = server().await;
    let got = server.post("/things", r#"{"sku":"red","quantity":1000,"tags":["red"],"size":1}"#).await;
    assert_eq!(got.faults(), ["/quantity too-large", "/size unknown-field", "/tags repeats-sku"]);
}

#[actix_web::test]
async fn faults_of_headers_and_bodies_come_in_one_answer() {
    let server = server().await;
    let call = json(Method::POST, "/things", r#"{"sku":"A"}"#).insert_header(("idempotency-key", "a b"));
    assert_eq!(server.call(call).await.faults(), ["/quantity required", "Idempotency-Key malformed"]);
}

#[actix_web::test]
async fn no_integer_is_wrapped_or_rounded() {
    let server = server().await;
    for number in
        ["\"1\"", "2147483648", "9007199254740993.0", "9223372036854775808", "99999999999999999999", "1.5"]
    {
        let got = server.post("/things", format!(r#"{{"sku":"A","quantity":{number}}}"#)).await;
        assert_eq!(got.status, 422, "{number}");
        assert!(got.faults()[0].starts_with("/quantity "), "{number}");
        if number != "2147483648" {
            let got =
                server.post("/things", format!(r#"{{"sku":"A","quantity":1,"serial":{number}}}"#)).await;
            assert!(got.faults()[0].starts_with("/serial "), "{number}");
        }
    }
    let got = server.post("/things", r#"{"sku":"A","quantity":1.0,"serial":-9223372036854775808}"#).await;
    assert_eq!(got.status, 201);
}

#[actix_web::test]
async fn a_nul_is_a_fault_with_its_pointer() {
    let server = server().await;
    let got = server.post("/things", r#"{"sku":"A","quantity":1,"tags":["a\u0000"]}"#).await;
    assert_eq!(got.faults(), ["/tags/0 null-character"]);
}

#[actix_web::test]
async fn text_is_read_in_nfc() {
    let server = server().await;
    let got = server.post("/things", "{\"sku\":\"A\u{30a}\",\"quantity\":1}").await;
    assert_eq!(got.json()["sku"], "\u{c5}");
}

#[actix_web::test]
async fn a_body_of_another_type_is_415() {
    let server = server().await;
    let body = r#"{"sku":"A","quantity":1}"#;
    for kind in [
        "text/plain",
        "application/xml",
        "application/json; charset=latin1",
        "application/merge-patch+json",
        "",
    ] {
        let call = json(Method::POST, "/things", body).insert_header(("content-type", kind));
        let got = server.call(call).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (415, "unsupported-media-type"), "{kind}");
    }
    let bare = request(Method::POST, "/things")
        .insert_header(("authorization", "Bearer catalog_manager"))
        .set_payload(body);
    assert_eq!(server.call(bare).await.code(), "unsupported-media-type");
    let call = json(Method::POST, "/things", body)
        .insert_header(("content-type", "Application/JSON; charset=UTF-8"));
    assert_eq!(server.call(call).await.status, 201);
}

#[actix_web::test]
async fn only_known_encodings_are_inflated() {
    let server = server().await;
    let body = br#"{"sku":"A","quantity":1}"#;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(body).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, 1, 20).write_all(body).unwrap();
    for (encoding, body, status) in [
        ("gzip", gzip.as_slice(), 201),
        ("br", &brotli, 201),
        ("identity", body, 201),
        ("zstd", body, 415),
        ("gzip, br", body, 415),
        ("gzip", body, 400),
    ] {
        let call = json(Method::POST, "/things", body).insert_header(("content-encoding", encoding));
        assert_eq!(server.call(call).await.status, status, "{encoding}");
    }
}

#[actix_web::test]
async fn more_than_256_kib_is_413_before_and_after_inflating() {
    let server = server().await;
    let fits = format!("{}{}", " ".repeat(256 * 1024 - 24), r#"{"sku":"A","quantity":1}"#);
    assert_eq!(server.post("/things", fits.clone()).await.status, 201);
    assert_eq!(server.post("/things", format!("{fits} ")).await.code(), "payload-too-large");
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![b' '; 50_000_000]).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 256 * 1024);
    let call = json(Method::POST, "/things", bomb).insert_header(("content-encoding", "gzip"));
    assert_eq!(server.call(call).await.code(), "payload-too-large");
}

#[actix_web::test]
async fn a_body_of_nothing_but_faults_gets_a_bounded_answer() {
    let server = server().await;
    let members: Vec<String> = (0..20_000).map(|index| format!("\"f{index}\":1")).collect();
    let got = server.post("/things", format!("{{{}}}", members.join(","))).await;
    assert_eq!(got.json()["errors"].as_array().unwrap().len(), 1_000);
}

#[actix_web::test]
async fn a_patch_tells_absent_null_and_a_value_apart() {
    let server = server().await;
    let path = format!("/things/{}", crate::demo::ID);
    let patch = |body: &str| {
        json(Method::PATCH, &path, body).insert_header(("content-type", "application/merge-patch+json"))
    };
    assert_eq!(server.call(patch("{}")).await.json()["sku"], "MUG-1");
    assert_eq!(server.call(patch(r#"{"note":null}"#)).await.json()["sku"], "cleared");
    assert_eq!(server.call(patch(r#"{"note":"x","quantity":5}"#)).await.json()["quantity"], 5);
    assert_eq!(server.call(patch(r#"{"quantity":null}"#)).await.faults(), ["/quantity type"]);
    let plain = json(Method::PATCH, &path, r#"{"note":"12345678901"}"#);
    assert_eq!(server.call(plain).await.faults(), ["/note too-long"]);
}

#[actix_web::test]
async fn a_body_that_may_be_left_out_may_be_left_out() {
    let server = server().await;
    assert_eq!(server.call(request(Method::POST, "/touch")).await.json(), "None false");
    assert_eq!(server.post("/touch", r#"{"reason":"x"}"#).await.json(), "Some(\"x\") false");
    assert_eq!(server.post("/touch", "").await.code(), "malformed-json");
}
