//! Taking all that is held on oneself, and leaving for good.

use std::{
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    program::succeed,
    shop::{PASSWORD, Person, Shop, at_once, count, lines, log_in},
    wire::{Answer, Client},
};

/// What is known of Ada, in every spelling that the shop could keep it in. (Her network address is nobody else's here.)
const TRACES: [&str; 8] = [
    "ada.lovelace@marked.example",
    "Ada Marked",
    "Marked Street",
    "Markedham",
    "marked-phone",
    "marked note",
    "Marked-Browser",
    "203.0.113.77",
];

/// A shop behind a proxy that tells it where calls come from.
fn open() -> Shop {
    Shop::open_with(&[("RATE_LIMIT", "off"), ("TRUSTED_PROXIES", "127.0.0.1")])
}

fn register(client: &Client) -> Person {
    let body = json!({"email": TRACES[0], "password": PASSWORD, "name": "Ada Marked"});
    let call = client.post("/auth/register", &body);
    let made = call.header("user-agent", "Marked-Browser").header("x-forwarded-for", "203.0.113.77").send();
    Person::of(&made.expect(201), TRACES[0])
}

/// An order with everything that can be said on one.
fn order(client: &Client, person: &Person, sku: &str) -> Value {
    let mut body = lines(&[(sku, 2)]);
    body["note"] = json!("a marked note");
    body["shipping_address"] = json!({"name": "Ada Marked", "line1": "5 Marked Street", "city": "Markedham",
        "postal_code": "SW1Y 4JH", "country": "GB", "phone": "marked-phone"});
    body["billing_address"] = body["shipping_address"].clone();
    let call = client.post("/orders", &body).token(&person.token).key("ada-ordered");
    call.header("x-forwarded-for", "203.0.113.77").send().expect(201)
}

fn erase(client: &Client, token: &str, password: &str) -> Answer {
    let call = client.call("DELETE", "/users/me").json(&json!({"current_password": password})).token(token);
    call.header("x-forwarded-for", "203.0.113.77").send()
}

/// Calls an order off, as a later release will do over the wire.
fn cancel(shop: &Shop, order: &Value) {
    let id = order["id"].as_str().unwrap();
    shop.execute(&format!(
        "BEGIN;
         UPDATE orders SET status = 'cancelled', cancelled_minor = total_minor, expires_at = NULL,
             version = version + 1 WHERE id = '{id}';
         UPDATE stock_levels AS level SET reserved = reserved - line.quantity, movements = movements + 1
             FROM order_lines AS line WHERE line.order_id = '{id}' AND line.variant_id = level.variant_id;
         INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
                                      reserved_after, order_id, actor)
             SELECT level.variant_id, movements, 'release', 0, -line.quantity, on_hand, reserved, '{id}', 'system'
             FROM stock_levels AS level JOIN order_lines AS line USING (variant_id) WHERE line.order_id = '{id}';
         INSERT INTO order_history (order_id, sequence, axis, from_value, to_value, command, actor, reason)
             VALUES ('{id}', 4, 'status', 'pending', 'cancelled', 'cancel', 'system', 'a marked note of hers');
         INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, actor, data)
             VALUES (event_sequence(0), gen_random_uuid(), 'order', '{id}', 2, 'order.cancelled', 'system', '{{}}');
         COMMIT"
    ));
}

/// Everything that the database holds, as text; bytes too.
fn dump(shop: &Shop) -> String {
    let mut dump = Command::new("pg_dump");
    dump.args(["--data-only", "--inserts", "--dbname"]).arg(shop.database.url());
    let dumped = succeed(&mut dump);
    let bytes = dumped.split("'\\x").skip(1).filter_map(|rest| rest.split('\'').next()).map(text_of);
    let bytes: String = bytes.collect();
    dumped + &bytes
}

