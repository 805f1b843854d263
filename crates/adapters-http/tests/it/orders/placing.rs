//! Placing orders.

use std::sync::{Arc, Mutex};

use domain::{
    accounts::Email,
    catalog::Sku,
    idempotency::IdempotencyRecord,
    inventory::StockLevel,
    money::Money,
    orders::{Item, ItemRef, Offer, OrderPlacement, PlacementContext, Shortage},
};
use ports::{idempotency::KeyConflict, orders::CommitPlacementError, storage::StorageError};
use serde_json::{Value, json};

use crate::{
    demo::{Got, post_as},
    doubles::{Doubles, money, now, shop, uuid},
};

/// What the shop offers: shirts at 35.00, of which there are 12, mugs at 12.50, of which there are 2, and plates, which
/// have no price.
fn offer(item: &Item) -> Option<Offer> {
    let (n, on_hand, price): (u128, i32, Option<Money>) = match &item.what {
        ItemRef::Sku(sku) if sku.as_str() == "SHIRT" => (1, 12, Some(money("35", "EUR"))),
        ItemRef::Variant(id) if *id == uuid(2).into() => (2, 2, Some(money("12.50", "EUR"))),
        ItemRef::Sku(sku) if sku.as_str() == "PLATE" => (3, 9, None),
        _ => return None,
    };
    let names = [("SHIRT", "Shirt", "S"), ("MUG", "Mug", "Mug"), ("PLATE", "Plate", "Plate")];
    let (sku, product, variant) = names[usize::try_from(n).unwrap() - 1];
    let variant_id = uuid(n).into();
    Some(Offer {
        variant_id,
        product_id: uuid(100 + n).into(),
        sku: Sku::parse(sku).unwrap(),
        product_title: product.to_owned(),
        variant_title: variant.to_owned(),
        buyable: true,
        unit_price: price,
        level: StockLevel { on_hand, ..StockLevel::empty(variant_id, false) },
        version: 1,
    })
}

/// A shop with those offers.
fn offering() -> Doubles {
    let mut doubles = Doubles::default();
    doubles.order_store.expect_load_placement().returning(|_, items, _| {
        let offers = items.iter().map(offer).collect();
        let email = Email::parse("ada@example.com").unwrap();
        Ok(Some(PlacementContext { now: now(), number: 100_042, email, offers }))
    });
    doubles
}

/// That stores whatever comes, once for each key.
fn open() -> (Doubles, Arc<Mutex<Vec<OrderPlacement>>>) {
    let (mut doubles, kept) = (offering(), Arc::<Mutex<Vec<_>>>::default());
    let (keeper, records) = (kept.clone(), doubles.records.clone());
    doubles.order_store.expect_commit_placement().returning(
        move |placement, _, record: Option<&IdempotencyRecord>| {
            if !records.keep(record) {
                return Err(KeyConflict::Taken.into());
            }
            keeper.lock().unwrap().push(placement.clone());
            Ok(())
        },
    );
    (doubles, kept)
}

fn failing(error: fn() -> CommitPlacementError) -> Doubles {
    let mut doubles = offering();
    doubles.order_store.expect_commit_placement().returning(move |_, _, _| Err(error()));
    doubles
}

