//! Adding, editing and deleting variants.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    shop::{Person, Shop, at_once, count, lines},
    wire::{Answer, Client},
};

fn shirt(shop: &Shop, admin: &Person) -> Value {
    let body = json!({"title": "Linen shirt", "options": [{"name": "size", "values": ["S", "M", "L"]}], "variants": [
        {"sku": "SHIRT-S", "option_values": {"size": "S"}, "price": {"amount": "39.90", "currency": "EUR"}, "stock": 5},
        {"sku": "SHIRT-M", "option_values": {"size": "M"}, "price": {"amount": "39.90", "currency": "EUR"}}]});
    shop.client().post("/products", &body).token(&admin.token).send().expect(201)
}

fn large(sku: &str) -> Value {
    json!({"sku": sku, "option_values": {"size": "L"}, "price": {"amount": "42", "currency": "EUR"}, "stock": 3})
}

fn product_path(product: &Value) -> String {
    format!("/products/{}", product["id"].as_str().unwrap())
}

fn add(client: &Client, admin: &Person, product: &Value, variant: &Value) -> Answer {
    client.post(&format!("{}/variants", product_path(product)), variant).token(&admin.token).send()
}

fn path(product: &Value, number: usize) -> String {
    format!("/variants/{}", product["variants"][number]["id"].as_str().unwrap())
}

fn edit(client: &Client, admin: &Person, path: &str, patch: &Value) -> Answer {
    client.call("PATCH", path).json(patch).token(&admin.token).send()
}

fn delete(client: &Client, admin: &Person, path: &str) -> Answer {
    client.call("DELETE", path).token(&admin.token).send()
}

/// The events about variants, oldest first.
fn events(shop: &Shop) -> Vec<String> {
    shop.query("SELECT type FROM events WHERE aggregate_type = 'variant' ORDER BY sequence")
}

#[test]
fn a_variant_is_added_with_price_and_stock() {
    let shop = Shop::open();
    shop.admin();
    let admin = shop.staff("catalog_manager");
    let shirt = shirt(&shop, &admin);
    shop.client().get(&product_path(&shirt)).send().expect(200);

    let added = add(shop.client(), &admin, &shirt, &large("SHIRT-L"));

    let variant = added.expect(201);
    assert_eq!(added.header("location"), format!("/variants/{}", variant["id"].as_str().unwrap()));
    assert_eq!((&variant["product_id"], &variant["title"]), (&shirt["id"], &json!("L")));
    assert_eq!((&variant["price"]["amount"], &variant["available"]), (&json!("42.00"), &json!(3)));
    let shown = shop.client().get(added.header("location")).send();
    assert_eq!((shown.expect(200), shown.header("etag")), (variant.clone(), added.header("etag")));
    assert_eq!(shown.header("cache-control"), "public, max-age=0, must-revalidate");
    let product = shop.client().get(&product_path(&shirt)).send().expect(200);
    assert_eq!((&product["version"], &product["variants"][2]["id"]), (&json!(2), &variant["id"]));
    shop.client().post("/orders", &lines(&[("SHIRT-L", 3)])).token(&admin.token).send().expect(201);
    assert_eq!(events(&shop), ["variant.created"]);
    let data: Vec<String> = shop.query("SELECT data::text FROM events WHERE type = 'variant.created'");
    assert_eq!(data, [format!(r#"{{"product_id": {}, "product_version": 2}}"#, shirt["id"])]);
    shop.check();
}

#[test]
fn a_variant_that_does_not_fit_its_product_is_refused() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let faults = |change: Value| {
        let mut body = large("X");
        change.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
        add(shop.client(), &admin, &shirt, &body).faults()
    };

    assert_eq!(faults(json!({"option_values": {"size": "M"}})), ["/option_values duplicate-option-values"]);
    assert_eq!(
        faults(json!({"option_values": {"cut": "slim"}})),
        ["/option_values/cut unknown-option-value", "/option_values/size required"]
    );
    assert_eq!(
        faults(json!({"sku": "", "stock": -1, "id": "x"})),
        ["/id unknown-field", "/sku sku", "/sku too-short", "/stock too-small"]
    );
    assert_eq!(add(shop.client(), &admin, &shirt, &large("SHIRT-S")).problem(409), "sku-taken");
    let nothing = json!({"id": "0195c6a0-0000-7000-8000-000000000000"});
    assert_eq!(add(shop.client(), &admin, &nothing, &large("X")).problem(404), "not-found");
    assert_eq!(shop.client().get(&product_path(&shirt)).send().expect(200)["version"], 1);
    assert_eq!(events(&shop), Vec::<String>::new());
}

#[test]
fn a_product_has_room_for_250_variants() {
    let shop = Shop::open();
    let admin = shop.admin();
    let variant = |n: usize| json!({"sku": format!("V-{n}"), "price": {"amount": "1", "currency": "EUR"}});
    let body = json!({"title": "Pins", "variants": (0..249).map(variant).collect::<Vec<_>>()});
    let pins = shop.client().post("/products", &body).token(&admin.token).send().expect(201);

    add(shop.client(), &admin, &pins, &variant(249)).expect(201);
    let refused = add(shop.client(), &admin, &pins, &variant(250));

    assert_eq!(refused.faults(), [" too-many-items"]);
}

#[test]
fn of_many_who_add_the_same_variant_one_does() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let shirt = shirt(&shop, &admin);

    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        let sku = if number % 4 < 2 { "SHIRT-L".to_owned() } else { format!("SHIRT-L-{number}") };
        add(client, &admin, &shirt, &large(&sku))
    });

    assert_eq!(count(&answers, 201), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        match refused.status {
            409 => assert_eq!(refused.problem(409), "sku-taken"),
            _ => assert_eq!(refused.faults(), ["/option_values duplicate-option-values"]),
        }
    }
    assert_eq!(events(&shop), ["variant.created"]);
    shop.check();
}

