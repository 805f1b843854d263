//! Prices over time: set, scheduled, called off, asked for as of any instant, and their history.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::{
    shop::{Person, Shop, at_once, count, lines},
    wire::{Answer, Call, Client},
};

/// A product with one variant, on sale for 10.00 EUR.
struct Mug {
    product: String,
    variant: String,
}

impl Mug {
    fn make(shop: &Shop, admin: &Person) -> Self {
        let made = shop.product(admin, "MUG", "10.00", 500);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { product: text(&made["id"]), variant: text(&made["variants"][0]["id"]) }
    }

    fn put(&self, client: &Client, who: &Person, body: &Value) -> Call {
        client.call("PUT", &format!("/variants/{}/prices/EUR", self.variant)).token(&who.token).json(body)
    }

    /// The price and the lowest one of the 30 days before, as everybody sees them.
    fn see(&self, client: &Client) -> (Value, Value) {
        let variant =
            client.get(&format!("/products/{}", self.product)).send().expect(200)["variants"][0].take();
        (variant["price"]["amount"].clone(), variant["lowest_price_30d"]["amount"].clone())
    }

    fn as_of(&self, client: &Client, instant: &str) -> Value {
        let path = format!("/variants/{}/prices?as_of={instant}", self.variant);
        client.get(&path).send().expect(200)["data"].take()
    }

