//! The examples of the document, sent as they stand: the shop answers what the document says that it answers.

use adapters_http::{API, document};
use domain::{
    Instant,
    accounts::Email,
    catalog::Sku,
    inventory::StockLevel,
    orders::{ItemRef, Offer, PlacementContext},
};
use serde_json::Value;
use uuid::Uuid;

use super::operation;
use crate::{
    demo::post_as,
    doubles::{Doubles, money, shop, uuid},
};

/// An example of a request.
fn sent(document: &Value, id: &str, name: &str) -> Value {
    operation(document, id)["requestBody"]["content"]["application/json"]["examples"][name]["value"].clone()
}

/// An example of an answer.
fn answered(document: &Value, id: &str, status: &str, name: &str) -> Value {
    let answer = &operation(document, id)["responses"][status]["content"]["application/json"];
    let example = answer["examples"][name]["value"].clone();
    assert!(example.is_object(), "{id} {status} {name}");
    example
}

fn instant(value: &Value) -> Instant {
    value.as_str().unwrap().parse().unwrap()
}

fn id(value: &Value) -> Uuid {
    value["id"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_registration_and_a_log_in() {
    let document = document(&API, "1");
    let expected = answered(&document, "register", "201", "ada");
    let mut doubles = Doubles { ids: vec![id(&expected["user"])], ..Doubles::default() };
    doubles.now = Some(instant(&expected["user"]["created_at"]));
    doubles.hasher.expect_hash().returning(|_| Ok("a hash".to_owned()));
    doubles.users.expect_commit_registration().returning(|_| Ok(()));
    let body = sent(&document, "register", "ada");
    let got = shop(doubles).await.call(post_as(None, "/auth/register", &body)).await;
    assert_eq!((got.status.as_u16(), &got.json()["user"]), (201, &expected["user"]));
    assert_eq!(got.json()["expires_in"], expected["expires_in"]);
    let log_in = sent(&document, "logIn", "ada");
    assert_eq!((&log_in["email"], &log_in["password"]), (&body["email"], &body["password"]));
}

#[actix_web::test]
async fn a_new_product() {
    let document = document(&API, "1");
    let expected = answered(&document, "createProduct", "201", "shirt");
    let variants = expected["variants"].as_array().unwrap().iter();
    let mut ids: Vec<Uuid> =
        variants.zip(1..).flat_map(|(variant, price)| [id(variant), uuid(price)]).collect();
    ids.push(id(&expected));
    let mut doubles = Doubles { ids, now: Some(instant(&expected["created_at"])), ..Doubles::default() };
    doubles.catalog.expect_commit_product_creation().returning(|_, _| Ok(()));
    let server = shop(doubles).await;
    let call = |name| post_as(Some("catalog_manager"), "/products", &sent(&document, "createProduct", name));
    let got = server.call(call("shirt")).await;
    assert_eq!((got.status.as_u16(), got.json()), (201, expected));
    assert_eq!(server.call(call("mug")).await.status, 201);
}

#[actix_web::test]
async fn a_new_category() {
    let document = document(&API, "1");
    let expected = answered(&document, "createCategory", "201", "clothes");
    let mut doubles = Doubles { ids: vec![id(&expected)], ..Doubles::default() };
    doubles.catalog.expect_commit_category_creation().returning(|_, _| Ok(()));
    let body = sent(&document, "createCategory", "clothes");
    let got = shop(doubles).await.call(post_as(Some("admin"), "/categories", &body)).await;
    assert_eq!((got.status.as_u16(), got.json()), (201, expected));
}

/// The shop offers what the example of a new product is answered with.
fn offering(document: &Value) -> Doubles {
    let product = answered(document, "createProduct", "201", "shirt");
    let order = answered(document, "placeOrder", "201", "shirts");
    let placed = instant(&order["placed_at"]);
    let mut doubles = Doubles { ids: vec![id(&order), id(&order["lines"][0])], ..Doubles::default() };
    doubles.order_store.expect_load_placement().returning(move |_, items, currency| {
        let offers = items.iter().map(|item| {
            let ItemRef::Sku(sku) = &item.what else { return None };
            let variants = product["variants"].as_array().unwrap();
            let variant = variants.iter().find(|variant| variant["sku"] == sku.as_str())?;
            let variant_id = id(variant).into();
            Some(Offer {
                variant_id,
                product_id: id(&product).into(),
                sku: Sku::parse(sku.as_str()).unwrap(),
                product_title: product["title"].as_str().unwrap().to_owned(),
                variant_title: variant["title"].as_str().unwrap().to_owned(),
                buyable: product["status"] == "active",
                unit_price: Some(money(variant["price"]["amount"].as_str().unwrap(), currency.code())),
                level: StockLevel { on_hand: 12, ..StockLevel::empty(variant_id, false) },
                version: 1,
            })
        });
        let offers = offers.collect();
        let email = Email::parse("ada@example.com").unwrap();
        Ok(Some(PlacementContext { now: placed, number: 100_042, email, offers }))
    });
    doubles.order_store.expect_commit_placement().returning(|_, _, _| Ok(()));
    doubles
}

#[actix_web::test]
async fn a_new_order() {
    let document = document(&API, "1");
    let mut expected = answered(&document, "placeOrder", "201", "shirts");
    let server = shop(offering(&document)).await;
    let call = |name| post_as(Some("customer-7"), "/orders", &sent(&document, "placeOrder", name));
    let got = server.call(call("shirts")).await;
    // Whose token it is, only the tests know.
    expected["customer_id"] = serde_json::json!(uuid(7));
    assert_eq!((got.status.as_u16(), got.json()), (201, expected));
    assert_eq!(server.call(call("shortest")).await.status, 201);
}

#[test]
fn refusals_show_their_members() {
    let document = document(&API, "1");
    let refusal = |status: &str, name: &str| {
        let answer =
            &operation(&document, "placeOrder")["responses"][status]["content"]["application/problem+json"];
        answer["examples"][name]["value"].clone()
    };
    assert_eq!(refusal("409", "insufficient-stock")["lines"].as_array().unwrap().len(), 2);
    let changed = refusal("409", "quote-changed");
    assert!(changed["lines"][0]["expected"].is_object() && changed["total"]["actual"].is_object());
    assert_eq!(refusal("422", "currency-mismatch")["skus"], serde_json::json!(["SHIRT-S"]));
    assert_eq!(refusal("422", "validation-failed")["errors"][0]["pointer"], "/lines/1");
    assert_eq!(refusal("429", "too-many-open-orders")["status"], 429);
}
