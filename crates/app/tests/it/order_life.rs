//! What becomes of an order: every command, over the wire.

use serde_json::{Value, json};

use crate::{
    shop::{Person, Shop, at_once, count, lines},
    wire::Answer,
};

/// A shop with ten mugs at 12.50, its order manager, and Ada's order of two of them.
pub(crate) struct Ordered {
    pub(crate) shop: Shop,
    pub(crate) ada: Person,
    pub(crate) manager: Person,
    /// `/orders/{id}`
    pub(crate) path: String,
    /// The order's only line.
    line: Value,
}

impl Ordered {
    pub(crate) fn open() -> Self {
        let shop = Shop::open();
        let admin = shop.admin();
        shop.product(&admin, "MUG", "12.50", 10);
        let (ada, manager) = (shop.customer(), shop.staff("order_manager"));
        let order = shop.client().post("/orders", &lines(&[("MUG", 2)])).token(&ada.token).send().expect(201);
        let path = format!("/orders/{}", order["id"].as_str().unwrap());
        Self { shop, ada, manager, path, line: order["lines"][0]["id"].clone() }
    }

    pub(crate) fn post(&self, by: &Person, what: &str, body: &Value) -> Answer {
        self.shop.client().post(&format!("{}{what}", self.path), body).token(&by.token).send()
    }

    fn manage(&self, what: &str, body: &Value) -> Answer {
        self.post(&self.manager, what, body)
    }

    fn pay(&self, amount: &str, reference: &str) -> Answer {
        self.manage("/payments", &payment(amount, reference))
    }

    /// Ships all that is left, and gives the fulfillment's path behind the order's.
    fn ship(&self) -> String {
        let sent = self.manage("/fulfillments", &json!({}));
        sent.expect(201);
        sent.header("location").strip_prefix(&self.path).unwrap().to_owned()
    }

    fn pieces(&self, quantity: u32) -> Value {
        json!([{"line_id": self.line, "quantity": quantity}])
    }

    pub(crate) fn order(&self) -> Value {
        self.shop.client().get(&self.path).token(&self.ada.token).send().expect(200)
    }

    /// `status`, `payment_status` and `fulfillment_status`.
    fn axes(&self) -> [String; 3] {
        let order = self.order();
        ["status", "payment_status", "fulfillment_status"]
            .map(|axis| order[axis].as_str().unwrap().to_owned())
    }

    /// `on_hand` and `reserved`.
    fn stock(&self) -> (i32, i32) {
        let column = |name| self.shop.query::<i32>(&format!("SELECT {name} FROM stock_levels"))[0];
        (column("on_hand"), column("reserved"))
    }
}

fn payment(amount: &str, reference: &str) -> Value {
    json!({"amount": {"amount": amount, "currency": "EUR"}, "method": "card", "reference": reference})
}

fn money(amount: &str) -> Value {
    json!({"amount": {"amount": amount, "currency": "EUR"}})
}

#[test]
fn r089_an_order_is_paid_shipped_delivered_and_completed() {
    let order = Ordered::open();
    let paid = order.pay("25.00", "p-1");
    let payment = paid.expect(201);
    assert_eq!(payment["amount"]["amount"], "25.00");
    let found = order.shop.client().get(paid.header("location")).token(&order.manager.token).send();
    assert_eq!(found.expect(200), payment);
    assert_eq!(order.axes(), ["confirmed", "paid", "unfulfilled"]);
    assert_eq!(order.order()["expires_at"], Value::Null);

    let parcel =
        json!({"carrier": "DHL", "tracking_number": "0034", "tracking_url": "https://dhl.example/0034"});
    let sent = order.manage("/fulfillments", &parcel);
    assert_eq!(sent.expect(201)["lines"], order.pieces(2));
    assert_eq!(order.axes(), ["confirmed", "paid", "fulfilled"]);
    assert_eq!(order.stock(), (8, 0), "only now it leaves the stock");
    let fulfillment = sent.header("location").strip_prefix(&order.path).unwrap().to_owned();

    for _ in 0..2 {
        let arrived = order.manage(&format!("{fulfillment}/deliver"), &json!({})).expect(200);
        assert_ne!(arrived["delivered_at"], Value::Null);
    }
    assert_eq!(order.axes(), ["completed", "paid", "delivered"]);
    let seen = order.order();
    assert_eq!(seen["payments"], json!([payment]));
    assert_eq!(seen["fulfillments"][0]["carrier"], "DHL");
    assert_eq!(seen["lines"][0]["fulfilled_quantity"], 2);

    let events = order.shop.query::<String>(
        "SELECT type FROM events WHERE aggregate_type = 'order' ORDER BY aggregate_version, sequence",
    );
    assert_eq!(
        events,
        [
            "order.placed",
            "order.payment_recorded",
            "order.confirmed",
            "order.fulfillment_recorded",
            "order.fulfillment_delivered",
            "order.completed"
        ]
    );
    order.shop.check();
}

