//! Making products.

use std::sync::{Arc, Mutex};

use domain::{
    catalog::{ProductCreation, ProductStatus, Sku, Slug},
    idempotency::IdempotencyRecord,
};
use ports::{catalog::CommitCatalogError, idempotency::KeyConflict, storage::StorageError};
use serde_json::{Value, json};

use crate::{
    demo::{Got, post_as},
    doubles::{Doubles, shop, uuid},
};

type Kept = Arc<Mutex<Vec<ProductCreation>>>;

/// A catalog that stores whatever comes, once for each key.
fn open() -> (Doubles, Kept) {
    let (mut doubles, kept) = (Doubles::default(), Kept::default());
    let (keeper, records) = (kept.clone(), doubles.records.clone());
    doubles.catalog.expect_commit_product_creation().returning(
        move |creation, record: Option<&IdempotencyRecord>| {
            if !records.keep(record) {
                return Err(KeyConflict::Taken.into());
            }
            keeper.lock().unwrap().push(creation.clone());
            Ok(())
        },
    );
    (doubles, kept)
}

fn failing(error: fn() -> CommitCatalogError) -> Doubles {
    let mut doubles = Doubles::default();
    doubles.catalog.expect_commit_product_creation().returning(move |_, _| Err(error()));
    doubles
}

