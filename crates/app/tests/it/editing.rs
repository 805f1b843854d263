//! Editing, deleting and restoring products.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::{
    shop::{Person, Shop, at_once, count, lines, variant},
    wire::{Answer, Client},
};

fn path(product: &Value) -> String {
    format!("/products/{}", product["id"].as_str().unwrap())
}

fn edit(client: &Client, admin: &Person, product: &Value, patch: &Value) -> Answer {
    client.call("PATCH", &path(product)).json(patch).token(&admin.token).send()
}

fn delete(client: &Client, admin: &Person, product: &Value) -> Answer {
    client.call("DELETE", &path(product)).token(&admin.token).send()
}

fn restore(client: &Client, admin: &Person, product: &Value) -> Answer {
    client.call("POST", &format!("{}/restore", path(product))).token(&admin.token).send()
}

/// In the sizes S and M, with attributes and a tag.
fn shirt(shop: &Shop, admin: &Person) -> Value {
    let body = json!({
        "title": "Linen shirt", "description": "Cool.", "tags": ["summer"],
        "attributes": {"material": "linen", "fit": "wide"}, "options": [{"name": "size", "values": ["S", "M"]}],
        "variants": [
            {"sku": "SHIRT-S", "option_values": {"size": "S"}, "price": {"amount": "39.90", "currency": "EUR"}, "stock": 5},
            {"sku": "SHIRT-M", "option_values": {"size": "M"}, "price": {"amount": "39.90", "currency": "EUR"}}]});
    shop.client().post("/products", &body).token(&admin.token).send().expect(201)
}

/// The events about this product, oldest first, as `type version`.
fn events(shop: &Shop, product: &Value) -> Vec<String> {
    let id = product["id"].as_str().unwrap();
    shop.query(&format!(
        "SELECT type || ' ' || aggregate_version FROM events WHERE aggregate_id = '{id}' ORDER BY sequence"
    ))
}