fn euro(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn shirts(quantity: u32) -> Value {
    json!({ "lines": [{ "sku": "SHIRT", "quantity": quantity }] })
}

fn with(mut body: Value, members: Value) -> Value {
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn order(doubles: Doubles, body: &Value) -> Got {
    shop(doubles).await.call(post_as(Some("customer-7"), "/orders", body)).await
}

#[actix_web::test]
async fn a_new_order_is_answered_whole() {
    let (doubles, kept) = open();
    let body = json!({
        "lines": [{ "sku": "SHIRT", "quantity": 2 }, { "variant_id": uuid(2), "quantity": 1 }, { "sku": "SHIRT", "quantity": 1 }],
        "currency": "EUR",
        "shipping_address": { "name": "Ada", "line1": "1 Road", "city": "Ulm", "postal_code": "89073", "country": "DE" },
        "note": " Ring twice. ",
        "expected_total": euro("117.5"),
        "expected_prices": [{ "variant_id": uuid(1), "unit_price": euro("35") }],
    });
    let got = order(doubles, &body).await;
    let id = kept.lock().unwrap()[0].order.id;
    assert_eq!((got.status.as_u16(), got.header("location")), (201, format!("/orders/{id}").as_str()));
    assert!(got.header("etag").starts_with("\"1."));
    assert_eq!(got.header("cache-control"), "no-store");
    assert_eq!(
        String::from_utf8(got.bytes).unwrap(),
        r#"{"id":"00000000-0000-0000-0000-000000000001","number":"100042","customer_id":"00000000-0000-0000-0000-000000000007","email":"ada@example.com","currency":"EUR","status":"pending","payment_status":"unpaid","fulfillment_status":"unfulfilled","lines":[{"id":"00000000-0000-0000-0000-000000000002","variant_id":"00000000-0000-0000-0000-000000000001","product_id":"00000000-0000-0000-0000-000000000065","sku":"SHIRT","title":"Shirt – S","quantity":3,"unit_price":{"amount":"35.00","currency":"EUR"},"line_total":{"amount":"105.00","currency":"EUR"},"fulfilled_quantity":0,"cancelled_quantity":0,"returned_quantity":0},{"id":"00000000-0000-0000-0000-000000000003","variant_id":"00000000-0000-0000-0000-000000000002","product_id":"00000000-0000-0000-0000-000000000066","sku":"MUG","title":"Mug","quantity":1,"unit_price":{"amount":"12.50","currency":"EUR"},"line_total":{"amount":"12.50","currency":"EUR"},"fulfilled_quantity":0,"cancelled_quantity":0,"returned_quantity":0}],"totals":{"subtotal":{"amount":"117.50","currency":"EUR"},"discount":{"amount":"0.00","currency":"EUR"},"shipping":{"amount":"0.00","currency":"EUR"},"tax":{"amount":"0.00","currency":"EUR"},"total":{"amount":"117.50","currency":"EUR"},"cancelled":{"amount":"0.00","currency":"EUR"},"paid":{"amount":"0.00","currency":"EUR"},"refunded":{"amount":"0.00","currency":"EUR"},"due":{"amount":"117.50","currency":"EUR"},"refund_due":{"amount":"0.00","currency":"EUR"}},"shipping_address":{"name":"Ada","line1":"1 Road","line2":null,"city":"Ulm","region":null,"postal_code":"89073","country":"DE","phone":null},"billing_address":null,"payments":[],"fulfillments":[],"returns":[],"refunds":[],"note":"Ring twice.","placed_at":"2026-03-02T09:30:00.000250Z","expires_at":"2026-03-02T10:30:00.000250Z","version":1}"#
    );
}

#[actix_web::test]
async fn a_guest_says_an_address_and_gets_a_token_and_a_customer_does_neither() {
    let server = shop(open().0).await;
    let got = server.call(post_as(None, "/orders", &shirts(1))).await;
    assert_eq!(got.faults(), ["/email required"]);
    let mut body = shirts(1);
    body["email"] = json!("ada@example.com");
    let got = server.call(post_as(None, "/orders", &body)).await;
    assert_eq!((got.status.as_u16(), &got.json()["order_token"]), (201, &json!("the refresh token")));
    assert_eq!(got.json()["customer_id"], Value::Null);
    let got = order(open().0, &body).await;
    assert_eq!(got.faults(), ["/email not-allowed"]);
    let mut doubles = Doubles::default();
    doubles.order_store.expect_load_placement().returning(|_, _, _| Ok(None));
    let got = order(doubles, &shirts(1)).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (401, "unauthenticated"), "the account is gone");
}

#[actix_web::test]
async fn every_fault_of_an_order_is_named() {
    let body = json!({
        "lines": [
            { "sku": "SHIRT", "quantity": 0 },
            { "quantity": 1000 },
            { "sku": "SHIRT", "variant_id": uuid(1), "quantity": 1 },
            { "sku": "has blank", "quantity": 1, "price": "1.00" },
            { "variant_id": "x" },
        ],
        "currency": "euro",
        "shipping_address": { "name": " ", "country": "de", "zip": "1" },
        "note": "x".repeat(1001),
        "expected_total": { "amount": 70, "currency": "EUR" },
        "expected_prices": [{ "unit_price": euro("-1") }],
        "customer_id": uuid(1), "email": "ada", "total": euro("1"), "status": "confirmed",
    });
    let faults = order(Doubles::default(), &body).await.faults();
    assert_eq!(
        faults,
        [
            "/currency currency",
            "/currency too-long",
            "/customer_id unknown-field",
            "/email email",
            "/expected_prices/0/unit_price/amount money-amount",
            "/expected_prices/0/variant_id required",
            "/expected_total/amount type",
            "/lines/0/quantity too-small",
            "/lines/1/quantity too-large",
            "/lines/3/price unknown-field",
            "/lines/3/sku sku",
            "/lines/4/quantity required",
            "/lines/4/variant_id uuid",
            "/note too-long",
            "/shipping_address/city required",
            "/shipping_address/country country",
            "/shipping_address/line1 required",
            "/shipping_address/name not-blank",
            "/shipping_address/zip unknown-field",
            "/status unknown-field",
            "/total unknown-field",
        ]
    );
}

#[actix_web::test]
async fn a_line_names_its_variant_in_one_of_two_ways() {
    let body =
        json!({ "lines": [{ "quantity": 1 }, { "sku": "SHIRT", "variant_id": uuid(1), "quantity": 1000 }] });
    let got = order(Doubles::default(), &body).await;
    assert_eq!(got.faults(), ["/lines/0 required", "/lines/1/quantity too-large", "/lines/1/sku ambiguous"]);
    let (doubles, _) = open();
    let null = json!({ "lines": [{ "sku": "SHIRT", "variant_id": null, "quantity": 1 }] });
    assert_eq!(order(doubles, &null).await.status, 201);
}

#[actix_web::test]
async fn each_limit_is_reached_and_not_passed() {
    let lines =
        |count: usize| json!({ "lines": vec![json!({ "variant_id": uuid(2), "quantity": 1 }); count] });
    let address = |name: &str, length: usize| {
        let mut address = json!({ "name": "A", "line1": "B", "city": "C", "country": "DE" });
        address[name] = json!("x".repeat(length));
        with(shirts(1), json!({ "billing_address": address }))
    };
    let note = |length: usize| with(shirts(1), json!({ "note": "ä".repeat(length) }));
    for (pointer, at, beyond) in [
        ("/lines/0/quantity", shirts(12), shirts(1000)),
        ("/note", note(1000), note(1001)),
        ("/billing_address/name", address("name", 200), address("name", 201)),
        ("/billing_address/region", address("region", 200), address("region", 201)),
        ("/billing_address/postal_code", address("postal_code", 32), address("postal_code", 33)),
        ("/billing_address/phone", address("phone", 32), address("phone", 33)),
    ] {
        let (doubles, _) = open();
        assert_eq!(order(doubles, &at).await.status, 201, "{pointer}");
        let faults = order(Doubles::default(), &beyond).await.faults();
        assert!(faults.iter().all(|fault| fault.starts_with(pointer)), "{pointer}: {faults:?}");
    }
    assert_eq!(order(offering(), &lines(200)).await.code(), "insufficient-stock", "200 lines are fine");
    assert_eq!(order(Doubles::default(), &lines(201)).await.faults(), ["/lines too-many-items"]);
    assert_eq!(order(Doubles::default(), &lines(0)).await.faults(), ["/lines too-few-items"]);
}

#[actix_web::test]
async fn what_the_shop_never_had_is_named_by_its_place() {
    let body = json!({ "lines": [
        { "sku": "SHIRT", "quantity": 1 }, { "sku": "HAT", "quantity": 1 }, { "variant_id": uuid(9), "quantity": 1 },
    ] });
    let got = order(offering(), &body).await;
    assert_eq!(got.faults(), ["/lines/1 unknown-variant", "/lines/2 unknown-variant"]);
    let many = json!({ "lines": [{ "sku": "SHIRT", "quantity": 999 }, { "sku": "SHIRT", "quantity": 1 }] });
    assert_eq!(order(offering(), &many).await.faults(), ["/lines/1/quantity too-large"]);
    let price = json!([{ "variant_id": uuid(2), "unit_price": euro("1") }]);
    let got = order(offering(), &with(shirts(1), json!({ "expected_prices": price }))).await;
    assert_eq!(got.faults(), ["/expected_prices/0/variant_id not-ordered"]);
}

#[actix_web::test]
async fn every_short_line_is_named() {
    let body =
        json!({ "lines": [{ "sku": "SHIRT", "quantity": 13 }, { "variant_id": uuid(2), "quantity": 5 }] });
    let got = order(offering(), &body).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "insufficient-stock"));
    assert_eq!(
        got.json()["lines"],
        json!([
            { "sku": "SHIRT", "requested": 13, "available": 12 },
            { "sku": "MUG", "requested": 5, "available": 2 },
        ])
    );
    let short = || Shortage { sku: Sku::parse("SHIRT").unwrap(), requested: 1, available: 0 };
    let mut raced = offering();
    let lost = move || CommitPlacementError::InsufficientStock(vec![short()]);
    raced.order_store.expect_commit_placement().returning(move |_, _, _| Err(lost()));
    let got = order(raced, &shirts(1)).await;
    assert_eq!(got.code(), "insufficient-stock");
    assert_eq!(got.json()["lines"], json!([{ "sku": "SHIRT", "requested": 1, "available": 0 }]));
}