fn price(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn mug() -> Value {
    json!({ "title": "Mug", "variants": [{ "sku": "MUG", "price": price("12.5") }] })
}

fn shirt() -> Value {
    json!({
        "title": "Linen shirt", "slug": "shirt", "description": "Washed.", "status": "draft",
        "category_id": "018f4d9e-0000-7000-8000-000000000009", "tags": ["summer"],
        "attributes": { "material": "linen" }, "images": [{ "url": "https://img.example/1.jpg", "alt": "A shirt" }],
        "options": [{ "name": "size", "values": ["S", "M"] }],
        "variants": [
            { "sku": "SHIRT-S", "option_values": { "size": "S" }, "price": price("39.9"), "stock": 12,
              "barcode": "4006381333931", "weight_grams": 180, "backorder": true },
            { "sku": "SHIRT-M", "option_values": { "size": "M" }, "price": price("41"), "title": "Medium" },
        ],
    })
}

/// [`mug`] with some members replaced.
fn mug_with(members: Value) -> Value {
    let mut body = mug();
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

/// [`mug`] with some members of its variant replaced.
fn mug_whose_variant(members: Value) -> Value {
    let mut body = mug();
    body["variants"][0].as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn post(doubles: Doubles, body: &Value) -> Got {
    shop(doubles).await.call(post_as(Some("catalog_manager"), "/products", body)).await
}

#[actix_web::test]
async fn a_new_product_is_answered_whole() {
    let (doubles, kept) = open();
    let got = post(doubles, &shirt()).await;
    let id = kept.lock().unwrap()[0].product.id;
    assert_eq!((got.status.as_u16(), got.header("location")), (201, format!("/products/{id}").as_str()));
    assert!(got.header("etag").starts_with("\"1."));
    assert_eq!(got.header("cache-control"), "no-store");
    assert_eq!(
        String::from_utf8(got.bytes).unwrap(),
        r#"{"id":"00000000-0000-0000-0000-000000000005","slug":"shirt","title":"Linen shirt","description":"Washed.","status":"draft","category_id":"018f4d9e-0000-7000-8000-000000000009","tags":["summer"],"attributes":{"material":"linen"},"images":[{"url":"https://img.example/1.jpg","alt":"A shirt"}],"options":[{"name":"size","values":["S","M"]}],"variants":[{"id":"00000000-0000-0000-0000-000000000001","sku":"SHIRT-S","title":"S","option_values":{"size":"S"},"barcode":"4006381333931","weight_grams":180,"price":{"amount":"39.90","currency":"EUR"},"lowest_price_30d":null,"available":12,"in_stock":true,"backorder":true,"version":1},{"id":"00000000-0000-0000-0000-000000000003","sku":"SHIRT-M","title":"Medium","option_values":{"size":"M"},"barcode":null,"weight_grams":null,"price":{"amount":"41.00","currency":"EUR"},"lowest_price_30d":null,"available":0,"in_stock":false,"backorder":false,"version":1}],"created_at":"2026-03-02T09:30:00.000250Z","updated_at":"2026-03-02T09:30:00.000250Z","version":1}"#
    );
}

#[actix_web::test]
async fn a_product_that_says_no_more_is_active_and_empty() {
    let (doubles, kept) = open();
    let got = post(doubles, &mug()).await;
    assert_eq!(got.status, 201);
    let made = kept.lock().unwrap().remove(0);
    assert_eq!((made.product.status, made.product.slug.as_str()), (ProductStatus::Active, "mug"));
    assert_eq!((made.variants[0].level.on_hand, made.variants[0].level.backorder), (0, false));
    let body = got.json();
    assert_eq!(
        (&body["status"], &body["tags"], &body["attributes"]),
        (&json!("active"), &json!([]), &json!({}))
    );
    assert_eq!((&body["variants"][0]["title"], &body["description"]), (&json!("Mug"), &Value::Null));
}

#[actix_web::test]
async fn every_fault_is_named_in_one_answer() {
    let body = json!({
        "title": " ", "slug": "No Slug", "status": "gone", "version": 7, "id": "x",
        "images": [{ "url": "javascript:alert(1)" }],
        "attributes": { "material": 1 },
        "variants": [
            { "sku": "A", "price": price("1.005"), "stock": -1 },
            { "sku": "has blank", "price": { "amount": 12, "currency": "eur" } },
            { "sku": "C", "price": price("-1"), "weight_grams": "heavy" },
            { "price": {} },
        ],
    });
    let got = post(Doubles::default(), &body).await;
    assert_eq!(
        got.faults(),
        [
            "/attributes/material type",
            "/id unknown-field",
            "/images/0/url image-address",
            "/slug slug",
            "/status not-allowed",
            "/title not-blank",
            "/variants/0/price/amount money-amount",
            "/variants/0/stock too-small",
            "/variants/1/price/amount type",
            "/variants/1/price/currency currency",
            "/variants/1/sku sku",
            "/variants/2/price/amount money-amount",
            "/variants/2/weight_grams type",
            "/variants/3/price/amount required",
            "/variants/3/price/currency required",
            "/variants/3/sku required",
            "/version unknown-field",
        ]
    );
}

#[actix_web::test]
async fn an_amount_has_no_more_digits_than_its_currency() {
    for (amount, currency, shown) in [
        ("5", "EUR", Some("5.00")),
        ("5", "JPY", Some("5")),
        ("5.5", "KWD", Some("5.500")),
        ("999999999999", "EUR", Some("999999999999.00")),
        ("1.999", "EUR", None),
        ("1.0", "JPY", None),
        ("1000000000000", "EUR", None),
        ("1e3", "EUR", None),
        ("+1", "EUR", None),
        (" 1", "EUR", None),
    ] {
        let (doubles, _) = open();
        let money = json!({ "price": { "amount": amount, "currency": currency } });
        let got = post(doubles, &mug_whose_variant(money)).await;
        match shown {
            Some(shown) => assert_eq!(got.json()["variants"][0]["price"]["amount"], shown),
            None => {
                assert_eq!(got.faults(), ["/variants/0/price/amount money-amount"], "{amount} {currency}")
            }
        }
    }
    let unlisted = mug_whose_variant(json!({ "price": { "amount": "1", "currency": "XXX" } }));
    assert_eq!(post(Doubles::default(), &unlisted).await.faults(), ["/variants/0/price/currency currency"]);
    let unpriced = json!({ "title": "Mug", "variants": [{ "sku": "MUG" }] });
    assert_eq!(post(Doubles::default(), &unpriced).await.faults(), ["/variants/0/price required"]);
}

#[actix_web::test]
async fn parts_that_do_not_fit_together_are_named_by_their_places() {
    let variant =
        |sku: &str, values: Value| json!({ "sku": sku, "option_values": values, "price": price("1") });
    let body = json!({
        "title": "Shirt",
        "options": [
            { "name": "size", "values": ["S", "M", "S"] },
            { "name": "a/b", "values": ["x"] },
            { "name": "size", "values": ["S"] },
        ],
        "variants": [
            variant("A", json!({ "size": "S", "a/b": "x" })),
            variant("A", json!({ "size": "M", "a/b": "x" })),
            variant("B", json!({ "size": "S", "a/b": "x" })),
            variant("C", json!({ "size": "XL", "colour": "red" })),
        ],
    });
    assert_eq!(
        post(Doubles::default(), &body).await.faults(),
        [
            "/options/0/values/2 duplicate-option-value",
            "/options/2/name duplicate-option",
            "/variants/1/sku duplicate-sku",
            "/variants/2/option_values duplicate-option-values",
            "/variants/3/option_values/a~1b required",
            "/variants/3/option_values/colour unknown-option-value",
            "/variants/3/option_values/size unknown-option-value",
        ]
    );
    let none = json!({ "title": "", "variants": [] });
    assert_eq!(
        post(Doubles::default(), &none).await.faults(),
        ["/title not-blank", "/title too-short", "/variants too-few-items"]
    );
}

#[actix_web::test]
async fn each_limit_is_reached_and_not_passed() {
    let text = |length: usize| "ä".repeat(length);
    let variants = |count: usize| {
        let variant = |n: usize| json!({ "sku": format!("S{n}"), "option_values": { "n": n.to_string() }, "price": price("1") });
        let values: Vec<_> = (0..250).map(|n| n.to_string()).collect();
        json!({ "options": [{ "name": "n", "values": values }], "variants": (0..count).map(variant).collect::<Vec<_>>() })
    };
    let options = |count: usize| {
        let names: Vec<_> = (0..count).map(|n| format!("o{n}")).collect();
        let options: Vec<_> = names.iter().map(|name| json!({ "name": name, "values": ["x"] })).collect();
        let values: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), json!("x"))).collect();
        json!({ "options": options, "variants": [{ "sku": "A", "option_values": values, "price": price("1") }] })
    };
    let attributes = |count: usize| json!({ "attributes": (0..count).map(|n| (format!("a{n}"), json!("x"))).collect::<serde_json::Map<_, _>>() });
    let tags = |count: usize| json!({ "tags": (0..count).map(|n| format!("t{n}")).collect::<Vec<_>>() });
    let images = |count: usize| json!({ "images": vec![json!({ "url": "https://img.example/1" }); count] });
    let cases: [(&str, Value, Value); 15] = [
        ("/title", json!({ "title": text(200) }), json!({ "title": text(201) })),
        ("/slug", json!({ "slug": "a".repeat(200) }), json!({ "slug": "a".repeat(201) })),
        ("/description", json!({ "description": text(20_000) }), json!({ "description": text(20_001) })),
        ("/tags", tags(50), tags(51)),
        ("/tags/0", json!({ "tags": [text(200)] }), json!({ "tags": [text(201)] })),
        ("/images", images(50), images(51)),
        ("/attributes", attributes(100), attributes(101)),
        (
            "/attributes/",
            json!({ "attributes": { text(64): "x" } }),
            json!({ "attributes": { text(65): "x" } }),
        ),
        (
            "/attributes/a",
            json!({ "attributes": { "a": text(500) } }),
            json!({ "attributes": { "a": text(501) } }),
        ),
        ("/options", options(5), options(6)),
        ("/variants", variants(250), variants(251)),
        ("/variants/0/sku", variant_with("sku", json!(text(64))), variant_with("sku", json!(text(65)))),
        (
            "/variants/0/title",
            variant_with("title", json!(text(200))),
            variant_with("title", json!(text(201))),
        ),
        (
            "/variants/0/barcode",
            variant_with("barcode", json!(text(64))),
            variant_with("barcode", json!(text(65))),
        ),
        (
            "/variants/0/stock",
            variant_with("stock", json!(1_000_000_000)),
            variant_with("stock", json!(1_000_000_001)),
        ),
    ];
    for (pointer, at, beyond) in cases {
        let (doubles, _) = open();
        let got = post(doubles, &mug_with(at)).await;
        assert_eq!(got.status, 201, "{pointer}: {}", String::from_utf8_lossy(&got.bytes));
        let faults = post(Doubles::default(), &mug_with(beyond)).await.faults();
        assert!(faults.iter().all(|fault| fault.starts_with(pointer)), "{pointer}: {faults:?}");
    }
}