#[test]
fn a_product_is_edited_by_a_merge_patch() {
    let shop = Shop::open();
    shop.admin();
    let admin = shop.staff("catalog_manager");
    let before = shirt(&shop, &admin);

    let patch = json!({"title": "Hemp shirt", "description": null, "tags": ["summer", "hemp"],
        "attributes": {"material": "hemp", "fit": null, "care": "40 °C"},
        "images": [{"url": "https://example.com/a.jpg"}], "status": "archived"});
    let edited = edit(shop.client(), &admin, &before, &patch);

    let after = edited.expect(200);
    assert_eq!((&after["title"], &after["slug"]), (&json!("Hemp shirt"), &json!("linen-shirt")));
    assert_eq!((&after["description"], &after["status"]), (&Value::Null, &json!("archived")));
    assert_eq!(after["attributes"], json!({"care": "40 °C", "material": "hemp"}));
    assert_eq!(after["images"], json!([{"url": "https://example.com/a.jpg", "alt": null}]));
    assert_eq!((&after["variants"], &after["options"]), (&before["variants"], &before["options"]));
    assert_eq!((&after["version"], &after["created_at"]), (&json!(2), &before["created_at"]));
    assert_ne!(after["updated_at"], before["updated_at"]);
    assert_eq!(
        shop.client().get(&path(&before)).send().problem(404),
        "not-found",
        "archived: not for the public"
    );
    let shown = shop.client().get(&path(&before)).token(&admin.token).send();
    assert_eq!((shown.expect(200), shown.header("etag")), (after, edited.header("etag")));
    assert_eq!(events(&shop, &before), ["product.created 1", "product.updated 2"]);
    let data: Vec<String> = shop.query("SELECT data ->> 'fields' FROM events WHERE type = 'product.updated'");
    assert_eq!(data, [r#"["title", "description", "status", "tags", "attributes", "images"]"#]);
    shop.check();
}

#[test]
fn what_a_product_can_not_become_is_named_whole() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let faults = |patch: Value| edit(shop.client(), &admin, &shirt, &patch).faults();

    assert_eq!(
        faults(
            json!({"title": null, "slug": "A B", "status": "sold", "tags": ["a", "a"], "price": "1", "version": 2,
            "attributes": {"x": 1}, "images": [{"url": "javascript:alert(1)"}]})
        ),
        [
            "/attributes/x type",
            "/images/0/url image-address",
            "/price unknown-field",
            "/slug slug",
            "/status not-allowed",
            "/tags duplicate-items",
            "/title type",
            "/version unknown-field"
        ]
    );
    assert_eq!(
        faults(json!({"category_id": "0195c6a0-0000-7000-8000-000000000000"})),
        ["/category_id unknown-category"]
    );
    assert_eq!(
        faults(json!({"options": [{"name": "size", "values": ["S"]}]})),
        ["/options/0/values option-value-in-use"]
    );
    assert_eq!(faults(json!({"options": null})), ["/options duplicate-option-values"]);
    assert_eq!(
        faults(json!({"options": [{"name": "size", "values": ["S", "M", "M"]}]})),
        ["/options/0/values/2 duplicate-option-value"]
    );
    let many: serde_json::Map<String, Value> = (0..99).map(|n| (format!("a{n}"), json!("x"))).collect();
    assert_eq!(faults(json!({"attributes": many})), ["/attributes too-many-items"]);
    let text = shop.client().call("PATCH", &path(&shirt)).token(&admin.token).body("text/plain", "{}").send();
    assert_eq!(text.problem(415), "unsupported-media-type");
    assert_eq!(shop.client().get(&path(&shirt)).send().expect(200)["version"], 1);
    assert_eq!(events(&shop, &shirt), ["product.created 1"]);
}

#[test]
fn renamed_options_take_the_variants_along() {
    let shop = Shop::open();
    let admin = shop.admin();
    let before = shirt(&shop, &admin);

    let patch = json!({"options": [{"name": "Größe", "values": ["Small", "M", "L"]}, {"name": "cut", "values": ["wide"]}]});
    let after = edit(shop.client(), &admin, &before, &patch).expect(200);

    assert_eq!(after["variants"][0]["option_values"], json!({"Größe": "Small", "cut": "wide"}));
    assert_eq!(after["variants"][0]["title"], "Small / wide");
    assert_eq!(after["variants"][1]["option_values"], json!({"Größe": "M", "cut": "wide"}));
    assert_eq!((&after["version"], &after["variants"][1]["version"]), (&json!(2), &json!(2)));
    shop.check();
}

#[test]
fn an_edit_is_made_in_the_version_that_was_read() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = shop.product(&admin, "MUG", "1.00", 9);
    let read =
        shop.client().get(&path(&mug)).header("accept-encoding", "gzip").send().header("etag").to_owned();
    shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&admin.token).send().expect(201);
    let patch = |tag: &str, title: &str| {
        let call =
            shop.client().call("PATCH", &path(&mug)).json(&json!({"title": title})).token(&admin.token);
        call.header("if-match", tag).send()
    };

    assert_eq!(patch(&read, "A").expect(200)["version"], 2, "a sale breaks no editor's tab");
    assert_eq!(patch(&read, "B").problem(412), "version-mismatch");
    assert_eq!(patch("\"1.x\", \"2.y-br\"", "C").expect(200)["version"], 3);
    assert_eq!(patch("*", "D").expect(200)["version"], 4);
    assert_eq!(patch("W/\"4.x\"", "E").problem(412), "version-mismatch");
    assert_eq!(patch("4", "F").faults(), ["If-Match malformed"]);
    let gone = shop.client().call("DELETE", &path(&mug)).token(&admin.token);
    assert_eq!(gone.clone().header("if-match", "\"1.x\"").send().problem(412), "version-mismatch");
    assert_eq!(gone.header("if-match", "\"4.x\"").send().status, 204);
    assert_eq!(patch("\"1.x\"", "G").problem(404), "not-found", "what is 404 anyway is no 412");
    shop.check();
}