#[test]
fn r087_the_history_tells_every_step_and_names_staff_to_staff_only() {
    let order = Ordered::open();
    order.pay("10.00", "p-1").expect(201);
    order.manage("/confirm", &json!({"reason": "Pays the rest later"})).expect(200);
    let history = |person: &Person| {
        let path = format!("{}/history", order.path);
        order.shop.client().get(&path).token(&person.token).send().expect(200)["data"].clone()
    };
    let seen = history(&order.ada);
    let steps: Vec<_> = seen
        .as_array()
        .unwrap()
        .iter()
        .map(|step| format!("{} {} {} {}", step["sequence"], step["axis"], step["from"], step["to"]))
        .collect();
    assert_eq!(
        steps,
        [
            r#"1 "status" null "pending""#,
            r#"2 "payment_status" null "unpaid""#,
            r#"3 "fulfillment_status" null "unfulfilled""#,
            r#"4 "payment_status" "unpaid" "partially_paid""#,
            r#"5 "status" "pending" "confirmed""#,
        ]
    );
    assert_eq!(seen[0]["actor"], format!("user:{}", order.ada.id));
    assert_eq!((&seen[4]["actor"], &seen[4]["command"]), (&json!("staff"), &json!("confirm")));
    assert_eq!(seen[4]["reason"], "Pays the rest later");
    assert_eq!(history(&order.manager)[4]["actor"], format!("user:{}", order.manager.id));
    let page = format!("{}/history?limit=2", order.path);
    let page = order.shop.client().get(&page).token(&order.ada.token).send().expect(200);
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    assert_ne!(page["next_cursor"], Value::Null);
}

#[test]
fn r091_a_cancelled_order_gives_its_stock_free_and_owes_what_was_paid() {
    let order = Ordered::open();
    order.pay("5.00", "p-1").expect(201);
    let cancelled = order.post(&order.ada, "/cancel", &json!({"reason": "Ordered by mistake"})).expect(200);
    assert_eq!(
        (&cancelled["status"], &cancelled["payment_status"]),
        (&json!("cancelled"), &json!("refund_due"))
    );
    assert_eq!(cancelled["totals"]["refund_due"]["amount"], "5.00");
    assert_eq!(order.stock(), (10, 0));
    // Money that comes all the same is a fact.
    order.pay("20.00", "p-2").expect(201);
    assert_eq!(order.order()["totals"]["refund_due"]["amount"], "25.00");
    let refused = order.manage("/refunds", &money("25.01"));
    assert_eq!(refused.faults(), ["/amount/amount too-large"]);
    order.manage("/refunds", &money("25.00")).expect(201);
    assert_eq!(order.axes(), ["cancelled", "refunded", "unfulfilled"]);
    order.shop.check();
}

#[test]
fn r092_staff_cancels_the_rest_of_a_part_shipped_order_and_its_owner_can_not() {
    let order = Ordered::open();
    order.pay("25.00", "p-1").expect(201);
    order.manage("/fulfillments", &json!({"lines": order.pieces(1)})).expect(201);
    let refused = order.post(&order.ada, "/cancel", &json!({}));
    assert_eq!(refused.problem(409), "illegal-transition");
    assert_eq!(
        (&refused.json()["from"], &refused.json()["command"]),
        (&json!("confirmed"), &json!("cancel"))
    );
    let rest = order.manage("/cancel", &json!({})).expect(200);
    assert_eq!((&rest["status"], &rest["lines"][0]["cancelled_quantity"]), (&json!("confirmed"), &json!(1)));
    assert_eq!(rest["totals"]["refund_due"]["amount"], "12.50");
    assert_eq!(order.stock(), (9, 0));
    order.shop.check();
}

#[test]
fn r089_no_more_is_shipped_taken_back_or_paid_than_there_is() {
    let order = Ordered::open();
    assert_eq!(order.manage("/fulfillments", &json!({})).problem(409), "illegal-transition", "not confirmed");
    assert_eq!(order.manage("/refunds", &money("1")).problem(409), "illegal-transition", "pending");
    assert_eq!(order.pay("25.01", "p-1").faults(), ["/amount/amount too-large"]);
    assert_eq!(order.pay("0", "p-1").faults(), ["/amount/amount too-small"]);
    let dollars = json!({"amount": {"amount": "1", "currency": "USD"}, "method": "card", "reference": "p-1"});
    assert_eq!(order.manage("/payments", &dollars).problem(422), "currency-mismatch");
    order.pay("25.00", "p-1").expect(201);
    let foreign = json!({"lines": [{"line_id": "018f4d9e-0000-7000-8000-0000000000ff", "quantity": 1}]});
    assert_eq!(order.manage("/fulfillments", &foreign).faults(), ["/lines/0/line_id unknown-line"]);
    let many = json!({"lines": order.pieces(3)});
    assert_eq!(order.manage("/fulfillments", &many).faults(), ["/lines/0/quantity too-large"]);
    let fulfillment = order.ship();
    assert_eq!(order.manage("/fulfillments", &json!({})).faults(), ["/lines nothing-left"]);
    let back = json!({"lines": order.pieces(1), "restock": true});
    assert_eq!(order.manage("/returns", &back).faults(), ["/lines/0/quantity too-large"], "not arrived");
    order.manage(&format!("{fulfillment}/deliver"), &json!({})).expect(200);
    let returned = order.manage("/returns", &back);
    assert_eq!(returned.expect(201)["restock"], true);
    assert_eq!(order.stock(), (9, 0), "counted in");
    order.manage("/returns", &json!({"lines": order.pieces(1), "restock": false})).expect(201);
    assert_eq!(order.stock(), (9, 0), "not counted in");
    assert_eq!(order.axes(), ["completed", "paid", "returned"]);
    assert_eq!(order.manage("/returns", &back).faults(), ["/lines/0/quantity too-large"]);
    order.shop.check();
}

