//! Buying without an account: the token that opens the order, and nothing else does.

use serde_json::{Value, json};

use crate::{
    program::wait_for,
    shop::{Shop, at_once, count, lines},
    wire::Call,
};

const KEY: &str = "018f4d9e-0000-7000-8000-00000000abcd";

fn body() -> Value {
    let mut body = lines(&[("MUG", 1)]);
    body["email"] = json!("bob@example.com");
    body
}

fn opened(shop: &Shop) -> (String, String) {
    let placed = shop.client().post("/orders", &body()).send().expect(201);
    let text = |name: &str| placed[name].as_str().unwrap().to_owned();
    (format!("/orders/{}", text("id")), text("order_token"))
}

#[test]
fn r023_a_guest_s_order_is_opened_by_its_own_token_and_by_nothing_else() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ((path, token), (_, other)) = (opened(&shop), opened(&shop));
    let ada = shop.customer();
    let show = |call: Call| call.send();
    let get = || shop.client().get(&path);

    let order = show(get().header("order-token", &token)).expect(200);
    assert_eq!((&order["customer_id"], &order["email"]), (&Value::Null, &json!("bob@example.com")));
    assert!(order["order_token"].is_null(), "shown once");
    let missing = shop.client().get("/orders/018f4d9e-0000-7000-8000-0000000000ff").send();
    let same = |call: Call| {
        let got = show(call.header("x-request-id", missing.header("x-request-id")));
        assert_eq!((got.status, got.text()), (404, missing.text()));
    };
    same(get());
    same(get().header("order-token", &other));
    same(get().header("order-token", "x"));
    same(get().header("cart-token", &token));
    same(get().token(&ada.token));
    shop.execute("UPDATE orders SET token_expires_at = now()");
    same(get().header("order-token", &token));
    same(shop.client().call("POST", &format!("{path}/cancel")).header("order-token", &token));
    assert_eq!(show(get().token(&admin.token)).expect(200)["status"], "pending", "staff sees it");
    shop.check();
}

#[test]
fn a_guest_cancels_the_own_order_and_reads_its_history() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let (path, token) = opened(&shop);
    let cancel = || {
        let call = shop.client().call("POST", &format!("{path}/cancel"));
        call.header("order-token", &token).key("mine").send()
    };
    assert_eq!(cancel().expect(200)["status"], "cancelled");
    assert_eq!(cancel().header("idempotency-replayed"), "true");
    let history = shop.client().get(&format!("{path}/history")).header("order-token", &token).send();
    let steps = history.expect(200)["data"].clone();
    assert_eq!((&steps[3]["command"], &steps[3]["actor"]), (&json!("cancel"), &json!("guest")));
    shop.check();
}

#[test]
fn r084_the_replay_of_a_guest_s_order_has_its_token_and_the_database_does_not() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 100);
    let other = shop.another_server();
    let place = |number: usize| {
        let client = if number.is_multiple_of(2) { shop.client() } else { &other.client };
        client.post("/orders", &body()).key(KEY).send()
    };
    let answers = at_once(20, place);
    assert_eq!(count(&answers, 201) + count(&answers, 409), 20);
    let replay = place(0);
    assert_eq!(replay.header("idempotency-replayed"), "true");
    for answer in answers.iter().filter(|answer| answer.status == 201) {
        assert_eq!(answer.body, replay.body, "byte for byte");
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [1]);
    let token = replay.json()["order_token"].as_str().unwrap().to_owned();
    let stored =
        shop.query::<String>("SELECT row_to_json(k)::text || encode(body, 'escape') FROM idempotency_keys k");
    assert!(!stored[0].contains(&token) && !stored[0].contains("bob@example.com"), "{stored:?}");
    let refused = shop.client().post("/orders", &body()).key("mine").send();
    assert_eq!(refused.faults(), ["Idempotency-Key uuid"]);
}

#[test]
fn r071_an_address_has_ten_open_orders_at_most_whoever_names_it() {
    let shop = Shop::open_with(&[]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 100);
    let answers = at_once(15, |_| shop.client().post("/orders", &body()).send());
    assert_eq!((count(&answers, 201), count(&answers, 429)), (10, 5));
    let first = answers.iter().find(|answer| answer.status == 201).unwrap().json();
    let path = format!("/orders/{}/cancel", first["id"].as_str().unwrap());
    let token = first["order_token"].as_str().unwrap();
    shop.client().call("POST", &path).header("order-token", token).send().expect(200);
    shop.client().post("/orders", &body()).send().expect(201);
    shop.check();
}

#[test]
fn r091_a_guest_s_order_waits_for_its_own_time() {
    let settings = [("RATE_LIMIT", "off"), ("ORDER_EXPIRY", "1h"), ("GUEST_ORDER_EXPIRY", "1s")];
    let shop = Shop::open_with(&settings);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = shop.customer();
    shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).send().expect(201);
    let (path, token) = opened(&shop);
    wait_for("the guest's order to expire", || {
        let seen = shop.client().get(&path).header("order-token", &token).send().expect(200);
        (seen["status"] == "expired").then_some(())
    });
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders WHERE status = 'pending'"), [1]);
    shop.check();
}
