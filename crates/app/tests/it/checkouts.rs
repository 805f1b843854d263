//! From cart to order, under fire and on two servers: the attacks that broke real shops (ACIDRain, 2017) among them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    shop::{Person, Shop, at_once, count, lines},
    wire::{Answer, Client},
};

/// A shop with mugs and teas, and a second server.
fn stocked(mugs: u32) -> (Shop, crate::shop::Server) {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", mugs);
    shop.product(&admin, "TEA", "4.00", 1000);
    let other = shop.another_server();
    (shop, other)
}

fn cart(shop: &Shop, buyer: &Person, what: &[(&str, u32)]) -> Value {
    shop.client().post("/carts", &lines(what)).token(&buyer.token).send().expect(201)
}

fn order(client: &Client, buyer: &Person, cart: &Value) -> Answer {
    client.post("/orders", &json!({"cart_id": cart["id"]})).token(&buyer.token).send()
}

fn either<'a>(shop: &'a Shop, other: &'a crate::shop::Server, number: usize) -> &'a Client {
    if number.is_multiple_of(2) { shop.client() } else { &other.client }
}

#[test]
fn r067_a_cart_gives_one_order_whatever_races() {
    let (shop, other) = stocked(100);
    let ada = shop.customer();
    let cart = cart(&shop, &ada, &[("MUG", 2)]);
    let answers = at_once(20, |number| {
        let body = json!({"cart_id": cart["id"]});
        let call = either(&shop, &other, number).post("/orders", &body).token(&ada.token);
        call.key(&format!("key-{number}")).send()
    });
    let statuses: Vec<_> = answers.iter().map(|answer| (answer.status, answer.text())).collect();
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 19), "{statuses:?}");
    let order = answers.iter().find(|answer| answer.status == 201).unwrap().json();
    for refused in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(refused.problem(409), "cart-already-ordered");
        assert_eq!(refused.json()["order_id"], order["id"]);
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [1]);
    shop.client().get("/carts/current").token(&ada.token).send().problem(404);
    shop.check();
}

#[test]
fn r068_a_cart_that_is_edited_while_it_is_ordered_gives_an_order_of_a_cart_that_existed() {
    let (shop, other) = stocked(1000);
    for _ in 0..10 {
        let ada = shop.customer();
        let cart = cart(&shop, &ada, &[("MUG", 1), ("TEA", 1)]);
        let path = format!("/carts/{}/lines", cart["id"].as_str().unwrap());
        let line = cart["lines"][0]["id"].as_str().unwrap();
        // Both lines have as many pieces at any moment, or the first one has one more.
        let answers = at_once(3, |number| match number {
            0 => order(shop.client(), &ada, &cart),
            1 => {
                let edit = other.client.call("PATCH", &format!("{path}/{line}")).token(&ada.token);
                edit.json(&json!({"quantity": 2})).send()
            }
            _ => other.client.post(&path, &json!({"sku": "TEA", "quantity": 1})).token(&ada.token).send(),
        });
        let order = answers[0].expect(201);
        let quantities: Vec<_> = order["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["quantity"].as_u64().unwrap())
            .collect();
        assert!([[1, 1], [2, 1], [1, 2], [2, 2]].contains(&[quantities[0], quantities[1]]));
        let edited = answers[1..].iter().filter(|answer| answer.status < 300).count();
        let bought: u64 = quantities.iter().sum();
        assert!(bought <= 2 + u64::try_from(edited).unwrap(), "nothing that was refused");
        let total = quantities[0] * 1250 + quantities[1] * 400;
        let shown = order["totals"]["total"]["amount"].as_str().unwrap().replace('.', "");
        assert_eq!(shown.parse::<u64>().unwrap(), total);
    }
    shop.check();
}

#[test]
fn r063_the_last_piece_in_many_carts_is_sold_once() {
    let (shop, other) = stocked(1);
    let buyers: Vec<_> = (0..20).map(|_| shop.customer()).collect();
    let carts: Vec<_> = buyers.iter().map(|buyer| cart(&shop, buyer, &[("MUG", 1)])).collect();
    let answers = at_once(20, |number| order(either(&shop, &other, number), &buyers[number], &carts[number]));
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 19));
    for refused in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(refused.problem(409), "insufficient-stock");
        let line = json!({"sku": "MUG", "requested": 1, "available": 0});
        assert_eq!(refused.json()["lines"], json!([line]));
    }
    shop.check();
}

