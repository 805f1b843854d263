//! Problems and their pages.

use adapters_http::Code;

use crate::demo::server;

#[actix_web::test]
async fn every_code_has_its_page() {
    let server = server().await;
    for code in Code::ALL {
        let got = server.get(&format!("/problems/{}", code.as_str())).await;
        assert_eq!(got.status, 200);
        assert!(String::from_utf8(got.bytes).unwrap().contains(code.title()));
    }
    assert_eq!(server.get("/problems/no-such-code").await.code(), "not-found");
}

#[actix_web::test]
async fn a_problem_of_an_area_has_its_own_code() {
    let server = server().await;
    let got = server.post("/things", r#"{"sku":"TAKEN","quantity":1}"#).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "sku-taken"));
}

#[actix_web::test]
async fn a_panic_is_a_500_that_tells_nothing() {
    let server = server().await;
    for got in [server.get("/boom").await, server.post("/boom", "").await] {
        assert_eq!((got.status.as_u16(), got.code().as_str()), (500, "internal"));
        assert!(!String::from_utf8(got.bytes).unwrap().contains("secret"));
    }
}

#[actix_web::test]
async fn a_message_never_repeats_the_value() {
    let server = server().await;
    let got = server.post("/things", r#"{"sku":"my secret","quantity":"hunter22","hunter23":1}"#).await;
    let text = String::from_utf8(got.bytes).unwrap();
    assert!(!text.contains("my secret") && !text.contains("hunter22"));
}
