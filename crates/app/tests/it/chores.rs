//! What the shop does by itself: given-up orders, forgotten answers; on however many servers, each effect once.

use serde_json::json;

use crate::{
    program::wait_for,
    shop::{Shop, lines},
};

#[test]
fn r091_orders_that_nobody_pays_expire_once_on_two_servers_and_give_their_stock_free() {
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("ORDER_EXPIRY", "1s")]);
    let _other = shop.another_server();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 100);
    let (ada, manager) = (shop.customer(), shop.staff("order_manager"));
    let place = || shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).send().expect(201);
    let half = place();
    let path = format!("/orders/{}", half["id"].as_str().unwrap());
    let body = json!({"amount": {"amount": "5", "currency": "EUR"}, "method": "card", "reference": "half"});
    // It may be too late for it: then it is to be given back all the same.
    shop.client().post(&format!("{path}/payments"), &body).token(&manager.token).send().expect(201);
    let orders = 30;
    (1..orders).for_each(|_| {
        place();
    });

    wait_for("the last order to expire", || {
        (shop.query::<i64>("SELECT count(*) FROM orders WHERE status = 'expired'") == [orders]).then_some(())
    });
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM events WHERE type = 'order.expired'"), [orders]);
    assert_eq!(shop.query::<i32>("SELECT reserved FROM stock_levels"), [0]);
    let seen = shop.client().get(&path).token(&ada.token).send().expect(200);
    assert_eq!((&seen["status"], &seen["payment_status"]), (&json!("expired"), &json!("refund_due")));
    let last = shop.query::<String>("SELECT actor FROM order_history WHERE command = 'expire' LIMIT 1");
    assert_eq!(last, ["system"]);
    shop.check();
}

#[test]
fn r082_a_key_is_kept_for_its_time_and_forgotten_after_it() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 100);
    let ada = shop.customer();
    let order = || shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).key("k").send();
    let first = order().expect(201);
    assert_eq!(order().expect(201), first);
    shop.execute("UPDATE idempotency_keys SET created_at = now() - interval '2 days', expires_at = now()");
    assert_ne!(order().expect(201)["id"], first["id"], "executed anew");
    shop.execute("UPDATE idempotency_keys SET created_at = now() - interval '2 days', expires_at = now()");
    // A server that starts does every chore at once.
    let _other = shop.another_server();
    wait_for("the answer to be forgotten", || {
        (shop.query::<i64>("SELECT count(*) FROM idempotency_keys") == [0]).then_some(())
    });
}