#[test]
fn an_empty_an_expired_and_a_stranger_s_cart_give_no_order() {
    let (shop, _other) = stocked(10);
    let (ada, bob) = (shop.customer(), shop.customer());
    let empty = shop.client().post("/carts", &json!({})).token(&ada.token).send().expect(201);
    assert_eq!(order(shop.client(), &ada, &empty).problem(409), "cart-empty");
    assert_eq!(order(shop.client(), &bob, &empty).problem(404), "not-found");
    shop.execute("UPDATE carts SET expires_at = now()");
    assert_eq!(order(shop.client(), &ada, &empty).problem(409), "cart-expired");
    let both = json!({"cart_id": empty["id"], "lines": [{"sku": "MUG", "quantity": 1}]});
    let refused = shop.client().post("/orders", &both).token(&ada.token).send();
    assert_eq!(refused.faults(), ["/lines ambiguous"]);
    let neither = shop.client().post("/orders", &json!({})).token(&ada.token).send();
    assert_eq!(neither.faults(), [" required"]);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [0]);
}

#[test]
fn a_guest_orders_the_own_cart_by_its_token_at_the_price_that_was_shown() {
    let (shop, _other) = stocked(10);
    let cart = shop.client().post("/carts", &lines(&[("MUG", 2)])).send().expect(201);
    let token = cart["token"].as_str().unwrap();
    let mut body = json!({"cart_id": cart["id"], "email": "bob@example.com"});
    shop.client().post("/orders", &body).send().problem(404);
    body["expected_total"] = json!({"amount": "24.00", "currency": "EUR"});
    let refused = shop.client().post("/orders", &body).header("cart-token", token).send();
    assert_eq!(refused.problem(409), "quote-changed");
    body["expected_total"] = json!({"amount": "25.00", "currency": "EUR"});
    let placed = shop.client().post("/orders", &body).header("cart-token", token).send().expect(201);
    assert!(placed["order_token"].is_string());
    assert_eq!(placed["lines"][0]["quantity"], 2);
    shop.check();
}

#[test]
fn r064_a_thousand_buyers_of_a_hundred_pieces_in_any_order_buy_a_hundred() {
    // Nobody is put off, however slow the machine is.
    let shop = Shop::open_with(&[
        ("RATE_LIMIT", "off"),
        ("DB_ACQUIRE_TIMEOUT", "20s"),
        ("DB_LOCK_TIMEOUT", "20s"),
        ("DB_STATEMENT_TIMEOUT", "20s"),
        ("REQUEST_DEADLINE", "25s"),
    ]);
    let admin = shop.admin();
    let skus: Vec<_> = (0..10).map(|number| format!("SKU-{number}")).collect();
    for sku in &skus {
        shop.product(&admin, sku, "1.00", 10);
    }
    let other = shop.another_server();
    let answers: Vec<Answer> = at_once(40, |number| {
        let client = either(&shop, &other, number);
        let buy = |turn: usize| {
            let buyer = number * 25 + turn;
            // Two of the ten, in an order that differs from buyer to buyer.
            let (first, second) = (buyer * 7 % 10, (buyer * 3 + 1 + buyer / 10) % 10);
            let mut what = vec![(skus[first].as_str(), 1)];
            if second != first {
                what.push((skus[second].as_str(), 1));
            }
            let mut body = lines(&what);
            body["email"] = json!(format!("buyer{buyer}@example.com"));
            client.post("/orders", &body).send()
        };
        (0..25).map(buy).collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .collect();
    assert_eq!(answers.len(), 1000);
    let other = answers.iter().find(|answer| ![201, 409].contains(&answer.status));
    assert!(other.is_none(), "no other answer than {other:?}");
    let sold: Vec<i32> = shop.query("SELECT reserved FROM stock_levels");
    assert!(sold.iter().all(|reserved| *reserved <= 10), "{sold:?}");
    // Whoever wants one piece of what is left gets it: no refusal was without a reason.
    for sku in &skus {
        let mut body = lines(&[(sku.as_str(), 10)]);
        body["email"] = json!("last@example.com");
        let refused = shop.client().post("/orders", &body).send();
        let left = refused.json()["lines"][0]["available"].as_u64().unwrap_or(0);
        for _ in 0..left {
            let mut body = lines(&[(sku.as_str(), 1)]);
            body["email"] = json!("last@example.com");
            shop.client().post("/orders", &body).send().expect(201);
        }
    }
    assert_eq!(shop.query::<i64>("SELECT sum(reserved) FROM stock_levels"), [100]);
    shop.check();
}

#[test]
fn r080_two_hundred_calls_with_one_key_give_one_order() {
    let (shop, other) = stocked(1000);
    let ada = shop.customer();
    let call = |number: usize| {
        let call = either(&shop, &other, number).post("/orders", &lines(&[("MUG", 1), ("TEA", 2)]));
        call.token(&ada.token).key("the-one").send()
    };
    let answers: Vec<Answer> = at_once(50, |number| (0..4).map(|_| call(number)).collect::<Vec<_>>())
        .into_iter()
        .flatten()
        .collect();
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    let fresh = made.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count();
    assert_eq!((fresh, made.len() + count(&answers, 409)), (1, 200));
    let bodies: BTreeSet<_> = made.iter().map(|answer| &answer.body).collect();
    assert_eq!(bodies.len(), 1, "byte for byte");
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [1]);
    shop.check();
}