#[actix_web::test]
async fn another_price_or_total_than_expected_is_told() {
    let expected = json!([{ "variant_id": uuid(1), "unit_price": euro("30") }]);
    let body = with(shirts(2), json!({ "expected_prices": expected, "expected_total": euro("60") }));
    let got = order(offering(), &body).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (409, "quote-changed"));
    let problem = got.json();
    assert_eq!(
        problem["lines"],
        json!([{ "sku": "SHIRT", "expected": euro("30.00"), "actual": euro("35.00") }])
    );
    assert_eq!(problem["total"], json!({ "expected": euro("60.00"), "actual": euro("70.00") }));
    let got = order(offering(), &with(shirts(2), json!({ "expected_total": euro("70.01") }))).await;
    let problem = got.json();
    assert_eq!((got.code().as_str(), &problem["lines"]), ("quote-changed", &json!([])));
    assert_eq!(problem["total"]["actual"], euro("70.00"));
    let body = with(shirts(2), json!({ "expected_prices": expected, "expected_total": euro("70") }));
    assert_eq!(order(offering(), &body).await.json().get("total"), None, "the total is as expected");
}

#[actix_web::test]
async fn currencies_do_not_mix() {
    let plate = json!({ "lines": [{ "sku": "PLATE", "quantity": 1 }] });
    let got = order(offering(), &plate).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (422, "currency-mismatch"));
    assert_eq!(got.json()["skus"], json!(["PLATE"]));
    let dollars = json!({ "amount": "35", "currency": "USD" });
    let prices = json!([{ "variant_id": uuid(1), "unit_price": dollars }]);
    for expected in [json!({ "expected_total": dollars }), json!({ "expected_prices": prices })] {
        let got = order(offering(), &with(shirts(1), expected)).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (422, "currency-mismatch"));
    }
}

