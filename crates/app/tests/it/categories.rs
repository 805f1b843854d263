//! Editing, moving and deleting categories.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    shop::{Person, Shop, at_once, count, variant},
    wire::{Answer, Client},
};

fn make(client: &Client, admin: &Person, name: &str, parent: &Value) -> Value {
    let body = json!({"name": name, "parent_id": parent});
    client.post("/categories", &body).token(&admin.token).send().expect(201)
}

fn path(category: &Value) -> String {
    format!("/categories/{}", category["id"].as_str().unwrap())
}

fn edit(client: &Client, admin: &Person, category: &Value, patch: &Value) -> Answer {
    client.call("PATCH", &path(category)).json(patch).token(&admin.token).send()
}

fn delete(client: &Client, admin: &Person, category: &Value) -> Answer {
    client.call("DELETE", &path(category)).token(&admin.token).send()
}

/// How many events of each type there are about categories, those of their making aside.
fn events(shop: &Shop) -> BTreeMap<String, usize> {
    let types: Vec<String> = shop.query(
        "SELECT type FROM events WHERE aggregate_type = 'category' AND type <> 'category.created' ORDER BY sequence",
    );
    let mut counts = BTreeMap::new();
    for name in types {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[test]
fn a_category_is_edited_by_a_merge_patch_in_its_version() {
    let shop = Shop::open();
    shop.admin();
    let admin = shop.staff("catalog_manager");
    let shirts = make(shop.client(), &admin, "Shirts", &Value::Null);
    let read = shop.client().get(&path(&shirts)).send();

    let patch = shop.client().call("PATCH", &path(&shirts)).token(&admin.token);
    let edited = patch
        .clone()
        .header("if-match", read.header("etag"))
        .body("application/merge-patch+json", r#"{"name":"Tops","position":20}"#)
        .send();

    let tops = edited.expect(200);
    assert_eq!(tops["name"], "Tops");
    assert_eq!(
        (&tops["slug"], &tops["position"], &tops["version"]),
        (&json!("shirts"), &json!(20), &json!(2))
    );
    let shown = shop.client().get(&path(&shirts)).send();
    assert_eq!((shown.expect(200), shown.header("etag")), (tops, edited.header("etag")));
    let late = patch.clone().header("if-match", read.header("etag")).json(&json!({"name": "Late"})).send();
    assert_eq!(late.problem(412), "version-mismatch");
    let same = patch.clone().json(&json!({"name": "Tops"})).send().expect(200);
    assert_eq!(same["version"], 2, "nothing has changed");
    let faults =
        patch.json(&json!({"name": null, "position": -1, "version": 9, "slug": "A B"})).send().faults();
    assert_eq!(faults, ["/name type", "/position too-small", "/slug slug", "/version unknown-field"]);
    assert_eq!(events(&shop), BTreeMap::from([("category.updated".to_owned(), 1)]));
    let data: Vec<String> = shop.query("SELECT data::text FROM events WHERE type = 'category.updated'");
    assert_eq!(data, [r#"{"fields": ["name", "position"], "position": 20}"#]);
    shop.check();
}

#[test]
fn a_category_moves_with_all_that_is_below_it() {
    let shop = Shop::open();
    let admin = shop.admin();
    let clothes = make(shop.client(), &admin, "Clothes", &Value::Null);
    let shirts = make(shop.client(), &admin, "Shirts", &clothes["id"]);
    let linen = make(shop.client(), &admin, "Linen", &shirts["id"]);
    let sale = make(shop.client(), &admin, "Sale", &Value::Null);

    let moved = edit(shop.client(), &admin, &shirts, &json!({"parent_id": sale["id"]})).expect(200);

    assert_eq!((&moved["parent_id"], &moved["children"][0]["id"]), (&sale["id"], &linen["id"]));
    for below in [&sale, &linen] {
        let refused = edit(shop.client(), &admin, &sale, &json!({"parent_id": below["id"]}));
        assert_eq!(refused.problem(409), "category-cycle");
    }
    let nowhere =
        edit(shop.client(), &admin, &sale, &json!({"parent_id": "0195c6a0-0000-7000-8000-000000000000"}));
    assert_eq!(nowhere.faults(), ["/parent_id unknown-category"]);
    let top = edit(shop.client(), &admin, &shirts, &json!({"parent_id": null})).expect(200);
    assert_eq!((&top["parent_id"], &top["version"]), (&Value::Null, &json!(3)));
    assert_eq!(events(&shop), BTreeMap::from([("category.moved".to_owned(), 2)]));
    shop.check();
}

#[test]
fn sisters_stand_by_position_and_then_by_name() {
    let shop = Shop::open();
    let admin = shop.admin();
    let made: Vec<_> =
        ["C", "A", "B"].map(|name| make(shop.client(), &admin, name, &Value::Null)).into_iter().collect();
    let order = || {
        let answer = shop.client().get("/categories").send();
        let tree = answer.expect(200);
        let names: Vec<_> = tree["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["name"].as_str().unwrap().to_owned())
            .collect();
        (names.concat(), answer.header("etag").to_owned())
    };
    let (names, etag) = order();
    assert_eq!(names, "ABC");
    let unchanged = shop.client().get("/categories").header("if-none-match", &etag).send();
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));

    for (category, position) in made.iter().zip([10, 20, 30]) {
        edit(shop.client(), &admin, category, &json!({"position": position})).expect(200);
    }
    assert_eq!(order().0, "CAB");
    edit(shop.client(), &admin, &made[2], &json!({"position": 15})).expect(200);

    assert_eq!(order().0, "CBA", "between the two, and neither was touched");
    let versions: Vec<i32> = shop.query("SELECT version FROM categories ORDER BY name");
    assert_eq!(versions, [2, 3, 2]);
    let changed = shop.client().get("/categories").header("if-none-match", &etag).send();
    assert_eq!(changed.status, 200);
}

#[test]
fn two_who_move_each_below_the_other_make_no_cycle() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    for round in 0..10 {
        let a = make(shop.client(), &admin, &format!("A {round}"), &Value::Null);
        let b = make(shop.client(), &admin, &format!("B {round}"), &Value::Null);

        let answers = at_once(2, |number| match number {
            0 => edit(shop.client(), &admin, &a, &json!({"parent_id": b["id"]})),
            _ => edit(&other.client, &admin, &b, &json!({"parent_id": a["id"]})),
        });

        assert_eq!((count(&answers, 200), count(&answers, 409)), (1, 1));
        let refused = answers.iter().find(|answer| answer.status == 409).unwrap();
        assert_eq!(refused.problem(409), "category-cycle");
    }
    assert_eq!(events(&shop), BTreeMap::from([("category.moved".to_owned(), 10)]));
    shop.check();
}

#[test]
fn what_is_in_use_is_not_deleted() {
    let shop = Shop::open();
    let admin = shop.admin();
    let clothes = make(shop.client(), &admin, "Clothes", &Value::Null);
    let shirts = make(shop.client(), &admin, "Shirts", &clothes["id"]);
    let body =
        json!({"title": "Shirt", "status": "draft", "category_id": shirts["id"], "variants": [variant("S")]});
    let product = shop.client().post("/products", &body).token(&admin.token).send().expect(201);
    let product = format!("/products/{}", product["id"].as_str().unwrap());

    for category in [&clothes, &shirts] {
        assert_eq!(delete(shop.client(), &admin, category).problem(409), "category-in-use");
    }
    assert_eq!(shop.client().call("DELETE", &product).token(&admin.token).send().status, 204);

    let wrong =
        shop.client().call("DELETE", &path(&shirts)).header("if-match", "\"9.x\"").token(&admin.token);
    assert_eq!(wrong.send().problem(412), "version-mismatch");
    assert_eq!(delete(shop.client(), &admin, &shirts).status, 204, "a deleted product does not hold it back");
    assert_eq!(delete(shop.client(), &admin, &shirts).problem(404), "not-found");
    assert_eq!(delete(shop.client(), &admin, &clothes).status, 204);
    assert_eq!(shop.client().get("/categories").send().expect(200)["data"], json!([]));
    let restored = shop.client().post(&format!("{product}/restore"), &json!({})).token(&admin.token).send();
    assert_eq!(restored.expect(200)["category_id"], Value::Null);
    assert_eq!(events(&shop), BTreeMap::from([("category.deleted".to_owned(), 2)]));
    shop.check();
}

#[test]
fn a_category_that_goes_while_something_comes_is_either_gone_or_in_use() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let mut deleted = 0;
    for round in 0..20 {
        let category = make(shop.client(), &admin, &format!("Shirts {round}"), &Value::Null);
        let child = make(shop.client(), &admin, &format!("Linen {round}"), &Value::Null);
        let product = shop.product(&admin, &format!("P-{round}"), "1.00", 1);

        let answers = at_once(2, |number| match number {
            0 => delete(shop.client(), &admin, &category),
            _ if round % 3 == 0 => {
                let body = json!({"title": format!("Shirt {round}"), "category_id": category["id"],
                    "variants": [variant(&format!("SHIRT-{round}"))]});
                other.client.post("/products", &body).token(&admin.token).send()
            }
            _ if round % 3 == 1 => edit(&other.client, &admin, &child, &json!({"parent_id": category["id"]})),
            _ => {
                let path = format!("/products/{}", product["id"].as_str().unwrap());
                let patch = json!({"category_id": category["id"]});
                other.client.call("PATCH", &path).json(&patch).token(&admin.token).send()
            }
        });

        match (answers[0].status, answers[1].status) {
            (204, 422) => deleted += 1,
            (409, 200 | 201) => assert_eq!(answers[0].problem(409), "category-in-use"),
            other => panic!("round {round}: {other:?} {answers:?}"),
        }
    }
    let gone: Vec<i64> = shop.query("SELECT count(*) FROM events WHERE type = 'category.deleted'");
    assert_eq!(gone, [deleted]);
    shop.check();
}

#[test]
fn of_many_edits_in_one_version_one_is_made() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let shirts = make(shop.client(), &admin, "Shirts", &Value::Null);
    let etag = shop.client().get(&path(&shirts)).send().header("etag").to_owned();

    let answers = at_once(20, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        let patch = json!({"name": format!("Shirts {number}")});
        client.call("PATCH", &path(&shirts)).json(&patch).token(&admin.token).header("if-match", &etag).send()
    });

    assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 19));
    assert_eq!(shop.client().get(&path(&shirts)).send().expect(200)["version"], 2);
    assert_eq!(events(&shop), BTreeMap::from([("category.updated".to_owned(), 1)]));
}

#[test]
fn only_those_who_keep_the_catalog_change_categories() {
    let shop = Shop::open();
    let admin = shop.admin();
    let shirts = make(shop.client(), &admin, "Shirts", &Value::Null);
    for role in ["customer", "support", "order_manager"] {
        let person = shop.staff(role);
        assert_eq!(edit(shop.client(), &person, &shirts, &json!({"name": "Mine"})).problem(403), "forbidden");
        assert_eq!(delete(shop.client(), &person, &shirts).problem(403), "forbidden");
    }
    assert_eq!(shop.client().call("DELETE", &path(&shirts)).send().problem(401), "unauthenticated");
    assert_eq!(shop.client().get(&path(&shirts)).send().expect(200)["version"], 1);
}
