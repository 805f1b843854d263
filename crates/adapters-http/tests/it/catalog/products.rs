//! Looking at products.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use actix_web::http::Method;
use domain::{
    catalog::{Image, Product, ProductOption, ProductStatus, Sku, Slug, Variant},
    inventory::StockLevel,
    text::{Description, Name},
};
use ports::{
    catalog::{ProductPlace, ProductQuery, ProductSort, ProductView, SortKey, VariantView, Visibility},
    pagination::Page,
};
use serde_json::json;

use crate::{
    demo::{as_who, request},
    doubles::{Doubles, currency, money, now, shop, uuid},
};

fn texts<const N: usize>(texts: [(&str, &str); N]) -> BTreeMap<String, String> {
    texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

fn shirt() -> ProductView {
    let product = Product {
        id: uuid(1).into(),
        slug: Slug::parse("linen-shirt").unwrap(),
        title: Name::parse("Linen shirt").unwrap(),
        description: Some(Description::parse("Washed.").unwrap()),
        status: ProductStatus::Active,
        category_id: None,
        tags: vec!["summer".to_owned()],
        attributes: texts([("material", "linen")]),
        images: vec![Image { url: "https://img.example/1.jpg".to_owned(), alt: None }],
        options: vec![ProductOption { name: "size".to_owned(), values: vec!["S".to_owned()] }],
        created_at: now(),
        updated_at: now(),
        version: 7,
    };
    let variant = Variant {
        id: uuid(2).into(),
        product_id: uuid(1).into(),
        sku: Sku::parse("SHIRT-S").unwrap(),
        title: Name::parse("S").unwrap(),
        option_values: texts([("size", "S")]),
        barcode: None,
        weight_grams: Some(180),
        position: 0,
        version: 3,
    };
    let level =
        StockLevel { on_hand: 5, reserved: 7, backorder: true, ..StockLevel::empty(uuid(2).into(), false) };
    let price = Some(money("39.9", "EUR"));
    ProductView {
        product,
        variants: vec![VariantView { variant, price, lowest_price_30d: Some(money("35", "EUR")), level }],
    }
}

const SHIRT: &str = r#"{"id":"00000000-0000-0000-0000-000000000001","slug":"linen-shirt","title":"Linen shirt","description":"Washed.","status":"active","category_id":null,"tags":["summer"],"attributes":{"material":"linen"},"images":[{"url":"https://img.example/1.jpg","alt":null}],"options":[{"name":"size","values":["S"]}],"variants":[{"id":"00000000-0000-0000-0000-000000000002","sku":"SHIRT-S","title":"S","option_values":{"size":"S"},"barcode":null,"weight_grams":180,"price":{"amount":"39.90","currency":"EUR"},"lowest_price_30d":{"amount":"35.00","currency":"EUR"},"available":-2,"in_stock":false,"backorder":true,"version":3}],"created_at":"2026-03-02T09:30:00.000250Z","updated_at":"2026-03-02T09:30:00.000250Z","version":7}"#;

const PATH: &str = "/products/00000000-0000-0000-0000-000000000001";

/// A catalog with [`shirt`], which is there for everybody.
fn with_shirt() -> Doubles {
    let mut doubles = Doubles::default();
    doubles.products.expect_find().returning(|id, _, _| Ok((id == uuid(1).into()).then(shirt)));
    doubles
}

#[actix_web::test]
async fn a_product_looks_as_the_contract_says() {
    let server = shop(with_shirt()).await;
    let got = server.get(PATH).await;
    assert_eq!(
        (got.status.as_u16(), got.header("cache-control")),
        (200, "public, max-age=0, must-revalidate")
    );
    assert!(got.header("etag").starts_with("\"7."));
    assert_eq!(String::from_utf8(got.bytes.clone()).unwrap(), SHIRT);
    let again = request(Method::GET, PATH).insert_header(("if-none-match", got.header("etag")));
    let again = server.call(again).await;
    assert_eq!(
        (again.status.as_u16(), again.bytes.len(), again.header("etag")),
        (304, 0, got.header("etag"))
    );
    let vary: Vec<_> =
        got.headers.get_all("vary").map(|value| value.to_str().unwrap().to_lowercase()).collect();
    assert!(vary.contains(&"authorization".to_owned()) && vary.contains(&"accept-encoding".to_owned()));
    let head = server.call(request(Method::HEAD, PATH)).await;
    assert_eq!((head.status.as_u16(), head.bytes.len(), head.header("etag")), (200, 0, got.header("etag")));
}

#[actix_web::test]
async fn what_a_token_sees_is_private() {
    let server = shop(with_shirt()).await;
    let got = server.call(as_who("customer", Method::GET, PATH)).await;
    assert_eq!((got.status.as_u16(), got.header("cache-control")), (200, "no-store"));
}

#[actix_web::test]
async fn the_asker_and_the_currency_decide_what_is_looked_for() {
    let mut doubles = Doubles::default();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let keeper = asked.clone();
    doubles.products.expect_find().returning(move |_, currency, visibility| {
        keeper.lock().unwrap().push((currency.code(), visibility));
        Ok(None)
    });
    let server = shop(doubles).await;
    for call in [
        request(Method::GET, PATH),
        as_who("customer", Method::GET, &format!("{PATH}?currency=USD")),
        as_who("catalog_manager", Method::GET, &format!("{PATH}?currency=JPY")),
    ] {
        let got = server.call(call).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (404, "not-found"));
    }
    let expected = [("EUR", Visibility::Public), ("USD", Visibility::Public), ("JPY", Visibility::Staff)];
    assert_eq!(*asked.lock().unwrap(), expected);
    assert_eq!(server.get("/products/1").await.code(), "not-found");
    let got = server.get(&format!("{PATH}?currency=eur&colour=red")).await;
    assert_eq!(got.faults(), ["colour unknown-parameter", "currency currency"]);
}

