//! The catalog as a file, over the wire and from the command line.

use std::{fs, process::Stdio};

use serde_json::{Value, json};

use crate::{
    program::succeed,
    shop::{Shop, at_once},
};

fn lines(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_catalog_comes_over_the_wire_and_from_the_command_line() {
    let shop = Shop::open();
    let admin = shop.admin();
    for n in 0..3 {
        shop.product(&admin, &format!("MUG-{n}"), "12.5", n);
    }
    let sent = shop.client().get("/products/export").token(&admin.token).send();
    assert_eq!((sent.status, sent.header("content-type")), (200, "application/x-ndjson"));
    let products = lines(sent.text());
    assert_eq!(products[1]["variants"][0]["sku"], "MUG-1");
    assert_eq!(products[1]["variants"][0]["prices"], json!([{"amount": "12.50", "currency": "EUR"}]));
    assert_eq!(products[3], json!({"end": true, "count": 3}));

    let printed = succeed(shop.stoa().arg("export").stderr(Stdio::piped()));
    assert_eq!(printed, sent.text());
    let table = shop.client().get("/products/export").token(&admin.token).header("accept", "text/csv").send();
    succeed(shop.stoa().args(["export", "catalog.csv"]));
    let file = fs::read_to_string(shop.directory.path().join("catalog.csv")).unwrap();
    assert_eq!(file, table.text());
    assert!(!shop.directory.path().join("catalog.csv.part").exists());
}

#[test]
fn an_export_is_whole_whatever_is_made_meanwhile() {
    let shop = Shop::open();
    let admin = shop.admin();
    succeed(shop.stoa().args(["seed", "--products", "300"]));
    let answers = at_once(4, |n| {
        if n > 1 {
            shop.product(&admin, &format!("NEW-{n}"), "1", 1);
            return None;
        }
        Some(shop.client().get("/products/export").token(&admin.token).send())
    });
    for answer in answers.into_iter().flatten() {
        let mut products = lines(answer.text());
        let count = products.len() - 1;
        assert!((300..=302).contains(&count), "{count}");
        assert_eq!(products.pop(), Some(json!({"end": true, "count": count})));
    }
    let open: Vec<i64> = shop.query(
        "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    );
    assert_eq!(open, [0]);
}