fn text_of(hex: &str) -> String {
    let byte = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).filter_map(byte).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn who_is_erased_is_found_nowhere_and_what_they_bought_stays() {
    // R021
    let shop = open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = register(shop.client());
    let bought = order(shop.client(), &ada, "MUG");
    cancel(&shop, &bought);
    assert_eq!(erase(shop.client(), &ada.token, "not this one").problem(403), "wrong-password");
    let before = dump(&shop);
    for trace in TRACES {
        assert!(before.contains(trace), "the dump would show {trace}");
    }

    assert_eq!(erase(shop.client(), &ada.token, PASSWORD).status, 204);

    let after = dump(&shop);
    for trace in TRACES {
        let line = after.lines().find(|line| line.contains(trace));
        assert_eq!(line, None, "{trace} is left");
    }
    let path = format!("/orders/{}", bought["id"].as_str().unwrap());
    let left = shop.client().get(&path).token(&admin.token).send().expect(200);
    for kept in ["id", "number", "customer_id", "lines", "currency", "placed_at"] {
        assert_eq!(left[kept], bought[kept], "{kept}");
    }
    assert_eq!(
        (&left["status"], &left["totals"]["total"]),
        (&json!("cancelled"), &bought["totals"]["total"])
    );
    for erased in ["email", "shipping_address", "billing_address", "note"] {
        assert_eq!(left[erased], Value::Null, "{erased}");
    }
    let listed = shop.client().get("/orders?scope=all").token(&admin.token).send().expect(200);
    assert_eq!(listed["data"][0]["id"], bought["id"]);
    let told: Vec<String> = shop.query("SELECT type || ' ' || data FROM events WHERE type = 'user.erased'");
    assert_eq!(told, ["user.erased {}"]);
    let told: Vec<String> =
        shop.query("SELECT actor FROM audit_log WHERE type = 'account.erased' AND ip IS NULL");
    assert_eq!(told, [format!("user:{}", ada.id)]);
    shop.check();
}

#[test]
fn an_erased_address_is_nobodys_and_free_again() {
    // R016, R021
    let shop = open();
    let ada = register(shop.client());
    assert_eq!(erase(shop.client(), &ada.token, PASSWORD).status, 204);
    let try_to = |email: &str| {
        let mut problem = shop
            .client()
            .post("/auth/login", &json!({"email": email, "password": PASSWORD}))
            .send()
            .expect(401);
        problem["request_id"].take();
        problem
    };
    assert_eq!(try_to(TRACES[0]), try_to("nobody@example.com"));
    let again = register(shop.client());
    assert_ne!(again.id, ada.id);
    shop.check();
}

#[test]
fn all_sessions_of_the_erased_end_at_once_on_every_server() {
    // R010, R021
    let shop = open();
    let other = shop.another_server();
    let ada = register(shop.client());
    let elsewhere = log_in(&other.client, &ada.email, PASSWORD);
    let credentials = json!({"email": ada.email, "password": PASSWORD});
    let pair = other.client.post("/auth/login", &credentials).send().expect(200);

    assert_eq!(erase(shop.client(), &ada.token, PASSWORD).status, 204);

    let erased = Instant::now();
    let works = |client: &Client, person: &Person| {
        client.get("/auth/sessions").token(&person.token).send().status == 200
    };
    assert!(!works(shop.client(), &ada) && !works(shop.client(), &elsewhere), "known here at once");
    while works(&other.client, &ada) || works(&other.client, &elsewhere) {
        assert!(erased.elapsed() < Duration::from_secs(1), "a session outlived its account");
        sleep(Duration::from_millis(5));
    }
    for server in [shop.client(), &other.client] {
        let refreshed = server.post("/auth/refresh", &json!({"refresh_token": pair["refresh_token"]})).send();
        assert_eq!(refreshed.problem(401), "unauthenticated");
    }
    assert_eq!(erase(shop.client(), &ada.token, PASSWORD).problem(401), "unauthenticated", "once is enough");
    shop.check();
}

#[test]
fn open_orders_hold_their_buyer_and_are_named() {
    // R021
    let shop = open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = register(shop.client());
    let bought = order(shop.client(), &ada, "MUG");

    let refused = erase(shop.client(), &ada.token, PASSWORD);

    assert_eq!(refused.problem(409), "open-orders");
    assert_eq!(refused.json()["orders"], json!([{"id": bought["id"], "number": bought["number"]}]));
    let me = shop.client().get("/users/me").token(&ada.token).send().expect(200);
    assert_eq!((&me["email"], &me["version"]), (&json!(TRACES[0]), &json!(1)), "nothing has changed");
    cancel(&shop, &bought);
    assert_eq!(erase(shop.client(), &ada.token, PASSWORD).status, 204);
    shop.check();
}

