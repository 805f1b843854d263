//! Categories.

use actix_web::http::Method;
use domain::{
    catalog::{Category, Slug},
    text::Name,
};
use ports::catalog::{CategoryView, CommitCatalogError};
use serde_json::{Value, json};

use crate::{
    demo::{Got, as_who, post_as, request},
    doubles::{Doubles, now, shop, uuid},
};

fn category(id: u128, name: &str, parent: Option<u128>) -> CategoryView {
    let parent = parent.map(|id| uuid(id).into());
    let category = Category::new(uuid(id).into(), Name::parse(name).unwrap(), None, parent, 0, now());
    CategoryView { category, product_count: 2 }
}

/// Clothes with shirts below, and tools.
fn with_tree() -> Doubles {
    let mut doubles = Doubles::default();
    let rows =
        || vec![category(1, "Clothes", None), category(2, "Shirts", Some(1)), category(3, "Tools", None)];
    doubles.categories.expect_list().returning(move || Ok(rows()));
    doubles
}

const SHIRTS: &str = r#"{"id":"00000000-0000-0000-0000-000000000002","slug":"shirts","name":"Shirts","parent_id":"00000000-0000-0000-0000-000000000001","position":0,"product_count":2,"version":1,"children":[]}"#;

fn clothes() -> String {
    format!(
        r#"{{"id":"00000000-0000-0000-0000-000000000001","slug":"clothes","name":"Clothes","parent_id":null,"position":0,"product_count":2,"version":1,"children":[{SHIRTS}]}}"#
    )
}

#[actix_web::test]
async fn the_tree_is_shown_whole() {
    let server = shop(with_tree()).await;
    let got = server.get("/categories").await;
    assert_eq!(
        (got.status.as_u16(), got.header("cache-control")),
        (200, "public, max-age=0, must-revalidate")
    );
    let tools = r#"{"id":"00000000-0000-0000-0000-000000000003","slug":"tools","name":"Tools","parent_id":null,"position":0,"product_count":2,"version":1,"children":[]}"#;
    let expected = format!(r#"{{"data":[{},{tools}],"next_cursor":null}}"#, clothes());
    assert_eq!(String::from_utf8(got.bytes.clone()).unwrap(), expected);
    let again = request(Method::GET, "/categories").insert_header(("if-none-match", got.header("etag")));
    assert_eq!(server.call(again).await.status, 304);
    assert_eq!(server.get("/categories?limit=5").await.faults(), ["limit unknown-parameter"]);
    let private = server.call(as_who("customer", Method::GET, "/categories")).await;
    assert_eq!(private.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn one_category_is_shown_with_what_is_below_it() {
    let server = shop(with_tree()).await;
    let path = |id: u128| format!("/categories/{}", uuid(id));
    let got = server.get(&path(1)).await;
    assert_eq!(String::from_utf8(got.bytes.clone()).unwrap(), clothes());
    assert!(got.header("etag").starts_with("\"1."));
    let head = server.call(request(Method::HEAD, &path(1))).await;
    assert_eq!((head.status.as_u16(), head.header("etag")), (200, got.header("etag")));
    assert_eq!(String::from_utf8(server.get(&path(2)).await.bytes).unwrap(), SHIRTS);
    assert_eq!(server.get(&path(4)).await.code(), "not-found");
    assert_eq!(server.get("/categories/shirts").await.code(), "not-found");
    assert_eq!(server.get(&format!("{}?depth=1", path(1))).await.faults(), ["depth unknown-parameter"]);
}

async fn post(doubles: Doubles, body: &Value) -> Got {
    shop(doubles).await.call(post_as(Some("catalog_manager"), "/categories", body)).await
}

#[actix_web::test]
async fn a_new_category_is_answered_whole() {
    let mut doubles = Doubles::default();
    doubles.catalog.expect_commit_category_creation().returning(|creation, _| {
        assert_eq!(creation.category.parent_id, Some(uuid(9).into()));
        Ok(())
    });
    let got = post(doubles, &json!({ "name": " Größe ", "parent_id": uuid(9), "position": 3 })).await;
    let path = "/categories/00000000-0000-0000-0000-000000000001";
    assert_eq!((got.status.as_u16(), got.header("location")), (201, path));
    assert!(got.header("etag").starts_with("\"1."));
    assert_eq!(
        String::from_utf8(got.bytes).unwrap(),
        r#"{"id":"00000000-0000-0000-0000-000000000001","slug":"grosse","name":"Größe","parent_id":"00000000-0000-0000-0000-000000000009","position":3,"product_count":0,"version":1,"children":[]}"#
    );
}

#[actix_web::test]
async fn every_fault_of_a_category_is_named() {
    let body = json!({ "name": "x".repeat(201), "slug": "-", "parent_id": "top", "position": -1, "product_count": 3 });
    let expected = [
        "/name too-long",
        "/parent_id uuid",
        "/position too-small",
        "/product_count unknown-field",
        "/slug slug",
    ];
    assert_eq!(post(Doubles::default(), &body).await.faults(), expected);
    let mut doubles = Doubles::default();
    let refused = || Err(CommitCatalogError::UnknownCategory(uuid(9).into()));
    doubles.catalog.expect_commit_category_creation().returning(move |_, _| refused());
    let got = post(doubles, &json!({ "name": "Shirts", "parent_id": uuid(9) })).await;
    assert_eq!(got.faults(), ["/parent_id unknown-category"]);
    let mut doubles = Doubles::default();
    let refused = || Err(CommitCatalogError::SlugTaken(Slug::parse("shirts").unwrap()));
    doubles.catalog.expect_commit_category_creation().returning(move |_, _| refused());
    let got = post(doubles, &json!({ "name": "Shirts" })).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "slug-taken"));
}

#[actix_web::test]
async fn a_repeated_call_makes_one_category() {
    let mut doubles = Doubles::default();
    let records = doubles.records.clone();
    doubles.catalog.expect_commit_category_creation().returning(move |_, record| {
        match records.keep(record) {
            true => Ok(()),
            false => Err(ports::idempotency::KeyConflict::Taken.into()),
        }
    });
    let server = shop(doubles).await;
    let call = || {
        post_as(Some("admin"), "/categories", &json!({ "name": "Shirts" }))
            .insert_header(("idempotency-key", "k"))
    };
    let (first, again) = (server.call(call()).await, server.call(call()).await);
    assert_eq!((first.status.as_u16(), &first.bytes), (201, &again.bytes));
    assert_eq!(
        (first.header("location"), again.header("idempotency-replayed")),
        (again.header("location"), "true")
    );
}
