//! The event log: followed by readers that miss nothing.

use std::{collections::BTreeSet, thread, time::Duration};

use serde_json::Value;

use crate::{
    order_life::Ordered,
    program::wait_for,
    shop::{Person, Shop, at_once, lines},
};

fn page(shop: &Shop, admin: &Person, query: &str) -> Value {
    shop.client().get(&format!("/events?{query}")).token(&admin.token).send().expect(200)
}

/// The types of all events behind `after`, and the last one's place.
fn read(shop: &Shop, admin: &Person, after: i64, types: &mut Vec<String>) -> i64 {
    let mut last = after;
    loop {
        let page = page(shop, admin, &format!("after={last}&limit=3"));
        let events = page["data"].as_array().unwrap();
        for event in events {
            let sequence = event["sequence"].as_i64().unwrap();
            assert!(last < sequence, "in its order");
            last = sequence;
            types.push(event["type"].as_str().unwrap().to_owned());
        }
        if page["next_cursor"].is_null() {
            return last;
        }
    }
}

#[test]
fn the_log_tells_each_command_once_with_who_when_and_in_which_request() {
    // R113
    let order = Ordered::open();
    order.post(&order.ada, "/cancel", &serde_json::json!({})).expect(200);
    let admin = order.shop.admin();
    let (mut types, mut last) = (Vec::new(), 0);
    wait_for("the last event", || {
        last = read(&order.shop, &admin, last, &mut types);
        types.iter().any(|kind| kind == "order.cancelled").then_some(())
    });
    let of_orders: Vec<_> = types.iter().filter(|kind| kind.starts_with("order.")).collect();
    assert_eq!(of_orders, ["order.placed", "order.cancelled"]);
    let id = order.path.strip_prefix("/orders/").unwrap();
    let found = page(&order.shop, &admin, &format!("aggregate_id={id}&type=order.cancelled"));
    let event = &found["data"][0];
    assert_eq!((&event["aggregate_type"], &event["aggregate_version"]), (&"order".into(), &2.into()));
    assert_eq!(event["actor"], format!("user:{}", order.ada.id));
    assert!(event["request_id"].is_string() && event["occurred_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(event["data"]["released"][0]["quantity"], 2);
    let text = found.to_string();
    assert!(!text.contains(&order.ada.email), "nothing personal");
}

#[test]
fn pages_of_the_log_follow_each_other_by_cursor_too() {
    let shop = Shop::open();
    let admin = shop.admin();
    for number in 0..4 {
        shop.product(&admin, &format!("MUG-{number}"), "1", 1);
    }
    wait_for("all events", || {
        (page(&shop, &admin, "type=product.created&limit=100")["data"].as_array()?.len() == 4).then_some(())
    });
    let first = page(&shop, &admin, "type=product.created&limit=3");
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = page(&shop, &admin, &format!("type=product.created&limit=3&cursor={cursor}"));
    assert_eq!(second["data"].as_array().unwrap().len(), 1);
    assert_eq!(second["next_cursor"], Value::Null);
    let client = shop.client();
    for query in ["after=-1", "after=x", "aggregate_id=x", "type="] {
        client.get(&format!("/events?{query}")).token(&admin.token).send().problem(422);
    }
}

#[test]
fn a_reader_that_goes_on_after_the_last_one_misses_none_while_two_servers_sell() {
    // R114
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "1.00", 1000);
    let buyers: Vec<_> = (0..8).map(|_| shop.customer()).collect();
    let other = shop.another_server();
    let reader = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut types, mut last) = (Vec::new(), 0);
            for _ in 0..600 {
                last = read(&shop, &admin, last, &mut types);
                if types.iter().filter(|kind| *kind == "order.placed").count() >= 80 {
                    break;
                }
                thread::sleep(Duration::from_millis(50));
            }
            types
        });
        at_once(8, |number| {
            let client = if number % 2 == 0 { shop.client() } else { &other.client };
            for _ in 0..10 {
                client.post("/orders", &lines(&[("MUG", 1)])).token(&buyers[number].token).send().expect(201);
            }
        });
        reader.join().unwrap()
    });
    assert_eq!(reader.iter().filter(|kind| *kind == "order.placed").count(), 80);
    let sequences: BTreeSet<i64> = shop.query("SELECT sequence FROM events").into_iter().collect();
    assert_eq!(sequences.len(), reader.len(), "each one, and none twice");
}