#[test]
fn a_variant_added_with_a_key_is_added_once() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let shirt = shirt(&shop, &admin);
    let call = |client: &Client| {
        let path = format!("{}/variants", product_path(&shirt));
        client.post(&path, &large("SHIRT-L")).token(&admin.token).key("once").send()
    };

    let answers = at_once(8, |number| call(if number % 2 == 0 { shop.client() } else { &other.client }));

    let done: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert!(!done.is_empty() && done.iter().all(|answer| answer.body == done[0].body));
    assert!(
        answers.iter().all(|answer| answer.status == 201 || answer.problem(409) == "idempotency-in-progress")
    );
    assert_eq!(call(shop.client()).header("idempotency-replayed"), "true");
    assert_eq!(events(&shop), ["variant.created"]);
    shop.check();
}

#[test]
fn an_edit_moves_the_variant_and_its_product() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let small = path(&shirt, 0);
    let read = shop.client().get(&small).send().header("etag").to_owned();

    let patch = json!({"sku": "RED-S", "barcode": "4006381333931", "weight_grams": 180, "option_values": {"size": "L"}});
    let edited = edit(shop.client(), &admin, &small, &patch);

    let after = edited.expect(200);
    assert_eq!((&after["sku"], &after["title"]), (&json!("RED-S"), &json!("L")));
    assert_eq!((&after["weight_grams"], &after["version"]), (&json!(180), &json!(2)));
    let shown = shop.client().get(&small).send();
    assert_eq!((shown.expect(200), shown.header("etag")), (after, edited.header("etag")));
    let product = shop.client().get(&product_path(&shirt)).send().expect(200);
    assert_eq!((&product["version"], &product["variants"][1]["version"]), (&json!(2), &json!(1)));
    let late = shop.client().call("PATCH", &small).json(&json!({"sku": "X"})).token(&admin.token);
    assert_eq!(late.header("if-match", &read).send().problem(412), "version-mismatch");
    assert_eq!(edit(shop.client(), &admin, &small, &json!({"sku": "SHIRT-M"})).problem(409), "sku-taken");
    assert_eq!(
        edit(
            shop.client(),
            &admin,
            &small,
            &json!({"sku": null, "price": "1", "option_values": {"size": null}})
        )
        .faults(),
        ["/price unknown-field", "/sku type"]
    );
    assert_eq!(
        edit(shop.client(), &admin, &small, &json!({"option_values": {"size": "M"}})).faults(),
        ["/option_values duplicate-option-values"]
    );
    let cleared = edit(shop.client(), &admin, &small, &json!({"barcode": null, "title": "Tiny"})).expect(200);
    assert_eq!((&cleared["barcode"], &cleared["title"]), (&Value::Null, &json!("Tiny")));
    assert_eq!(edit(shop.client(), &admin, &small, &json!({"title": null})).expect(200)["title"], "L");
    assert_eq!(events(&shop), ["variant.updated"; 3]);
    shop.check();
}

#[test]
fn an_edit_of_a_variant_shows_within_a_second_elsewhere() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let other = shop.another_server();
    let skus = |client: &Client| {
        let product = client.get(&product_path(&shirt)).send().expect(200);
        product["variants"]
            .as_array()
            .unwrap()
            .iter()
            .map(|variant| variant["sku"].clone())
            .collect::<Vec<_>>()
    };
    for sku in ["A", "B", "C"] {
        skus(&other.client);
        edit(shop.client(), &admin, &path(&shirt, 0), &json!({"sku": sku})).expect(200);
        assert_eq!(skus(shop.client()), [sku, "SHIRT-M"]);
        std::thread::sleep(Duration::from_secs(1));
        assert_eq!(skus(&other.client), [sku, "SHIRT-M"]);
    }
}