#[actix_web::test]
async fn who_has_too_many_open_orders_is_told_when_to_come_back() {
    let got = order(failing(|| CommitPlacementError::TooManyOpenOrders), &shirts(1)).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (429, "too-many-open-orders"));
    assert_eq!(got.header("retry-after"), "60");
}

#[actix_web::test]
async fn failures_of_the_store_are_503() {
    let away = || StorageError::Unavailable("gone".into()).into();
    let got = order(failing(away), &shirts(1)).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "database-unavailable"));
    let got = order(failing(|| CommitPlacementError::OfferChanged), &shirts(1)).await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (503, "overloaded"));
}

#[actix_web::test]
async fn a_repeated_call_places_one_order_and_gets_the_same_bytes() {
    let (doubles, kept) = open();
    let server = shop(doubles).await;
    let call = |who: &str, body: &Value| {
        post_as(Some(who), "/orders", body).insert_header(("idempotency-key", "k1"))
    };
    let first = server.call(call("customer-7", &shirts(1))).await;
    let again = server.call(call("customer-7", &shirts(1))).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.bytes, again.bytes);
    for name in ["location", "etag"] {
        assert_eq!(first.header(name), again.header(name), "{name}");
    }
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(server.call(call("customer-7", &shirts(2))).await.code(), "idempotency-key-reused");
    assert_eq!(kept.lock().unwrap().len(), 1);
    let other = server.call(call("customer-8", &shirts(1))).await;
    assert_eq!((other.status.as_u16(), other.header("idempotency-replayed")), (201, ""));
    assert_eq!(kept.lock().unwrap().len(), 2);
}