#[test]
fn an_order_and_an_erasure_at_once_never_leave_an_order_of_nobody() {
    // R021
    let shop = open();
    let other = shop.another_server();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 99);
    for _ in 0..5 {
        let ada = shop.customer();
        let answers = at_once(6, |n| match n {
            0 => erase(shop.client(), &ada.token, PASSWORD),
            n => {
                let client = if n % 2 == 0 { shop.client() } else { &other.client };
                client.post("/orders", &lines(&[("MUG", 1)])).token(&ada.token).send()
            }
        });
        let (erased, ordered) = answers.split_first().unwrap();
        match erased.status {
            204 => assert_eq!(count(ordered, 401), 5, "nobody orders"),
            _ => assert_eq!((erased.problem(409), count(ordered, 201)), ("open-orders".to_owned(), 5)),
        }
        shop.check();
    }
}

#[test]
fn the_last_administrator_stays_also_when_all_leave_at_once() {
    // R027
    let shop = open();
    let admins: Vec<Person> = (0..4).map(|_| shop.staff("admin")).collect();
    let answers = at_once(4, |n| erase(shop.client(), &admins[n].token, PASSWORD));
    assert_eq!((count(&answers, 204), count(&answers, 409)), (3, 1));
    let refused = answers.iter().find(|answer| answer.status == 409).unwrap();
    assert_eq!(refused.problem(409), "last-admin");
    let left: Vec<i64> = shop.query("SELECT count(*) FROM users WHERE roles @> '{admin}'");
    assert_eq!(left, [1]);
    shop.check();
}

#[test]
fn a_wrong_password_and_an_old_version_erase_nothing() {
    // R011, R053
    let shop = Shop::open_with(&[]);
    let ada = shop.customer();
    let old = shop.client().call("DELETE", "/users/me").json(&json!({"current_password": PASSWORD}));
    let old = old.token(&ada.token).header("if-match", "\"7.x\"").send();
    assert_eq!(old.problem(412), "version-mismatch");
    let missing = shop
        .client()
        .call("DELETE", "/users/me")
        .json(&json!({"password": PASSWORD}))
        .token(&ada.token)
        .send();
    assert_eq!(missing.faults(), ["/current_password required", "/password unknown-field"]);
    for _ in 0..10 {
        assert_eq!(erase(shop.client(), &ada.token, "not this one").problem(403), "wrong-password");
    }
    assert_eq!(erase(shop.client(), &ada.token, PASSWORD).problem(429), "rate-limited");
    shop.client().get("/users/me").token(&ada.token).send().expect(200);
}

#[test]
fn an_export_has_all_that_is_held_on_the_caller_and_nothing_of_anybody_else() {
    // R021
    let shop = open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = register(shop.client());
    let bought = order(shop.client(), &ada, "MUG");
    let bob = shop.customer();
    shop.client().post("/orders", &lines(&[("MUG", 1)])).token(&bob.token).send().expect(201);
    let roles = json!({"roles": ["customer", "support"]});
    let given =
        shop.client().call("PUT", &format!("/users/{}/roles", ada.id)).json(&roles).token(&admin.token);
    given.header("x-forwarded-for", "198.51.100.9").send().expect(200);

    let answer = shop.client().get("/users/me/export").token(&ada.token).send();

    let export = answer.expect(200);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"account.json\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    for trace in TRACES {
        assert!(answer.text().contains(trace), "{trace}");
    }
    for foreign in [&bob.id, &bob.email, &admin.id, &admin.email, "198.51.100.9", "$2"] {
        assert!(!answer.text().contains(foreign), "{foreign} is none of hers");
    }
    let me = shop.client().get("/users/me").token(&ada.token).send().expect(200);
    assert_eq!(export["profile"], me);
    let shown = shop.client().get(&format!("/orders/{}", bought["id"].as_str().unwrap())).token(&ada.token);
    assert_eq!(export["orders"][0]["order"], shown.send().expect(200));
    assert_eq!(export["orders"][0]["history"].as_array().unwrap().len(), 3);
    assert_eq!(export["stored_answers"][0]["key"], "ada-ordered");
    assert_eq!(export["sessions"][0]["refresh_tokens"].as_array().unwrap().len(), 1);
    let changed = export["audit_log"].as_array().unwrap().iter().find(|line| line["type"] == "roles.changed");
    assert_eq!((&changed.unwrap()["by"], &changed.unwrap()["ip"]), (&json!("staff"), &Value::Null));
    let told: Vec<String> = shop.query("SELECT actor FROM audit_log WHERE type = 'account.exported'");
    assert_eq!(told, [format!("user:{}", ada.id)]);
}