#[test]
fn of_many_edits_in_one_version_one_is_made_and_without_one_all_are() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let mug = shop.product(&admin, "MUG", "1.00", 9);
    let etag = shop.client().get(&path(&mug)).send().header("etag").to_owned();
    let edit = |number: usize, tag: &str| {
        let client = if number.is_multiple_of(2) { shop.client() } else { &other.client };
        let patch = json!({"attributes": {format!("a{number}"): "x"}});
        client.call("PATCH", &path(&mug)).json(&patch).token(&admin.token).header("if-match", tag).send()
    };

    let answers = at_once(20, |number| edit(number, &etag));
    assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 19));
    let shown = shop.client().get(&path(&mug)).token(&admin.token).send().expect(200);
    assert_eq!((&shown["version"], shown["attributes"].as_object().unwrap().len()), (&json!(2), 1));

    let answers = at_once(20, |number| edit(number, "*"));
    assert_eq!(count(&answers, 200), 20);
    let shown = shop.client().get(&path(&mug)).token(&admin.token).send().expect(200);
    assert_eq!(shown["attributes"].as_object().unwrap().len(), 20, "none was lost");
    let versions: BTreeSet<i32> = shop
        .query("SELECT aggregate_version FROM events WHERE type = 'product.updated'")
        .into_iter()
        .collect();
    assert_eq!(versions.len(), usize::try_from(shown["version"].as_i64().unwrap() - 1).unwrap());
    let sorted: Vec<bool> = shop.query(
        "SELECT bool_and(aggregate_version >= before) FROM (SELECT aggregate_version, lag(aggregate_version, 1, 0)
        OVER (ORDER BY sequence) AS before FROM events WHERE aggregate_type = 'product') AS log",
    );
    assert_eq!(sorted, [true]);
    shop.check();
}

#[test]
fn an_edit_shows_at_once_here_and_within_a_second_elsewhere() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = shop.product(&admin, "MUG", "1.00", 9);
    let other = shop.another_server();
    let see = |client: &Client| client.get(&path(&mug)).send();
    for title in ["A", "B", "C"] {
        let before = see(&other.client);
        see(shop.client()).expect(200);
        edit(shop.client(), &admin, &mug, &json!({"title": title})).expect(200);
        let here = see(shop.client());
        assert_eq!(here.expect(200)["title"], title);
        assert_ne!(here.header("etag"), before.header("etag"));
        std::thread::sleep(Duration::from_secs(1));
        assert_eq!(see(&other.client).json(), here.json());
    }
    assert_eq!(delete(shop.client(), &admin, &mug).status, 204);
    assert_eq!(see(shop.client()).status, 404);
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(see(&other.client).status, 404);
}

#[test]
fn a_deleted_product_is_gone_and_comes_back_as_it_was() {
    let shop = Shop::open();
    let admin = shop.admin();
    let before = shirt(&shop, &admin);
    let small = before["variants"][0]["id"].as_str().unwrap().to_owned();
    shop.client().post("/orders", &lines(&[("SHIRT-S", 2)])).token(&admin.token).send().expect(201);
    let before = shop.client().get(&path(&before)).send().expect(200);

    assert_eq!(delete(shop.client(), &admin, &before).status, 204);

    for who in [None, Some(&admin.token)] {
        let with = |call: crate::wire::Call| who.iter().fold(call, |call, token| call.token(token));
        assert_eq!(with(shop.client().get(&path(&before))).send().problem(404), "not-found");
        assert_eq!(with(shop.client().get(&format!("/variants/{small}"))).send().problem(404), "not-found");
        assert_eq!(with(shop.client().get("/products")).send().expect(200)["data"], json!([]));
    }
    assert_eq!(delete(shop.client(), &admin, &before).problem(404), "not-found");
    assert_eq!(edit(shop.client(), &admin, &before, &json!({"title": "X"})).problem(404), "not-found");
    let order = shop.client().post("/orders", &lines(&[("SHIRT-S", 1)])).token(&admin.token).send();
    assert_eq!(order.problem(409), "insufficient-stock");
    assert_eq!(order.json()["lines"][0]["available"], 0);

    let restored = restore(shop.client(), &admin, &before).expect(200);

    let as_it_was = |product: &Value| {
        let mut product = product.clone();
        for moved in ["version", "updated_at"] {
            product.as_object_mut().unwrap().remove(moved);
        }
        product
    };
    assert_eq!(as_it_was(&restored), as_it_was(&before));
    assert_eq!(restored["version"], 3);
    assert_eq!(shop.client().get(&path(&before)).send().expect(200), restored);
    assert_eq!(restore(shop.client(), &admin, &before).expect(200), restored, "it is there already");
    assert_eq!(events(&shop, &before), ["product.created 1", "product.deleted 2", "product.restored 3"]);
    let unknown = json!({"id": "0195c6a0-0000-7000-8000-000000000000"});
    assert_eq!(restore(shop.client(), &admin, &unknown).problem(404), "not-found");
    shop.check();
}

