//! Prices over time.

use std::sync::{Arc, Mutex};

use actix_web::{http::Method, test::TestRequest};
use domain::{
    Instant,
    actor::Actor,
    catalog::{PriceDecision, PriceEdit, PricePeriod, PriceRefusal, PriceWish},
    version::{Precondition, VersionMismatch},
};
use ports::{
    catalog::{CommitPriceError, PriceAsOf, PriceHistoryQuery, PriceView, VariantPrices, Visibility},
    pagination::{Page, Position},
};
use serde_json::{Value, json};

use crate::{
    demo::{as_who, request},
    doubles::{Doubles, currency, money, now, shop, uuid},
};

const PRICES: &str = "/variants/00000000-0000-0000-0000-000000000002/prices";
const EUROS: &str = "/variants/00000000-0000-0000-0000-000000000002/prices/EUR";
const PRICE: &str = "/prices/00000000-0000-0000-0000-000000000009";
const HISTORY: &str = "/products/00000000-0000-0000-0000-000000000001/price-history";

fn period() -> PricePeriod {
    PricePeriod {
        id: uuid(9).into(),
        price: money("39.9", "EUR"),
        valid_from: now(),
        valid_to: None,
        changed_by: Actor::User(uuid(5).into()),
    }
}

/// A shop that sets every price, and the edits that it got.
fn setting() -> (Doubles, Arc<Mutex<Vec<PriceEdit>>>) {
    let (mut doubles, edits) = (Doubles::default(), Arc::<Mutex<Vec<_>>>::default());
    let keeper = edits.clone();
    doubles.price_store.expect_commit_price_edit().returning(move |edit| {
        keeper.lock().unwrap().push(edit.clone());
        Ok(PriceDecision {
            price: period(),
            variant_id: uuid(2).into(),
            variant_version: 4,
            product_id: uuid(1).into(),
            product_version: 8,
            effect: None,
        })
    });
    (doubles, edits)
}

fn refusing(refusal: PriceRefusal) -> Doubles {
    let mut doubles = Doubles::default();
    doubles.price_store.expect_commit_price_edit().returning(move |_| Err(refusal.into()));
    doubles
}

fn put(path: &str, body: &Value) -> TestRequest {
    as_who("catalog_manager", Method::PUT, path).set_json(body)
}

const SET: &str = r#"{"id":"00000000-0000-0000-0000-000000000009","variant_id":"00000000-0000-0000-0000-000000000002","amount":"39.90","currency":"EUR","valid_from":"2026-03-02T09:30:00.000250Z","valid_to":null,"changed_by":"user:00000000-0000-0000-0000-000000000005"}"#;

#[actix_web::test]
async fn a_price_that_was_set_looks_as_it_is_and_has_the_variants_tag() {
    let (doubles, edits) = setting();
    let server = shop(doubles).await;
    let body = json!({ "amount": "39.9", "valid_from": "2030-01-01T00:00:00.1234567+01:00" });
    let got = server.call(put(EUROS, &body).insert_header(("if-match", "\"3.abc\", \"2.x-gzip\""))).await;
    assert_eq!((got.status.as_u16(), got.header("cache-control")), (200, "no-store"));
    assert_eq!(String::from_utf8(got.bytes.clone()).unwrap(), SET);
    assert!(got.header("etag").starts_with("\"4."));
    let edit = edits.lock().unwrap().remove(0);
    assert_eq!(edit.condition, Precondition::OneOf(vec![3, 2]));
    assert!(edit.request_id.is_some());
    let PriceWish::Set { variant_id, price, valid_from, .. } = edit.wish else { panic!("{edit:?}") };
    assert_eq!((variant_id, price), (uuid(2).into(), money("39.90", "EUR")));
    let instant: Instant = "2029-12-31T23:00:00.1234567Z".parse().unwrap();
    assert_eq!(valid_from, Some(instant));

    let got = server.call(put(&format!("{PRICES}/JPY"), &json!({ "amount": "4000" }))).await;
    assert_eq!(got.status.as_u16(), 200);
    let edit = edits.lock().unwrap().remove(0);
    let PriceWish::Set { price, valid_from, .. } = edit.wish else { panic!("{edit:?}") };
    assert_eq!((price, valid_from, edit.condition), (money("4000", "JPY"), None, Precondition::None));
}

