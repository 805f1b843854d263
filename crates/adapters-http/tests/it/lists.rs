//! Queries and lists: parameters, cursors and links.

use actix_web::http::Method;

use crate::demo::{request, server};

#[actix_web::test]
async fn every_fault_of_a_query_is_named() {
    let server = server().await;
    let got = server.get("/search?q=toolong&q=x&depth=6&z=1").await;
    assert_eq!(got.faults(), ["depth too-large", "q repeated", "q too-long", "z unknown-parameter"]);
    assert_eq!(server.get("/search?depth=%2B1").await.faults(), ["depth type", "q required"]);
    assert_eq!(server.get("/search?q=%00").await.faults(), ["q null-character"]);
    assert_eq!(server.get("/search?q=%ff").await.faults(), ["q invalid-encoding", "q required"]);
    assert_eq!(server.get("/search?q=a+%C3%A4&depth=5").await.json(), "a ä Some(5)");
    let got = server.get("/things?sort=colour&in_stock=yes&sku=a%20b").await;
    assert_eq!(got.faults(), ["in_stock type", "sku sku", "sort not-allowed"]);
}

#[actix_web::test]
async fn a_limit_is_a_whole_number_from_1_to_100() {
    let server = server().await;
    assert_eq!(server.get("/things").await.json()["data"].as_array().unwrap().len(), 20);
    assert_eq!(server.get("/things?limit=100").await.json()["data"].as_array().unwrap().len(), 100);
    for (limit, code) in [
        ("0", "too-small"),
        ("101", "too-large"),
        ("-1", "type"),
        ("abc", "type"),
        ("", "type"),
        ("1e1", "type"),
        ("99999999999", "too-large"),
    ] {
        assert_eq!(server.get(&format!("/things?limit={limit}")).await.faults(), [format!("limit {code}")]);
    }
    assert_eq!(server.get("/things?limit=1&limit=1").await.faults(), ["limit repeated"]);
}

#[actix_web::test]
async fn the_cursor_and_the_link_lead_to_the_next_page() {
    let server = server().await;
    let first = server.get("/things?sku=A%26B&limit=2").await;
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let link =
        first.header("link").strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
    for path in [format!("/things?limit=5&cursor={cursor}&sku=A%26B"), link] {
        let last = server.get(&path).await;
        assert_eq!(last.status, 200, "{path}");
        assert!(last.json()["next_cursor"].is_null());
        assert_eq!(last.header("link"), "");
    }
}

#[actix_web::test]
async fn a_cursor_works_for_its_list_only() {
    let server = server().await;
    let cursor = server.get("/things?sku=A").await.json()["next_cursor"].as_str().unwrap().to_owned();
    let mut broken = cursor.clone().into_bytes();
    broken[3] = if broken[3] == b'A' { b'B' } else { b'A' };
    let broken = String::from_utf8(broken).unwrap();
    for path in [
        format!("/things?sku=B&cursor={cursor}"),
        format!("/things?cursor={cursor}"),
        format!("/things?sku=A&sort=name&cursor={cursor}"),
        format!("/things?sku=A&cursor={broken}"),
        "/things?sku=A&cursor=".to_owned(),
        "/things?sku=A&cursor=%F0%9F".to_owned() + "%8E%89",
    ] {
        assert_eq!(server.get(&path).await.faults(), ["cursor cursor"], "{path}");
    }
    assert_eq!(server.get(&format!("/things?sku=A&cursor={cursor}")).await.status, 200);
}

#[actix_web::test]
async fn a_cursor_of_a_private_list_works_for_its_caller_only() {
    let server = server().await;
    let mine = |who: &'static str, path: String| {
        request(Method::GET, &path).insert_header(("authorization", format!("Bearer {who}")))
    };
    let first = server.call(mine("customer-1", "/mine".to_owned())).await;
    let next = format!("/mine?cursor={}", first.json()["next_cursor"].as_str().unwrap());
    assert_eq!(server.call(mine("customer-1", next.clone())).await.status, 200);
    assert_eq!(server.call(mine("customer-2", next)).await.faults(), ["cursor cursor"]);
    let public = server.get("/things").await.json()["next_cursor"].as_str().unwrap().to_owned();
    let call = mine("customer-2", format!("/things?cursor={public}"));
    assert_eq!(server.call(call).await.status, 200, "a public list's cursor works for everyone");
}