#[test]
fn an_order_keeps_what_it_was_placed_with() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let order =
        shop.client().post("/orders", &lines(&[("SHIRT-S", 2)])).token(&admin.token).send().expect(201);
    let variant = format!("/variants/{}", shirt["variants"][0]["id"].as_str().unwrap());

    edit(shop.client(), &admin, &shirt, &json!({"title": "Hemp shirt"})).expect(200);
    let patch = json!({"sku": "HEMP-S", "title": "Small"});
    shop.client().call("PATCH", &variant).json(&patch).token(&admin.token).send().expect(200);
    let see = || {
        let path = format!("/orders/{}", order["id"].as_str().unwrap());
        shop.client().get(&path).token(&admin.token).send().expect(200)
    };
    assert_eq!(see(), order);
    let next = shop.client().post("/orders", &lines(&[("HEMP-S", 1)])).token(&admin.token).send().expect(201);
    assert_eq!(next["lines"][0]["title"], "Hemp shirt – Small");
    assert_eq!(delete(shop.client(), &admin, &shirt).status, 204);

    assert_eq!(see(), order);
    shop.check();
}

#[test]
fn what_a_deleted_product_was_called_is_free_and_may_be_taken() {
    let shop = Shop::open();
    let admin = shop.admin();
    let first = shop.product(&admin, "MUG", "1.00", 1);
    assert_eq!(delete(shop.client(), &admin, &first).status, 204);
    let second = shop.product(&admin, "MUG", "2.00", 1);

    assert_eq!(restore(shop.client(), &admin, &first).problem(409), "slug-taken");
    edit(shop.client(), &admin, &second, &json!({"slug": "another-mug"})).expect(200);
    let refused = restore(shop.client(), &admin, &first);
    assert_eq!(refused.problem(409), "sku-taken");
    assert!(refused.json()["detail"].as_str().unwrap().contains("MUG"));
    assert_eq!(
        edit(shop.client(), &admin, &second, &json!({"slug": "product-mug"})).expect(200)["version"],
        3
    );
    let third = shop.product(&admin, "CUP", "2.00", 1);
    assert_eq!(
        edit(shop.client(), &admin, &third, &json!({"slug": "product-mug"})).problem(409),
        "slug-taken"
    );
    assert_eq!(events(&shop, &first), ["product.created 1", "product.deleted 2"]);
    shop.check();
}

#[test]
fn of_a_restore_and_a_new_product_with_its_names_one_wins() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    for round in 0..10 {
        let sku = format!("MUG-{round}");
        let first = shop.product(&admin, &sku, "1.00", 1);
        assert_eq!(delete(shop.client(), &admin, &first).status, 204);
        let body = if round % 2 == 0 {
            json!({"title": format!("Product {sku}"), "variants": [variant(&format!("OTHER-{round}"))]})
        } else {
            json!({"title": format!("Other {round}"), "variants": [variant(&sku)]})
        };

        let answers = at_once(2, |number| match number {
            0 => restore(shop.client(), &admin, &first),
            _ => other.client.post("/products", &body).token(&admin.token).send(),
        });

        match (answers[0].status, answers[1].status) {
            (200, 409) | (409, 201) => {}
            other => panic!("{other:?}"),
        }
    }
    shop.check();
}