#[test]
fn r024_another_order_s_fulfillment_is_not_found_and_so_is_everything_of_a_stranger_s() {
    let order = Ordered::open();
    order.pay("25.00", "p-1").expect(201);
    let fulfillment = order.ship();
    let body = lines(&[("MUG", 1)]);
    let other = order.shop.client().post("/orders", &body).token(&order.ada.token).send().expect(201);
    let other = format!("/orders/{}", other["id"].as_str().unwrap());
    let manager = &order.manager.token;
    let crossed = format!("{other}{fulfillment}/deliver");
    order.shop.client().call("POST", &crossed).token(manager).send().problem(404);
    order.shop.client().get(&format!("{other}{fulfillment}")).token(manager).send().problem(404);
    let bob = order.shop.customer();
    for what in ["", "/history", &fulfillment] {
        order.shop.client().get(&format!("{}{what}", order.path)).token(&bob.token).send().problem(404);
    }
    assert_eq!(order.post(&bob, "/cancel", &json!({})).problem(404), "not-found");
    assert_eq!(order.post(&order.ada, "/payments", &payment("1", "x")).problem(403), "forbidden");
}

#[test]
fn r090_a_reference_is_recorded_once_for_its_method_also_at_once() {
    let order = Ordered::open();
    let other = order.shop.another_server();
    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { order.shop.client() } else { &other.client };
        let path = format!("{}/payments", order.path);
        client.post(&path, &payment("1.00", "same")).token(&order.manager.token).send()
    });
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 19));
    let refused = answers.iter().find(|answer| answer.status == 409).unwrap();
    assert_eq!(refused.problem(409), "payment-reference-taken");
    assert_eq!(order.order()["totals"]["paid"]["amount"], "1.00");
    order.shop.check();
}

#[test]
fn r048_payments_at_once_never_take_more_than_is_due() {
    let order = Ordered::open();
    let other = order.shop.another_server();
    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { order.shop.client() } else { &other.client };
        let path = format!("{}/payments", order.path);
        let body = payment("2.50", &format!("p-{number}"));
        client.post(&path, &body).token(&order.manager.token).send()
    });
    assert_eq!((count(&answers, 201), count(&answers, 422)), (10, 10));
    assert_eq!(order.axes(), ["confirmed", "paid", "unfulfilled"]);
    order.shop.check();
}

#[test]
fn r074_many_cancels_release_the_stock_once() {
    let order = Ordered::open();
    let other = order.shop.another_server();
    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { order.shop.client() } else { &other.client };
        let path = format!("{}/cancel", order.path);
        client.call("POST", &path).token(&order.ada.token).send()
    });
    assert_eq!((count(&answers, 200), count(&answers, 409)), (1, 19));
    let events = "SELECT count(*) FROM events WHERE type = 'order.cancelled'";
    assert_eq!(order.shop.query::<i64>(events), [1]);
    assert_eq!(order.stock(), (10, 0));
    order.shop.check();
}

#[test]
fn r080_a_payment_that_is_sent_many_times_under_one_key_is_recorded_once() {
    let order = Ordered::open();
    let other = order.shop.another_server();
    let path = format!("{}/payments", order.path);
    let call = |client: &crate::wire::Client| {
        client.post(&path, &payment("25.00", "p-1")).token(&order.manager.token).key("once").send()
    };
    let answers =
        at_once(20, |number| call(if number % 2 == 0 { order.shop.client() } else { &other.client }));
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(made.len() + count(&answers, 409), 20);
    let replay = call(order.shop.client());
    assert_eq!(replay.header("idempotency-replayed"), "true");
    assert!(made.iter().all(|answer| answer.body == replay.body), "byte for byte");
    assert_eq!(order.order()["payments"].as_array().unwrap().len(), 1);
    // Whoever lost the right gets no stored answer.
    let taken = format!("UPDATE users SET roles = '{{customer}}' WHERE id = '{}'", order.manager.id);
    order.shop.execute(&taken);
    crate::program::wait_for("the changed role", || (call(order.shop.client()).status == 403).then_some(()));
    order.shop.check();
}