#[actix_web::test]
async fn a_price_that_can_not_be_is_named_with_every_fault() {
    let server = shop(Doubles::default()).await;
    for (code, body, faults) in [
        ("EUR", json!({}), &["/amount required"][..]),
        ("EUR", json!({ "amount": 39.9 }), &["/amount type"]),
        ("EUR", json!({ "amount": "39.905" }), &["/amount money-amount"]),
        (
            "JPY",
            json!({ "amount": "39.9", "valid_from": "soon" }),
            &["/amount money-amount", "/valid_from date-time"],
        ),
        (
            "EUR",
            json!({ "amount": "1e3", "currency": "EUR" }),
            &["/amount money-amount", "/currency unknown-field"],
        ),
        ("EUR", json!({ "amount": "1000000000000" }), &["/amount money-amount"]),
        (
            "eur",
            json!({ "amount": "-1", "valid_from": "2026-01-01" }),
            &["/amount money-amount", "/valid_from date-time", "currency currency"],
        ),
        ("XXQ", json!({ "amount": "1" }), &["currency currency"]),
    ] {
        let got = server.call(put(&format!("{PRICES}/{code}"), &body)).await;
        assert_eq!(got.faults(), faults, "{code} {body}");
    }
    let past = shop(refusing(PriceRefusal::Past)).await.call(put(EUROS, &json!({ "amount": "1" }))).await;
    assert_eq!(past.faults(), ["/valid_from past"]);
}

#[actix_web::test]
async fn refusals_have_their_codes() {
    let version = PriceRefusal::Version(VersionMismatch { current: 4 });
    for (refusal, status, code) in [
        (PriceRefusal::InForce, 409, "price-in-force"),
        (version, 412, "version-mismatch"),
        (PriceRefusal::NoSuchPrice, 404, "not-found"),
    ] {
        let server = shop(refusing(refusal)).await;
        let cancelled = server.call(as_who("admin", Method::DELETE, PRICE)).await;
        assert_eq!((cancelled.status.as_u16(), cancelled.code().as_str()), (status, code));
    }
    let mut doubles = Doubles::default();
    doubles.price_store.expect_commit_price_edit().returning(|_| Err(CommitPriceError::NotFound));
    let server = shop(doubles).await;
    assert_eq!(server.call(put(EUROS, &json!({ "amount": "1" }))).await.code(), "not-found");
    let nowhere = put("/variants/2/prices/EUR", &json!({ "amount": "1" }));
    assert_eq!(server.call(nowhere).await.code(), "not-found");
    let malformed = as_who("admin", Method::DELETE, PRICE).insert_header(("if-match", "4"));
    assert_eq!(server.call(malformed).await.faults(), ["If-Match malformed"]);
}

#[actix_web::test]
async fn a_price_is_called_off_with_nothing_to_show() {
    let (doubles, edits) = setting();
    let got = shop(doubles).await.call(as_who("admin", Method::DELETE, PRICE)).await;
    assert_eq!((got.status.as_u16(), got.bytes.len()), (204, 0));
    assert_eq!(edits.lock().unwrap()[0].wish, PriceWish::Cancel { price_id: uuid(9).into() });
}

/// A shop that shows [`period`], and when it was asked for prices and which history.
type Asked = Arc<Mutex<(Vec<(Option<Instant>, Visibility)>, Vec<PriceHistoryQuery>)>>;

fn showing() -> (Doubles, Asked) {
    let (mut doubles, asked) = (Doubles::default(), Asked::default());
    let keeper = asked.clone();
    doubles.prices.expect_find_as_of().returning(move |variant, instant, visibility| {
        keeper.lock().unwrap().0.push((instant, visibility));
        let price = PriceView::new(variant, period());
        let prices = vec![PriceAsOf { price, lowest_price_30d: Some(money("35", "EUR")) }];
        Ok((variant == uuid(2).into()).then_some(VariantPrices { variant_version: 3, prices }))
    });
    let keeper = asked.clone();
    doubles.prices.expect_list_history().returning(move |query| {
        keeper.lock().unwrap().1.push(query.clone());
        let rows = vec![PriceView::new(uuid(2).into(), period())];
        let next = Some(Position { at: now(), id: uuid(9) });
        Ok((query.product_id == uuid(1).into()).then_some(Page { rows, next }))
    });
    (doubles, asked)
}