fn variant_with(name: &str, value: Value) -> Value {
    json!({ "variants": mug_whose_variant(json!({ name: value }))["variants"] })
}

#[actix_web::test]
async fn what_the_store_refuses_has_its_own_code() {
    let got = post(failing(|| CommitCatalogError::SkuTaken(Sku::parse("MUG").unwrap())), &mug()).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "sku-taken"));
    assert_eq!(got.json()["detail"], "the SKU MUG is taken");
    let got = post(failing(|| CommitCatalogError::SlugTaken(Slug::parse("mug").unwrap())), &mug()).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "slug-taken"));
    let got = post(failing(|| CommitCatalogError::UnknownCategory(uuid(9).into())), &mug()).await;
    assert_eq!(got.faults(), ["/category_id unknown-category"]);
    let got = post(failing(|| StorageError::Overloaded("a queue".into()).into()), &mug()).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "overloaded"));
    let got = post(failing(|| KeyConflict::InProgress.into()), &mug()).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "idempotency-in-progress"));
    assert_eq!(got.header("retry-after"), "1");
}

#[actix_web::test]
async fn only_who_keeps_the_catalog_makes_products() {
    let server = shop(Doubles::default()).await;
    for path in ["/products", "/categories"] {
        let got = server.call(post_as(None, path, &json!({}))).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (401, "unauthenticated"));
        for role in ["customer", "support", "order_manager"] {
            let got = server.call(post_as(Some(role), path, &json!({}))).await;
            assert_eq!((got.status.as_u16(), got.code().as_str()), (403, "forbidden"), "{role}");
        }
    }
}

#[actix_web::test]
async fn a_repeated_call_makes_one_product_and_gets_the_same_bytes() {
    let (doubles, kept) = open();
    let server = shop(doubles).await;
    let call = |body: &Value| {
        post_as(Some("catalog_manager"), "/products", body).insert_header(("idempotency-key", "k1"))
    };
    let (first, again) = (server.call(call(&mug())).await, server.call(call(&mug())).await);
    assert_eq!((first.status.as_u16(), &first.bytes), (201, &again.bytes));
    assert_eq!(first.status, again.status);
    for name in ["location", "etag", "content-type", "cache-control"] {
        assert_eq!(first.header(name), again.header(name), "{name}");
    }
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(kept.lock().unwrap().len(), 1);
    let other = server.call(call(&shirt())).await;
    assert_eq!((other.status.as_u16(), other.code().as_str()), (422, "idempotency-key-reused"));
    let refused = server.call(call(&json!({ "title": "Mug" }))).await;
    assert_eq!(
        refused.faults(),
        ["/variants required"],
        "what breaks rules is said before the key is looked up"
    );
}