    /// The amounts of the history, the latest to begin first; each must begin where the one before it ends.
    fn history(&self, client: &Client) -> Vec<String> {
        let (mut rows, mut path) = (Vec::new(), format!("/products/{}/price-history?limit=7", self.product));
        loop {
            let page = client.get(&path).send().expect(200);
            rows.extend(page["data"].as_array().unwrap().clone());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/products/{}/price-history?limit=7&cursor={cursor}", self.product);
        }
        for (later, earlier) in rows.iter().zip(&rows[1..]) {
            assert_eq!(earlier["valid_to"], later["valid_from"], "no gap and no overlap");
            assert_ne!(earlier["amount"], later["amount"]);
        }
        rows.iter().map(|row| row["amount"].as_str().unwrap().to_owned()).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn later(milliseconds: i64) -> String {
    written(now() + Duration::milliseconds(milliseconds))
}

fn written(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn version(answer: &Answer) -> &str {
    answer.header("etag").trim_start_matches('"').split('.').next().unwrap()
}

#[test]
fn a_price_is_set_scheduled_replaced_and_called_off() {
    let shop = Shop::open();
    let admin = shop.admin();
    let (client, mug) = (shop.client(), Mug::make(&shop, &admin));

    let set = mug.put(client, &admin, &json!({"amount": "8.5"})).send();
    let price = set.expect(200);
    assert_eq!(
        (&price["amount"], &price["currency"], &price["valid_to"]),
        (&json!("8.50"), &json!("EUR"), &Value::Null)
    );
    assert_eq!((&price["changed_by"], version(&set)), (&json!(format!("user:{}", admin.id)), "2"));
    assert_eq!(mug.see(client), (json!("8.50"), json!("10.00")), "at once, where it was set");

    let summer = later(3_600_000);
    let scheduled = mug.put(client, &admin, &json!({"amount": "7", "valid_from": summer})).send().expect(200);
    assert_eq!((&scheduled["amount"], &scheduled["valid_from"]), (&json!("7.00"), &json!(summer)));
    let replaced = mug.put(client, &admin, &json!({"amount": "6", "valid_from": summer})).send().expect(200);
    assert_eq!((&replaced["id"], &replaced["amount"]), (&scheduled["id"], &json!("6.00")));
    let now = &mug.as_of(client, &later(0))[0];
    assert_eq!((&now["amount"], &now["valid_to"]), (&json!("8.50"), &json!(summer)));
    let then = &mug.as_of(client, &summer)[0];
    assert_eq!((&then["amount"], &then["lowest_price_30d"]["amount"]), (&json!("6.00"), &json!("8.50")));
    assert_eq!(mug.as_of(client, "2001-01-01T00:00:00Z"), json!([]));
    assert_eq!(mug.history(client), ["6.00", "8.50", "10.00"]);

    let events = "SELECT count(*) FROM events WHERE type LIKE 'price.%'";
    let same = mug.put(client, &admin, &json!({"amount": "8.50"})).send();
    assert_eq!((same.expect(200)["id"].clone(), version(&same)), (price["id"].clone(), "4"));
    assert_eq!(shop.query::<i64>(events), [3], "nothing has changed");

    let call_off = |id: &Value| {
        client.call("DELETE", &format!("/prices/{}", id.as_str().unwrap())).token(&admin.token).send()
    };
    assert_eq!(call_off(&price["id"]).problem(409), "price-in-force");
    assert_eq!((call_off(&scheduled["id"]).status, call_off(&scheduled["id"]).status), (204, 404));
    assert_eq!(mug.history(client), ["8.50", "10.00"]);
    let told = "SELECT string_agg(type || ' ' || aggregate_version, ', ' ORDER BY sequence) FROM events WHERE type LIKE 'price.%'";
    let told = shop.query::<String>(told).remove(0);
    assert_eq!(told, "price.changed 2, price.scheduled 3, price.scheduled 4, price.cancelled 5");
    shop.check();
}

#[test]
fn a_scheduled_price_comes_into_force_everywhere_with_no_write() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let mug = Mug::make(&shop, &admin);
    let clients = [shop.client(), &other.client];
    let start = later(4_000);
    mug.put(shop.client(), &admin, &json!({"amount": "7.00", "valid_from": start})).send().expect(200);
    let placed = |client: &Client| {
        let order = client.post("/orders", &lines(&[("MUG", 1)])).token(&admin.token).send().expect(201);
        order["totals"]["total"]["amount"].clone()
    };
    let tags = clients
        .map(|client| client.get(&format!("/products/{}", mug.product)).send().header("etag").to_owned());
    for client in clients {
        assert_eq!((mug.see(client), placed(client)), ((json!("10.00"), Value::Null), json!("10.00")));
    }
    assert!(later(0) < start, "too slow a machine for this test");

    let wait: DateTime<Utc> = start.parse().unwrap();
    std::thread::sleep((wait - now()).to_std().unwrap_or_default() + std::time::Duration::from_millis(20));

    for (client, tag) in clients.iter().zip(tags) {
        assert_eq!(mug.see(client), (json!("7.00"), json!("10.00")));
        let seen = client.get(&format!("/products/{}", mug.product)).header("if-none-match", &tag).send();
        assert_eq!(seen.status, 200, "another state, another tag");
        let listed = client.get("/products").send().expect(200);
        assert_eq!(listed["data"][0]["variants"][0]["price"]["amount"], "7.00");
        assert_eq!(
            (placed(client), &mug.as_of(client, &later(0))[0]["amount"]),
            (json!("7.00"), &json!("7.00"))
        );
    }
    shop.check();
}

#[test]
fn of_many_changes_at_once_each_real_one_is_one_line_of_the_history() {
    let shop = Shop::open();
    let admin = shop.admin();
    let other = shop.another_server();
    let mug = Mug::make(&shop, &admin);
    let client = |number: usize| if number.is_multiple_of(2) { shop.client() } else { &other.client };

    let answers = at_once(40, |number| {
        mug.put(client(number), &admin, &json!({"amount": format!("{}.00", 20 + number)})).send()
    });

    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).map(Answer::text).collect();
    assert_eq!(refused, Vec::<&str>::new());
    assert_eq!(mug.history(shop.client()).len(), 41);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(mug.see(shop.client()).0, mug.see(&other.client).0, "whichever was the last");
    let shown = shop.client().get(&format!("/products/{}", mug.product)).send();
    assert_eq!((version(&shown), shown.json()["variants"][0]["version"].clone()), ("41", json!(41)));
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM events WHERE type = 'price.changed'"), [40]);

    let prices = shop.client().get(&format!("/variants/{}/prices", mug.variant)).send();
    let answers = at_once(20, |number| {
        let body = json!({"amount": format!("{}.00", 70 + number)});
        mug.put(client(number), &admin, &body).header("if-match", prices.header("etag")).send()
    });
    assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 19));
    let lost = answers.iter().find(|answer| answer.status == 412).unwrap();
    assert_eq!(lost.problem(412), "version-mismatch");
    assert_eq!(mug.history(shop.client()).len(), 42);

    let same = at_once(20, |number| mug.put(client(number), &admin, &json!({"amount": "99"})).send());
    assert_eq!((count(&same, 200), mug.history(shop.client()).len()), (20, 43));
    shop.check();
}