fn place() -> ProductPlace {
    ProductPlace { key: SortKey::Made(now()), id: uuid(1) }
}

/// A catalog whose list is [`shirt`] over and over, and the queries that it got.
fn endless() -> (Doubles, Arc<Mutex<Vec<ProductQuery>>>) {
    let (mut doubles, asked) = (Doubles::default(), Arc::<Mutex<Vec<_>>>::default());
    let keeper = asked.clone();
    doubles.products.expect_list().returning(move |query| {
        keeper.lock().unwrap().push(query.clone());
        Ok(Page { rows: vec![shirt()], next: Some(place()) })
    });
    (doubles, asked)
}

#[actix_web::test]
async fn a_list_is_paged_and_public() {
    let (doubles, asked) = endless();
    let server = shop(doubles).await;
    let category = "018f4d9e-0000-7000-8000-000000000009";
    let first = server.get(&format!("/products?category_id={category}&currency=USD&limit=1")).await;
    assert_eq!(first.header("cache-control"), "public, max-age=0, must-revalidate");
    let body = first.json();
    assert_eq!(body["data"][0], serde_json::from_str::<serde_json::Value>(SHIRT).unwrap());
    let cursor = body["next_cursor"].as_str().unwrap();
    assert!(first.header("link").ends_with(&format!("cursor={cursor}>; rel=\"next\"")));
    let next = format!("/products?category_id={category}&currency=USD&limit=1&cursor={cursor}");
    assert_eq!(server.get(&next).await.status, 200);
    assert_eq!(
        server.call(as_who("customer", Method::GET, &next)).await.status,
        200,
        "it is everybody's cursor"
    );
    let again =
        request(Method::GET, &next).insert_header(("if-none-match", server.get(&next).await.header("etag")));
    assert_eq!(server.call(again).await.status, 304);
    let asked = asked.lock().unwrap();
    assert_eq!((asked[0].currency, asked[0].page.limit), (currency("USD"), 1));
    assert_eq!(asked[0].page.after, None);
    assert_eq!(asked[0].category_id.map(|id| id.to_string()).as_deref(), Some(category));
    assert_eq!((asked[0].status, asked[0].sort), (ProductStatus::Active, ProductSort::Newest));
    assert_eq!(asked[1].page.after, Some(place()));
}

