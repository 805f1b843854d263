//! Ordering: what is promised, refused and shown.

use serde_json::{Value, json};

use crate::shop::{Shop, lines, variant};

fn address() -> Value {
    json!({"name": "Ada Lovelace", "line1": "St James's Square 12", "city": "London", "postal_code": "SW1Y 4JH",
        "country": "GB"})
}

#[test]
fn an_order_holds_its_stock_and_shows_what_was_bought() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = shop.product(&admin, "MUG", "12.50", 10);
    shop.product(&admin, "TEA", "3.99", 10);
    let ada = shop.customer();
    let mut body = lines(&[("MUG", 2), ("TEA", 1), ("MUG", 1)]);
    body["shipping_address"] = address();
    body["note"] = json!("Ring twice.");
    body["expected_total"] = json!({"amount": "41.49", "currency": "EUR"});

    let placed = shop.client().post("/orders", &body).token(&ada.token).send();

    let order = placed.expect(201);
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(placed.header("location"), path);
    assert_eq!((&order["status"], &order["payment_status"]), (&json!("pending"), &json!("unpaid")));
    assert_eq!(order["fulfillment_status"], "unfulfilled");
    assert_eq!((&order["customer_id"], &order["email"]), (&json!(ada.id), &json!(ada.email)));
    assert_eq!(order["lines"].as_array().unwrap().len(), 2, "a variant named twice is added up");
    assert_eq!(order["lines"][0]["quantity"], 3);
    assert_eq!(order["lines"][0]["line_total"], json!({"amount": "37.50", "currency": "EUR"}));
    assert_eq!(order["totals"]["total"]["amount"], "41.49");
    assert_eq!(order["totals"]["due"]["amount"], "41.49");
    assert_eq!(order["shipping_address"]["line2"], Value::Null);
    assert!(order["number"].as_str().unwrap().parse::<u64>().unwrap() > 100_000);
    assert_eq!(shop.client().get(&path).token(&ada.token).send().expect(200), order);
    let product = format!("/products/{}", mug["id"].as_str().unwrap());
    let shown = shop.client().get(&product).send().expect(200);
    assert_eq!(shown["variants"][0]["available"], 7);
    assert_eq!(shown["version"], 1, "a sale is no edit");
    assert_eq!(
        shop.query::<String>("SELECT axis FROM order_history ORDER BY sequence"),
        ["status", "payment_status", "fulfillment_status"]
    );
    assert_eq!(
        shop.query::<String>("SELECT type FROM events WHERE aggregate_type = 'order'"),
        ["order.placed"]
    );
    shop.check();
}

#[test]
fn every_short_line_is_named_and_nothing_is_held() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 2);
    shop.product(&admin, "TEA", "3.99", 10);
    shop.product(&admin, "CUP", "5.00", 0);
    let ada = shop.customer();

    let answer = shop.client().post("/orders", &lines(&[("MUG", 3), ("TEA", 1), ("CUP", 1)]));
    let answer = answer.token(&ada.token).send();

    assert_eq!(answer.problem(409), "insufficient-stock");
    let short = answer.json()["lines"].clone();
    let expected = json!([{"sku": "MUG", "requested": 3, "available": 2}, {"sku": "CUP", "requested": 1, "available": 0}]);
    assert_eq!(short, expected);
    assert_eq!(shop.query::<i64>("SELECT sum(reserved) FROM stock_levels"), [0]);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [0]);
    shop.client().post("/orders", &lines(&[("MUG", 2), ("TEA", 1)])).token(&ada.token).send().expect(201);
    shop.check();
}

#[test]
fn a_price_that_is_not_what_the_buyer_saw_stops_the_order() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = shop.product(&admin, "MUG", "12.50", 10);
    let ada = shop.customer();
    let mut body = lines(&[("MUG", 1)]);
    body["expected_prices"] = json!([{"variant_id": mug["variants"][0]["id"], "unit_price": {"amount": "11.50", "currency": "EUR"}}]);

    let answer = shop.client().post("/orders", &body).token(&ada.token).send();

    assert_eq!(answer.problem(409), "quote-changed");
    let changed = &answer.json()["lines"][0];
    assert_eq!((&changed["sku"], &changed["expected"]["amount"]), (&json!("MUG"), &json!("11.50")));
    assert_eq!(changed["actual"]["amount"], "12.50");
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [0]);
}

#[test]
fn what_can_not_be_bought_is_said_so() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let draft = json!({"title": "Draft", "status": "draft", "variants": [variant("DRAFT")]});
    shop.client().post("/products", &draft).token(&admin.token).send().expect(201);
    let ada = shop.customer();
    let order = |body: &Value| shop.client().post("/orders", body).token(&ada.token).send();

    let unbuyable = order(&lines(&[("DRAFT", 1)]));
    assert_eq!(unbuyable.problem(409), "insufficient-stock");
    assert_eq!(unbuyable.json()["lines"][0]["available"], 0);
    let mut dollars = lines(&[("MUG", 1)]);
    dollars["currency"] = json!("USD");
    assert_eq!(order(&dollars).problem(422), "currency-mismatch");
    assert!(order(&lines(&[("NONE", 1)])).faults()[0].starts_with("/lines/0"));
    assert!(order(&lines(&[])).faults()[0].starts_with("/lines"));
    for quantity in [0, 1000] {
        assert!(order(&lines(&[("MUG", quantity)])).faults()[0].starts_with("/lines/0/quantity"));
    }
    let mut foreign = lines(&[("MUG", 1)]);
    foreign["customer_id"] = json!(ada.id);
    foreign["total"] = json!("1.00");
    assert_eq!(order(&foreign).faults().len(), 2, "no field can be slipped in");
}

#[test]
fn own_orders_are_listed_newest_first_and_staff_finds_everybodys() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 100);
    let (ada, bob) = (shop.customer(), shop.customer());
    let place = |token: &str| {
        shop.client().post("/orders", &lines(&[("MUG", 1)])).token(token).send().expect(201)["number"].clone()
    };
    let mut numbers: Vec<Value> = (0..3).map(|_| place(&ada.token)).collect();
    numbers.reverse();
    let bobs = place(&bob.token);
    let list = |query: &str, token: &str| {
        let page = shop.client().get(&format!("/orders?{query}")).token(token).send().expect(200);
        page["data"].as_array().unwrap().iter().map(|order| order["number"].clone()).collect::<Vec<_>>()
    };

    assert_eq!(list("", &ada.token), numbers);
    assert_eq!(list("status=pending&payment_status=unpaid", &ada.token), numbers);
    assert_eq!(list("status=confirmed", &ada.token), Vec::<Value>::new());
    assert_eq!(list("scope=all", &admin.token).len(), 4);
    assert_eq!(list(&format!("email={}", bob.email), &admin.token), std::slice::from_ref(&bobs));
    assert_eq!(list(&format!("number={}", bobs.as_str().unwrap()), &admin.token), [bobs]);
}

#[test]
fn a_free_order_is_confirmed_and_paid_at_once() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "GIFT", "0", 10);
    let ada = shop.customer();

    let order = shop.client().post("/orders", &lines(&[("GIFT", 1)])).token(&ada.token).send().expect(201);

    assert_eq!((&order["status"], &order["payment_status"]), (&json!("confirmed"), &json!("paid")));
    assert_eq!(order["expires_at"], Value::Null);
    shop.check();
}