#[test]
fn many_who_delete_or_restore_do_it_once() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let shirt = shirt(&shop, &admin);
    let client = |number: usize| if number.is_multiple_of(2) { shop.client() } else { &other.client };

    let answers = at_once(20, |number| delete(client(number), &admin, &shirt));
    assert_eq!((count(&answers, 204), count(&answers, 404)), (1, 19));
    let answers = at_once(20, |number| restore(client(number), &admin, &shirt));
    assert_eq!(count(&answers, 200), 20);

    assert_eq!(events(&shop, &shirt), ["product.created 1", "product.deleted 2", "product.restored 3"]);
    shop.check();
}

#[test]
fn a_variant_that_was_deleted_before_its_product_stays_deleted() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirt = shirt(&shop, &admin);
    let medium = format!("/variants/{}", shirt["variants"][1]["id"].as_str().unwrap());
    assert_eq!(shop.client().call("DELETE", &medium).token(&admin.token).send().status, 204);
    assert_eq!(delete(shop.client(), &admin, &shirt).status, 204);

    let restored = restore(shop.client(), &admin, &shirt).expect(200);

    assert_eq!(restored["variants"].as_array().unwrap().len(), 1);
    assert_eq!(shop.client().get(&medium).send().problem(404), "not-found");
    shop.check();
}

#[test]
fn a_restore_with_a_key_is_answered_the_same_again() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = shop.product(&admin, "MUG", "1.00", 1);
    let call = |key: &str| {
        shop.client().call("POST", &format!("{}/restore", path(&mug))).token(&admin.token).key(key).send()
    };
    let idle = call("idle");
    assert_eq!(idle.expect(200)["version"], 1, "it was not deleted");
    assert_eq!(delete(shop.client(), &admin, &mug).status, 204);

    let first = call("back");
    assert_eq!(first.expect(200)["version"], 3);
    edit(shop.client(), &admin, &mug, &json!({"title": "Cup"})).expect(200);

    for (key, earlier) in [("back", &first), ("idle", &idle)] {
        let again = call(key);
        assert_eq!((again.header("idempotency-replayed"), again.status), ("true", 200));
        assert_eq!((&again.body, again.header("etag")), (&earlier.body, earlier.header("etag")));
    }
    assert_eq!(events(&shop, &mug).len(), 4);
    shop.check();
}

#[test]
fn an_order_that_races_the_deletion_is_whole_or_refused() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    for round in 0..10 {
        let sku = format!("MUG-{round}");
        let mug = shop.product(&admin, &sku, "1.00", 10);
        let answers = at_once(6, |number| match number {
            0 => delete(shop.client(), &admin, &mug),
            _ => other.client.post("/orders", &lines(&[(&sku, 1)])).token(&admin.token).send(),
        });
        assert_eq!(answers[0].status, 204);
        for order in answers.iter().skip(1).filter(|answer| answer.status != 201) {
            assert_eq!(order.problem(409), "insufficient-stock");
        }
    }
    shop.check();
}

#[test]
fn only_those_who_keep_the_catalog_change_products() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = shop.product(&admin, "MUG", "1.00", 1);
    for role in ["customer", "support", "order_manager"] {
        let person = shop.staff(role);
        assert_eq!(edit(shop.client(), &person, &mug, &json!({"title": "Mine"})).problem(403), "forbidden");
        assert_eq!(delete(shop.client(), &person, &mug).problem(403), "forbidden");
        assert_eq!(restore(shop.client(), &person, &mug).problem(403), "forbidden");
    }
    assert_eq!(shop.client().call("DELETE", &path(&mug)).send().problem(401), "unauthenticated");
    assert_eq!(events(&shop, &mug), ["product.created 1"]);
}