#[actix_web::test]
async fn a_filter_that_can_not_be_is_named() {
    let server = shop(Doubles::default()).await;
    let got =
        server.get("/products?category_id=x&currency=EURO&status=gone&limit=0&colour=red&cursor=junk").await;
    assert_eq!(
        got.faults(),
        [
            "category_id uuid",
            "colour unknown-parameter",
            "currency currency",
            "currency too-long",
            "cursor cursor",
            "limit too-small",
            "status not-allowed",
        ]
    );
}

#[actix_web::test]
async fn every_filter_and_order_reaches_the_catalog() {
    let (doubles, asked) = endless();
    let server = shop(doubles).await;
    let path = "/products?q=linen+shrt&tag=summer&slug=linen-shirt&sku=SHIRT-S&min_price=5&max_price=49.9&in_stock=true\
        &sort=-price";
    assert_eq!(server.get(path).await.status, 200);
    let query = asked.lock().unwrap().remove(0);
    assert_eq!((query.search.as_deref(), query.tag.as_deref()), (Some("linen shrt"), Some("summer")));
    let (slug, sku) = (query.slug.unwrap(), query.sku.unwrap());
    assert_eq!((slug.as_str(), sku.as_str()), ("linen-shirt", "SHIRT-S"));
    let bounds = (query.min_price.unwrap().minor(), query.max_price.unwrap().minor());
    assert_eq!((bounds, query.in_stock, query.sort), ((500, 4990), Some(true), ProductSort::Dearest));
    for (name, sort) in [
        ("-created_at", ProductSort::Newest),
        ("created_at", ProductSort::Oldest),
        ("price", ProductSort::Cheapest),
        ("title", ProductSort::Title),
        ("-title", ProductSort::TitleBackwards),
    ] {
        assert_eq!(server.get(&format!("/products?sort={name}")).await.status, 200);
        assert_eq!(asked.lock().unwrap().remove(0).sort, sort, "{name}");
    }
}

#[actix_web::test]
async fn every_faulty_filter_is_named() {
    let server = shop(Doubles::default()).await;
    let long = "x".repeat(201);
    let got = server
        .get(&format!("/products?q={long}&tag=&slug=A&sku=a+b&in_stock=yes&sort=colour&min_price=-1"))
        .await;
    let expected = [
        "in_stock type",
        "min_price money-amount",
        "q too-long",
        "sku sku",
        "slug slug",
        "sort not-allowed",
        "tag too-short",
    ];
    assert_eq!(got.faults(), expected);
    let got = server.get("/products?min_price=1.5&max_price=1e3&currency=JPY&limit=0").await;
    assert_eq!(got.faults(), ["limit too-small", "max_price money-amount", "min_price money-amount"]);
    let got = server.get("/products?min_price=1.005&max_price=1.999").await;
    assert_eq!(got.faults(), ["max_price money-amount", "min_price money-amount"], "in the store's currency");
    assert_eq!(
        server.get("/products?q=a%00&sort=price&sort=title").await.faults(),
        ["q null-character", "sort repeated"]
    );
}

#[actix_web::test]
async fn another_status_is_for_staff() {
    let (doubles, asked) = endless();
    let server = shop(doubles).await;
    for path in ["/products?status=draft", "/products?status=active"] {
        assert_eq!(server.get(path).await.code(), "forbidden");
        let got = server.call(as_who("customer", Method::GET, path)).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (403, "forbidden"));
    }
    let got = server.call(as_who("catalog_manager", Method::GET, "/products?status=draft")).await;
    assert_eq!((got.status.as_u16(), got.header("cache-control")), (200, "no-store"));
    let query = asked.lock().unwrap().remove(0);
    assert_eq!(query.status, ProductStatus::Draft);
}

#[actix_web::test]
async fn an_empty_list_is_a_list() {
    let mut doubles = Doubles::default();
    doubles.products.expect_list().returning(|_| Ok(Page { rows: vec![], next: None }));
    let got = shop(doubles).await.get("/products").await;
    assert_eq!((got.json(), got.header("link")), (json!({ "data": [], "next_cursor": null }), ""));
}