#[test]
fn the_lowest_price_of_30_days_counts_the_one_that_was_running_when_they_began() {
    let shop = Shop::open();
    let admin = shop.admin();
    let mug = Mug::make(&shop, &admin);
    let past = [("5.00", 500, 45, Some(20)), ("10.00", 1000, 20, Some(5)), ("15.00", 1500, 5, None)];
    for (_, cents, from, to) in past {
        let end = to.map_or("NULL".to_owned(), |days| {
            format!("'today'::timestamptz - interval '{} hours'", days * 24)
        });
        shop.execute(&format!(
            "INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by)
            VALUES (gen_random_uuid(), '{}', 'USD', {cents}, 'today'::timestamptz - interval '{} hours', {end}, 'system')",
            mug.variant, from * 24
        ));
    }
    let path = format!("/products/{}?currency=USD", mug.product);
    let variant = shop.client().get(&path).send().expect(200)["variants"][0].take();
    assert_eq!(
        (&variant["price"]["amount"], &variant["lowest_price_30d"]["amount"]),
        (&json!("15.00"), &json!("5.00"))
    );
    let dollars =
        |found: Value| found.as_array().unwrap().iter().find(|price| price["currency"] == "USD").cloned();
    let days_ago = |days| written(now() - Duration::days(days));
    let now = dollars(mug.as_of(shop.client(), &days_ago(0))).unwrap();
    assert_eq!((&now["amount"], &now["lowest_price_30d"]["amount"]), (&json!("15.00"), &json!("5.00")));
    let then = dollars(mug.as_of(shop.client(), &days_ago(10))).unwrap();
    assert_eq!((&then["amount"], &then["lowest_price_30d"]["amount"]), (&json!("10.00"), &json!("5.00")));
    assert_eq!(dollars(mug.as_of(shop.client(), &days_ago(40))).unwrap()["lowest_price_30d"], Value::Null);
    assert_eq!(dollars(mug.as_of(shop.client(), &days_ago(50))), None);
    let history = format!("/products/{}/price-history?currency=USD", mug.product);
    let amounts = |query: &str| {
        let page = shop.client().get(&format!("{history}{query}")).send().expect(200);
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["amount"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(amounts(""), ["15.00", "10.00", "5.00"]);
    assert_eq!(amounts(&format!("&from={}&to={}", days_ago(15), days_ago(12))), ["10.00"]);
    assert_eq!(amounts(&format!("&variant_id={}", mug.product)), Vec::<String>::new());
}

#[test]
fn who_may_set_prices_and_who_may_see_them() {
    let shop = Shop::open();
    let admin = shop.admin();
    let (client, mug) = (shop.client(), Mug::make(&shop, &admin));
    let body = json!({"amount": "9.00"});
    let (manager, customer) = (shop.staff("catalog_manager"), shop.customer());
    for other in [&customer, &shop.staff("support"), &shop.staff("order_manager")] {
        assert_eq!(mug.put(client, other, &body).send().problem(403), "forbidden");
    }
    mug.put(client, &manager, &body).send().expect(200);
    let price = mug
        .put(client, &manager, &json!({"amount": "8", "valid_from": later(60_000_000)}))
        .send()
        .expect(200);
    let scheduled = format!("/prices/{}", price["id"].as_str().unwrap());
    assert_eq!(client.call("DELETE", &scheduled).token(&customer.token).send().problem(403), "forbidden");
    assert_eq!(client.call("DELETE", &scheduled).send().problem(401), "unauthenticated");
    for (body, fault) in [
        (json!({"amount": "9.00", "valid_from": written(now() - Duration::seconds(62))}), "/valid_from past"),
        (json!({"amount": "9.001"}), "/amount money-amount"),
        (json!({"amount": 9}), "/amount type"),
    ] {
        assert_eq!(mug.put(client, &manager, &body).send().faults(), [fault]);
    }
    let just_now = json!({"amount": "9.50", "valid_from": written(now() - Duration::seconds(30))});
    let set = mug.put(client, &manager, &just_now).send().expect(200);
    assert!(set["valid_from"].as_str().unwrap() > just_now["valid_from"].as_str().unwrap(), "that is now");

    let (prices, history) =
        (format!("/variants/{}/prices", mug.variant), format!("/products/{}/price-history", mug.product));
    for path in [&prices, &history] {
        let public = client.get(path).send();
        assert_eq!(public.expect(200)["data"][0].get("changed_by"), None);
        assert_eq!(public.header("cache-control"), "public, max-age=0, must-revalidate");
        let unchanged = client.get(path).header("if-none-match", public.header("etag")).send();
        assert_eq!(unchanged.status, 304);
        let staff = client.get(path).token(&manager.token).send();
        assert_eq!(staff.expect(200)["data"][0]["changed_by"], format!("user:{}", manager.id));
        assert_eq!(staff.header("cache-control"), "no-store");
    }
    shop.execute("UPDATE products SET status = 'draft'");
    for path in [&prices, &history] {
        assert_eq!(client.get(path).send().problem(404), "not-found");
        assert_eq!(client.get(path).token(&customer.token).send().problem(404), "not-found");
        client.get(path).token(&manager.token).send().expect(200);
    }
    shop.execute(
        "BEGIN; UPDATE products SET deleted_at = now(); UPDATE variants SET deleted_at = now(); COMMIT",
    );
    for path in [&prices, &history] {
        assert_eq!(client.get(path).token(&manager.token).send().problem(404), "not-found");
    }
    assert_eq!(mug.put(client, &manager, &json!({"amount": "9.00"})).send().problem(404), "not-found");
    assert_eq!(client.call("DELETE", &scheduled).token(&manager.token).send().problem(404), "not-found");
    let answer = client.get("/variants/no-uuid/prices").send();
    assert_eq!(answer.problem(404), "not-found");
}