#[test]
fn backorder_is_switched_on_and_off_amid_sales() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let small = path(&shirt, 0);
    let buy =
        |quantity| shop.client().post("/orders", &lines(&[("SHIRT-S", quantity)])).token(&admin.token).send();
    assert_eq!(buy(6).problem(409), "insufficient-stock");

    assert_eq!(
        edit(shop.client(), &admin, &small, &json!({"backorder": true})).expect(200)["backorder"],
        true
    );
    buy(7).expect(201);
    let off = edit(shop.client(), &admin, &small, &json!({"backorder": false})).expect(200);

    assert_eq!(
        (&off["available"], &off["backorder"], &off["in_stock"]),
        (&json!(-2), &json!(false), &json!(false))
    );
    assert_eq!(buy(1).problem(409), "insufficient-stock");
    let same = edit(shop.client(), &admin, &small, &json!({"backorder": false})).expect(200);
    assert_eq!(same["version"], 3);
    shop.check();
}

#[test]
fn the_last_variant_stays() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let (small, medium) = (path(&shirt, 0), path(&shirt, 1));

    assert_eq!(delete(shop.client(), &admin, &medium).status, 204);
    assert_eq!(delete(shop.client(), &admin, &medium).problem(404), "not-found");
    assert_eq!(shop.client().get(&medium).send().problem(404), "not-found");
    assert_eq!(edit(shop.client(), &admin, &medium, &json!({"sku": "X"})).problem(404), "not-found");
    assert_eq!(delete(shop.client(), &admin, &small).problem(409), "last-variant");
    assert_eq!(shop.client().get(&product_path(&shirt)).send().expect(200)["version"], 2);
    let again = json!({"sku": "SHIRT-M", "option_values": {"size": "M"}, "price": {"amount": "1", "currency": "EUR"}});
    add(shop.client(), &admin, &shirt, &again).expect(201);
    assert_eq!(events(&shop), ["variant.deleted", "variant.created"]);
    shop.check();
}

#[test]
fn of_two_who_delete_the_last_two_variants_one_does() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    for round in 0..10 {
        let variant =
            |n: usize| json!({"sku": format!("V-{round}-{n}"), "price": {"amount": "1", "currency": "EUR"}});
        let body = json!({"title": format!("Pins {round}"), "variants": [variant(0), variant(1)]});
        let pins = shop.client().post("/products", &body).token(&admin.token).send().expect(201);

        let answers = at_once(2, |number| match number {
            0 => delete(shop.client(), &admin, &path(&pins, 0)),
            _ => delete(&other.client, &admin, &path(&pins, 1)),
        });

        assert_eq!((count(&answers, 204), count(&answers, 409)), (1, 1));
        let refused = answers.iter().find(|answer| answer.status == 409).unwrap();
        assert_eq!(refused.problem(409), "last-variant");
    }
    shop.check();
}

#[test]
fn an_order_that_races_the_deletion_of_its_variant_is_whole_or_refused() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    for round in 0..10 {
        let variant = |n: usize| json!({"sku": format!("V-{round}-{n}"), "price": {"amount": "1", "currency": "EUR"}, "stock": 9});
        let body = json!({"title": format!("Pins {round}"), "variants": [variant(0), variant(1)]});
        let pins = shop.client().post("/products", &body).token(&admin.token).send().expect(201);

        let answers = at_once(6, |number| match number {
            0 => delete(shop.client(), &admin, &path(&pins, 0)),
            _ => {
                let body = lines(&[(&format!("V-{round}-0"), 1), (&format!("V-{round}-1"), 1)]);
                other.client.post("/orders", &body).token(&admin.token).send()
            }
        });

        assert_eq!(answers[0].status, 204);
        for order in answers.iter().skip(1).filter(|answer| answer.status != 201) {
            assert_eq!(order.problem(409), "insufficient-stock");
        }
    }
    shop.check();
}

#[test]
fn a_draft_s_variant_is_not_for_the_public() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let small = path(&shirt, 0);
    shop.client()
        .call("PATCH", &product_path(&shirt))
        .json(&json!({"status": "draft"}))
        .token(&admin.token)
        .send()
        .expect(200);

    assert_eq!(shop.client().get(&small).send().problem(404), "not-found");
    assert_eq!(shop.client().get(&small).token(&admin.token).send().header("cache-control"), "no-store");
    let customer = shop.customer();
    assert_eq!(edit(shop.client(), &customer, &small, &json!({"sku": "X"})).problem(403), "forbidden");
    assert_eq!(delete(shop.client(), &customer, &small).problem(403), "forbidden");
    assert_eq!(add(shop.client(), &customer, &shirt, &large("X")).problem(403), "forbidden");
}
