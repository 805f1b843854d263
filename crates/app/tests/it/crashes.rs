//! A server that is killed in the middle of everything, and what is left then.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use serde_json::Value;

use crate::{
    shop::{Person, Shop, lines},
    wire::Call,
};

/// What became of a call with a key, as its client knows it.
type Fates = Mutex<BTreeMap<String, Option<Vec<u8>>>>;

fn place(shop: &Shop, buyer: &Person, key: &str) -> Call {
    shop.client().post("/orders", &lines(&[("MUG", 1), ("TEA", 2)])).token(&buyer.token).key(key)
}

/// Orders until the server does not answer any more.
fn buy(shop: &Shop, buyer: &Person, fates: &Fates) {
    for number in 1.. {
        let key = format!("{}-{number}", buyer.id);
        let fate = match place(shop, buyer, &key).try_send() {
            Ok(answer) if answer.status == 201 => Some(answer.body),
            Ok(answer) => panic!("{}: {}", answer.status, answer.text()),
            Err(_) => None,
        };
        let cut_off = fate.is_none();
        fates.lock().unwrap().insert(key, fate);
        if cut_off {
            return;
        }
    }
}

#[test]
fn a_server_that_is_killed_during_checkouts_loses_and_doubles_nothing() {
    let mut shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 1_000_000);
    shop.product(&admin, "TEA", "3.99", 1_000_000);
    let buyers: Vec<_> = (0..8).map(|_| shop.customer()).collect();
    let fates = Fates::default();

    std::thread::scope(|scope| {
        for buyer in &buyers {
            scope.spawn(|| buy(&shop, buyer, &fates));
        }
        std::thread::sleep(Duration::from_millis(1500));
        shop.server.running.signal("KILL");
    });
    shop.server = shop.another_server();

    let fates = fates.into_inner().unwrap();
    let mut orders = BTreeMap::new();
    for (key, fate) in &fates {
        let body = fate.clone().unwrap_or_else(|| {
            let buyer = buyers.iter().find(|buyer| key.starts_with(&buyer.id)).unwrap();
            let answer = place(&shop, buyer, key).send();
            answer.expect(201);
            answer.body
        });
        let order: Value = serde_json::from_slice(&body).unwrap();
        let path = format!("/orders/{}", order["id"].as_str().unwrap());
        assert_eq!(shop.client().get(&path).token(&admin.token).send().expect(200), order, "as acknowledged");
        orders.insert(path, key);
    }
    assert!(fates.values().any(Option::is_none), "somebody was cut off");
    assert!(fates.len() > 20, "only {} orders", fates.len());
    assert_eq!(orders.len(), fates.len(), "each key has an order of its own");
    let stored: Vec<i64> = shop.query("SELECT count(*) FROM orders");
    assert_eq!(usize::try_from(stored[0]).unwrap(), fates.len(), "and nobody else has one");
    shop.check();
}
