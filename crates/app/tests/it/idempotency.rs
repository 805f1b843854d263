//! One key, one effect: repeated, raced, changed.

use serde_json::json;

use crate::shop::{Shop, at_once, count, lines, variant};

const KEY: &str = "b1946ac9-2ec1-4dd3-a1b8-c4ef5d4d5d5d";

#[test]
fn a_repeated_order_gets_the_first_answer_byte_for_byte() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = shop.customer();
    let place = || shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).key(KEY).send();

    let first = place();
    first.expect(201);
    shop.execute("UPDATE stock_levels SET on_hand = on_hand WHERE false");
    let again = place();

    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    for header in ["location", "etag", "content-type"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [1]);
    shop.check();
}

#[test]
fn identical_orders_at_once_have_one_effect() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 100);
    let ada = shop.customer();
    let other = shop.another_server();

    let answers = at_once(40, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        client.post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).key(KEY).send()
    });

    for answer in &answers {
        match answer.status {
            201 => {}
            _ => {
                assert_eq!(answer.problem(409), "idempotency-in-progress");
                assert!(!answer.header("retry-after").is_empty());
            }
        }
    }
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert!(made.iter().all(|answer| answer.body == made[0].body));
    assert_eq!(made.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [1]);
    assert_eq!(shop.query::<i64>("SELECT sum(reserved) FROM stock_levels"), [1]);
    shop.check();
}

#[test]
fn another_body_with_the_same_key_is_refused() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = shop.customer();
    let place =
        |quantity| shop.client().post("/orders", &lines(&[("MUG", quantity)])).token(&ada.token).key(KEY);

    place(1).send().expect(201);
    assert_eq!(place(2).send().problem(422), "idempotency-key-reused");
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM orders"), [1]);
}

#[test]
fn a_refused_call_does_not_use_its_key_up() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 1);
    let ada = shop.customer();
    let place =
        |quantity| shop.client().post("/orders", &lines(&[("MUG", quantity)])).token(&ada.token).key(KEY);

    assert_eq!(place(2).send().problem(409), "insufficient-stock");
    place(1).send().expect(201);
}

#[test]
fn keys_of_different_callers_do_not_meet() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    for person in [shop.customer(), shop.customer()] {
        let answer =
            shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&person.token).key(KEY).send();
        assert_eq!(answer.expect(201)["customer_id"], person.id.as_str());
    }
}

#[test]
fn products_and_categories_honour_keys_as_well() {
    let shop = Shop::open();
    let admin = shop.admin();
    let bodies = [
        ("/products", json!({"title": "Mug", "variants": [variant("MUG")]})),
        ("/categories", json!({"name": "Mugs"})),
    ];
    for (path, body) in bodies {
        let make = || shop.client().post(path, &body).token(&admin.token).key(&format!("{KEY}{path}")).send();
        let first = make();
        first.expect(201);
        let again = make();
        assert_eq!((again.status, &again.body), (201, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }
    assert_eq!(count(&[shop.client().get("/categories").send()], 200), 1);
    shop.check();
}

#[test]
fn what_is_kept_of_a_request_is_a_digest() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = shop.customer();
    let mut body = lines(&[("MUG", 1)]);
    body["note"] = json!("a very private note");
    shop.client().post("/orders", &body).token(&ada.token).key(KEY).send().expect(201);

    let digests: Vec<i32> = shop.query("SELECT octet_length(request_digest) FROM idempotency_keys");
    assert_eq!(digests, [32]);
}

#[test]
fn a_key_that_can_not_be_one_is_named() {
    let shop = Shop::open();
    let ada = shop.customer();
    for key in ["", &"x".repeat(256), "with space"] {
        let answer = shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).key(key).send();
        assert!(answer.faults().iter().any(|fault| fault.starts_with("Idempotency-Key")), "{key}");
    }
}