const SHOWN: &str = r#"{"data":[{"id":"00000000-0000-0000-0000-000000000009","variant_id":"00000000-0000-0000-0000-000000000002","amount":"39.90","currency":"EUR","valid_from":"2026-03-02T09:30:00.000250Z","valid_to":null,"lowest_price_30d":{"amount":"35.00","currency":"EUR"}}],"next_cursor":null}"#;

#[actix_web::test]
async fn prices_of_an_instant_are_public_but_for_who_set_them() {
    let (doubles, asked) = showing();
    let server = shop(doubles).await;
    let got = server.get(PRICES).await;
    assert_eq!((got.status.as_u16(), String::from_utf8(got.bytes.clone()).unwrap().as_str()), (200, SHOWN));
    assert_eq!(got.header("cache-control"), "public, max-age=0, must-revalidate");
    assert!(got.header("etag").starts_with("\"3."));
    let again = request(Method::GET, PRICES).insert_header(("if-none-match", got.header("etag")));
    assert_eq!(server.call(again).await.status, 304);
    let staff = as_who("catalog_manager", Method::GET, &format!("{PRICES}?as_of=1999-12-31T23:59:59Z"));
    let staff = server.call(staff).await;
    assert_eq!(staff.header("cache-control"), "no-store");
    assert_eq!(staff.json()["data"][0]["changed_by"], format!("user:{}", uuid(5)));
    let instant = "1999-12-31T23:59:59Z".parse().unwrap();
    let asked = asked.lock().unwrap().0.clone();
    assert_eq!((asked[0], asked[2]), ((None, Visibility::Public), (Some(instant), Visibility::Staff)));
    assert_eq!(server.get(&format!("{PRICES}?as_of=then")).await.faults(), ["as_of date-time"]);
    assert_eq!(server.get("/variants/00000000-0000-0000-0000-000000000003/prices").await.code(), "not-found");
}

#[actix_web::test]
async fn a_history_is_paged_public_and_cut_as_asked() {
    let (doubles, asked) = showing();
    let server = shop(doubles).await;
    let filters =
        format!("variant_id={}&currency=EUR&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", uuid(2));
    let got = server.get(&format!("{HISTORY}?{filters}&limit=1")).await;
    assert_eq!(
        (got.status.as_u16(), got.header("cache-control")),
        (200, "public, max-age=0, must-revalidate")
    );
    let row = json!({ "variant_id": uuid(2), "amount": "39.90", "currency": "EUR",
        "valid_from": "2026-03-02T09:30:00.000250Z", "valid_to": null });
    assert_eq!(got.json()["data"], json!([row]));
    let cursor = got.json()["next_cursor"].as_str().unwrap().to_owned();
    let next = server.get(&format!("{HISTORY}?{filters}&limit=1&cursor={cursor}")).await;
    assert_eq!(next.status.as_u16(), 200);
    let other = server.get(&format!("{HISTORY}?currency=USD&limit=1&cursor={cursor}")).await;
    assert_eq!(other.faults(), ["cursor cursor"]);
    let staff = server.call(as_who("admin", Method::GET, HISTORY)).await;
    assert_eq!(staff.json()["data"][0]["changed_by"], format!("user:{}", uuid(5)));
    let asked = asked.lock().unwrap().1.clone();
    assert_eq!((asked[0].variant_id, asked[0].currency), (Some(uuid(2).into()), Some(currency("EUR"))));
    let instants = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"].map(|text| text.parse().ok());
    assert_eq!([asked[0].from, asked[0].to], instants);
    assert_eq!(
        (asked[0].visibility, asked[0].page.limit, asked[0].page.after),
        (Visibility::Public, 1, None)
    );
    assert_eq!(asked[1].page.after, Some(Position { at: now(), id: uuid(9) }));
    assert_eq!(asked[2].visibility, Visibility::Staff);
    let faulty =
        server.get(&format!("{HISTORY}?variant_id=x&currency=eur&from=then&limit=0&as_of=now")).await;
    assert_eq!(
        faulty.faults(),
        [
            "as_of unknown-parameter",
            "currency currency",
            "from date-time",
            "limit too-small",
            "variant_id uuid"
        ]
    );
    assert_eq!(
        server.get("/products/00000000-0000-0000-0000-000000000003/price-history").await.code(),
        "not-found"
    );
}
