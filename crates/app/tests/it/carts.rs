//! Carts over the wire: whose they are, what they show, and what many at once make of them.

use serde_json::{Value, json};

use crate::{
    program::wait_for,
    shop::{Person, Shop, at_once, count, lines},
    wire::{Answer, Call, Client},
};

const KEY: &str = "018f4d9e-0000-7000-8000-00000000cafe";
const NOTHING: &str = "018f4d9e-0000-7000-8000-0000000000ff";

/// A cart, and what opens it.
#[derive(Clone)]
struct Cart {
    id: String,
    header: (&'static str, String),
}

impl Cart {
    fn of_guest(shop: &Shop, items: &[(&str, u32)]) -> Self {
        let opened = shop.client().post("/carts", &lines(items)).send().expect(201);
        Self { id: text(&opened["id"]), header: ("cart-token", text(&opened["token"])) }
    }

    fn of(shop: &Shop, person: &Person, items: &[(&str, u32)]) -> Self {
        let opened = shop.client().post("/carts", &lines(items)).token(&person.token).send();
        assert!(opened.status < 300 && opened.json().get("token").is_none(), "{}", opened.text());
        Self { id: text(&opened.json()["id"]), header: ("authorization", format!("Bearer {}", person.token)) }
    }

    fn call(&self, client: &Client, method: &'static str, below: &str) -> Call {
        client.call(method, &format!("/carts/{}{below}", self.id)).header(self.header.0, &self.header.1)
    }

    fn see(&self, shop: &Shop) -> Value {
        self.call(shop.client(), "GET", "").send().expect(200)
    }

    fn add(&self, client: &Client, sku: &str, quantity: u32) -> Answer {
        self.call(client, "POST", "/lines").json(&json!({"sku": sku, "quantity": quantity})).send()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// SKU and pieces of each line.
fn content(cart: &Value) -> Vec<(&str, u64)> {
    let lines = cart["lines"].as_array().unwrap().iter();
    lines.map(|line| (line["sku"].as_str().unwrap(), line["quantity"].as_u64().unwrap())).collect()
}

/// A shop with ten mugs at 12.50 and three plates at 8.00.
fn shop() -> (Shop, Person) {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    shop.product(&admin, "PLATE", "8.00", 3);
    (shop, admin)
}

#[test]
fn a_guest_fills_a_cart_changes_it_and_throws_it_away() {
    let (shop, _) = shop();
    let client = shop.client();
    let opened = client.post("/carts", &lines(&[("MUG", 2)])).send();
    let new = opened.expect(201);
    assert_eq!(opened.header("location"), format!("/carts/{}", text(&new["id"])));
    assert_eq!(opened.header("cache-control"), "no-store");
    assert_eq!(text(&new["token"]).len(), 43, "256 random bits");
    let cart = Cart { id: text(&new["id"]), header: ("cart-token", text(&new["token"])) };

    let added = cart.add(client, "PLATE", 1);
    let whole = added.expect(201);
    assert_eq!(content(&whole), [("MUG", 2), ("PLATE", 1)]);
    assert_eq!(
        (&whole["totals"]["total"]["amount"], &whole["item_count"], &whole["version"]),
        (&json!("33.00"), &json!(3), &json!(2))
    );
    let seen = cart.call(client, "GET", "").send();
    assert_eq!((seen.expect(200), seen.header("etag")), (whole.clone(), added.header("etag")));
    let same = cart.call(client, "GET", "").header("if-none-match", seen.header("etag")).send();
    assert_eq!(same.status, 304);

    let line = format!("/lines/{}", text(&whole["lines"][0]["id"]));
    let patch = |tag: &str| {
        cart.call(client, "PATCH", &line).header("if-match", tag).json(&json!({"quantity": 5})).send()
    };
    assert_eq!(patch(opened.header("etag")).problem(412), "version-mismatch");
    let changed = patch(seen.header("etag"));
    assert_eq!(content(&changed.expect(200)), [("MUG", 5), ("PLATE", 1)]);
    let remove = |tag: &str| cart.call(client, "DELETE", &line).header("if-match", tag).send();
    assert_eq!(remove(seen.header("etag")).problem(412), "version-mismatch");
    assert_eq!(remove(changed.header("etag")).status, 204);
    assert_eq!(remove("*").problem(404), "not-found");
    assert_eq!(content(&cart.see(&shop)), [("PLATE", 1)]);

    let delete = |tag: &str| cart.call(client, "DELETE", "").header("if-match", tag).send();
    assert_eq!(delete(seen.header("etag")).problem(412), "version-mismatch");
    assert_eq!((delete("*").status, delete("*").problem(404)), (204, "not-found".to_owned()));
    assert_eq!(shop.query::<i64>("SELECT sum(reserved) FROM stock_levels"), [0], "a cart holds no stock");
    shop.check();
}

#[test]
fn r023_a_cart_is_its_owner_s_and_to_everybody_else_as_unknown_as_anything() {
    let (shop, admin) = shop();
    let (ada, bob) = (shop.customer(), shop.customer());
    let (guests, other) = (Cart::of_guest(&shop, &[("MUG", 1)]), Cart::of_guest(&shop, &[("MUG", 1)]));
    let adas = Cart::of(&shop, &ada, &[("MUG", 1)]);
    let bearer = |person: &Person| Some(("authorization", format!("Bearer {}", person.token)));
    let before = shop.query::<String>("SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM carts c");

    for cart in [&guests, &adas] {
        let line = text(&cart.see(&shop)["lines"][0]["id"]);
        for who in [
            None,
            Some(("cart-token", "x".to_owned())),
            Some(other.header.clone()),
            Some(("order-token", guests.header.1.clone())),
            bearer(&bob),
            bearer(&admin),
        ] {
            let calls: [(&str, String, Option<Value>); 5] = [
                ("GET", String::new(), None),
                ("DELETE", String::new(), None),
                ("POST", "/lines".to_owned(), Some(json!({"sku": "MUG", "quantity": 1}))),
                ("PATCH", format!("/lines/{line}"), Some(json!({"quantity": 2}))),
                ("DELETE", format!("/lines/{line}"), None),
            ];
            for (method, below, body) in calls {
                let send = |id: &str| {
                    let mut call = shop.client().call(method, &format!("/carts/{id}{below}"));
                    call = call.header("x-request-id", "same");
                    if let Some((name, value)) = &who {
                        call = call.header(name, value);
                    }
                    body.iter().fold(call, |call, body| call.json(body)).send()
                };
                let (foreign, random) = (send(&cart.id), send(NOTHING));
                assert_eq!(
                    (foreign.status, foreign.text()),
                    (404, random.text()),
                    "{method} {below} {who:?}"
                );
            }
        }
    }
    // R024
    let foreign_line = text(&adas.see(&shop)["lines"][0]["id"]);
    let patch = guests.call(shop.client(), "PATCH", &format!("/lines/{foreign_line}"));
    assert_eq!(patch.json(&json!({"quantity": 2})).send().problem(404), "not-found");
    assert_eq!(shop.query::<String>("SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM carts c"), before);
    let junk = guests.call(shop.client(), "GET", "").token("junk").send();
    assert_eq!(junk.problem(401), "unauthenticated");
}

#[test]
fn r070_of_many_carts_that_one_user_opens_on_two_servers_there_is_one_and_no_line_is_lost() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 900);
    let ada = shop.customer();
    let other = shop.another_server();
    let current = || shop.client().get("/carts/current").token(&ada.token).send();
    assert_eq!(current().problem(404), "not-found", "asking makes none");

    let answers = at_once(24, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        client.post("/carts", &lines(&[("MUG", 1)])).token(&ada.token).send()
    });

    assert_eq!((count(&answers, 201), count(&answers, 200)), (1, 23));
    assert_eq!(content(&current().expect(200)), [("MUG", 24)]);
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM carts"), [1]);
    let dollars = shop.client().post("/carts", &json!({"currency": "USD"})).token(&ada.token).send();
    assert_eq!(dollars.problem(422), "currency-mismatch");
    shop.check();
}

#[test]
fn edits_of_one_cart_at_once_are_all_kept() {
    let (shop, _) = shop();
    let cart = Cart::of_guest(&shop, &[]);
    let other = shop.another_server();
    let answers =
        at_once(10, |number| cart.add(if number % 2 == 0 { shop.client() } else { &other.client }, "MUG", 1));
    assert_eq!(count(&answers, 201), 10);
    assert_eq!(content(&cart.see(&shop)), [("MUG", 10)]);
    assert_eq!(cart.see(&shop)["version"], 11);
}

#[test]
fn r070_a_cart_is_claimed_once_cut_to_what_is_there_and_its_token_is_dead() {
    let (shop, _) = shop();
    let ada = shop.customer();
    let own = Cart::of(&shop, &ada, &[("PLATE", 2)]);
    let guests = Cart::of_guest(&shop, &[("PLATE", 2), ("MUG", 4)]);
    let other = shop.another_server();
    let claim = |client: &Client, token: &str| {
        let path = format!("/carts/{}/claim", guests.id);
        client.call("POST", &path).token(&ada.token).header("cart-token", token)
    };
    assert_eq!(claim(shop.client(), "x").send().problem(404), "not-found");
    let without = shop.client().call("POST", &format!("/carts/{}/claim", guests.id));
    assert_eq!(without.clone().header("cart-token", &guests.header.1).send().problem(401), "unauthenticated");
    assert_eq!(without.token(&ada.token).send().problem(404), "not-found");

    let answers = at_once(12, |number| {
        let client = if number % 2 == 0 { shop.client() } else { &other.client };
        claim(client, &guests.header.1).key(&format!("claim-{number}")).send()
    });

    assert_eq!((count(&answers, 200), count(&answers, 404)), (1, 11));
    let (number, answer) = answers.iter().enumerate().find(|(_, answer)| answer.status == 200).unwrap();
    let claimed = answer.json();
    assert_eq!((&claimed["id"], content(&claimed)), (&json!(own.id), vec![("PLATE", 3), ("MUG", 4)]));
    let cut = &claimed["cuts"][0];
    assert_eq!(
        (&cut["sku"], &cut["requested"], &cut["quantity"], claimed["cuts"].as_array().unwrap().len()),
        (&json!("PLATE"), &json!(4), &json!(3), 1)
    );
    assert_eq!(content(&own.see(&shop)), content(&claimed), "in the same order");
    assert_eq!(guests.call(shop.client(), "GET", "").send().problem(404), "not-found");
    assert_eq!(guests.add(shop.client(), "MUG", 1).problem(404), "not-found");
    let again = claim(shop.client(), &guests.header.1).key(&format!("claim-{number}")).send();
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &answer.body));
    shop.check();
}

#[test]
fn r081_who_lost_a_cart_does_not_get_the_answers_from_before() {
    let (shop, _) = shop();
    let (ada, guests) = (shop.customer(), Cart::of_guest(&shop, &[]));
    let add = || {
        let call = guests.call(shop.client(), "POST", "/lines").key("line-1");
        call.json(&json!({"sku": "MUG", "quantity": 1})).send()
    };
    let first = add();
    assert_eq!(first.status, 201);
    let again = add();
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
    assert_eq!(content(&guests.see(&shop)), [("MUG", 1)]);
    let claim = shop.client().call("POST", &format!("/carts/{}/claim", guests.id)).token(&ada.token);
    claim.header("cart-token", &guests.header.1).send().expect(200);
    assert_eq!(add().problem(404), "not-found");
}

#[test]
fn r069_a_cart_takes_no_more_than_is_available_together_with_what_it_has() {
    let (shop, admin) = shop();
    let cart = Cart::of_guest(&shop, &[("PLATE", 2), ("PLATE", 1)]);
    let short = cart.add(shop.client(), "PLATE", 1);
    assert_eq!(short.problem(409), "insufficient-stock");
    assert_eq!(short.json()["lines"], json!([{"sku": "PLATE", "requested": 4, "available": 3}]));
    let line = format!("/lines/{}", text(&cart.see(&shop)["lines"][0]["id"]));
    let patch = |quantity: Value| {
        cart.call(shop.client(), "PATCH", &line).json(&json!({"quantity": quantity})).send()
    };
    assert_eq!(patch(json!(4)).problem(409), "insufficient-stock");
    assert_eq!(patch(json!(0)).faults(), ["/quantity too-small"]);
    assert_eq!(patch(json!(1000)).faults(), ["/quantity too-large"]);
    assert_eq!(patch(Value::Null).status, 422);
    assert_eq!(patch(json!(1)).expect(200)["item_count"], 1);

    let unknown = shop.client().post("/carts", &lines(&[("MUG", 1), ("NONE", 1)])).send();
    assert_eq!(unknown.faults(), ["/lines/1 unknown-variant"]);
    assert_eq!(cart.add(shop.client(), "NONE", 1).faults(), [" unknown-variant"]);
    let mut dollars = lines(&[("MUG", 1)]);
    dollars["currency"] = json!("USD");
    let refused = shop.client().post("/carts", &dollars).send();
    assert_eq!(
        (refused.problem(422), &refused.json()["skus"]),
        ("currency-mismatch".to_owned(), &json!(["MUG"]))
    );
    let made_up = json!({"lines": [{"sku": "MUG", "quantity": 1, "unit_price": "0"}], "id": NOTHING});
    assert_eq!(
        shop.client().post("/carts", &made_up).send().faults(),
        ["/id unknown-field", "/lines/0/unit_price unknown-field"]
    );
    shop.client().call("POST", "/carts").token(&admin.token).send().expect(201);
}

#[test]
fn r058_r069_a_cart_shows_today_s_prices_and_what_can_not_be_bought_any_more() {
    let (shop, admin) = shop();
    let bowl = shop.product(&admin, "BOWL", "5.00", 5);
    let mug = shop.product(&admin, "CUP", "4.00", 5);
    let cart = Cart::of_guest(&shop, &[("BOWL", 1), ("CUP", 2), ("PLATE", 3)]);
    let price = format!("/variants/{}/prices/EUR", text(&mug["variants"][0]["id"]));
    shop.client().call("PUT", &price).token(&admin.token).json(&json!({"amount": "4.50"})).send().expect(200);
    let bowl = format!("/products/{}", text(&bowl["id"]));
    assert_eq!(shop.client().call("DELETE", &bowl).token(&admin.token).send().status, 204);
    let ada = shop.customer();
    shop.client().post("/orders", &lines(&[("PLATE", 1)])).token(&ada.token).send().expect(201);

    let seen = cart.see(&shop);
    let of = |sku: &str| seen["lines"].as_array().unwrap().iter().find(|line| line["sku"] == sku).unwrap();
    assert_eq!(of("BOWL")["problem"], "unavailable");
    assert_eq!(of("PLATE")["problem"], "insufficient-stock");
    let cup = of("CUP");
    assert_eq!(
        (&cup["problem"], &cup["unit_price"]["amount"], &cup["previous_unit_price"]["amount"]),
        (&Value::Null, &json!("4.50"), &json!("4.00"))
    );
    assert_eq!((&cup["line_total"]["amount"], &seen["version"]), (&json!("9.00"), &json!(1)));
    assert_eq!(of("PLATE")["previous_unit_price"], Value::Null);

    let restore = shop.client().call("POST", &format!("{bowl}/restore")).token(&admin.token).send();
    restore.expect(200);
    assert_eq!(cart.see(&shop)["lines"][0]["problem"], Value::Null, "it is as before");
}

#[test]
fn an_expired_cart_takes_nothing_and_gives_way_to_a_new_one() {
    let shop = Shop::open_with(&[("RATE_LIMIT", "off"), ("CART_TTL", "1s")]);
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.50", 10);
    let ada = shop.customer();
    let (guests, own) = (Cart::of_guest(&shop, &[("MUG", 1)]), Cart::of(&shop, &ada, &[("MUG", 1)]));
    wait_for("the carts to expire", || {
        let current = shop.client().get("/carts/current").token(&ada.token).send();
        (current.status == 404).then_some(())
    });
    assert_eq!(guests.add(shop.client(), "MUG", 1).problem(409), "cart-expired");
    assert_eq!(own.add(shop.client(), "MUG", 1).problem(409), "cart-expired");
    let claim = shop.client().call("POST", &format!("/carts/{}/claim", guests.id)).token(&ada.token);
    assert_eq!(claim.header("cart-token", &guests.header.1).send().problem(409), "cart-expired");
    let order = shop.client().post("/orders", &json!({"cart_id": own.id})).token(&ada.token).send();
    assert_eq!(order.problem(409), "cart-expired");

    let new = shop.client().post("/carts", &json!({})).token(&ada.token).send().expect(201);
    assert_ne!(new["id"], own.id.as_str());
    assert_eq!(guests.call(shop.client(), "DELETE", "").send().status, 204);
    shop.check();
}

#[test]
fn r084_the_replay_of_a_guest_s_cart_has_its_token_and_the_database_does_not() {
    let (shop, _) = shop();
    let other = shop.another_server();
    let open = |number: usize| {
        let client = if number.is_multiple_of(2) { shop.client() } else { &other.client };
        client.post("/carts", &lines(&[("MUG", 1)])).key(KEY).send()
    };
    let answers = at_once(16, open);
    assert_eq!(count(&answers, 201) + count(&answers, 409), 16);
    let replay = open(1);
    assert_eq!(replay.header("idempotency-replayed"), "true");
    for answer in answers.iter().filter(|answer| answer.status == 201) {
        assert_eq!(answer.body, replay.body, "byte for byte");
        for header in ["location", "etag"] {
            assert_eq!(answer.header(header), replay.header(header));
        }
    }
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM carts"), [1]);
    let opened = replay.json();
    let cart = Cart { id: text(&opened["id"]), header: ("cart-token", text(&opened["token"])) };
    assert_eq!(content(&cart.see(&shop)), [("MUG", 1)]);

    let stored =
        shop.query::<String>("SELECT row_to_json(k)::text || encode(body, 'escape') FROM idempotency_keys k");
    let carts = shop.query::<String>("SELECT row_to_json(c)::text FROM carts c");
    assert!(!stored[0].contains(&cart.header.1) && !carts[0].contains(&cart.header.1), "{stored:?}");
    assert_eq!(shop.query::<bool>("SELECT sealed FROM idempotency_keys"), [true]);
    let named = shop.client().post("/carts", &json!({})).key("mine").send();
    assert_eq!(named.faults(), ["Idempotency-Key uuid"]);
    let other_body = shop.client().post("/carts", &json!({})).key(KEY).send();
    assert_eq!(other_body.problem(422), "idempotency-key-reused");
}

#[test]
fn a_cart_that_was_ordered_says_so_and_is_closed_to_everything_but_a_look() {
    let (shop, _) = shop();
    let ada = shop.customer();
    let cart = Cart::of_guest(&shop, &[("MUG", 2)]);
    let body = json!({"cart_id": cart.id, "email": "bob@example.com"});
    let order = shop.client().post("/orders", &body).header("cart-token", &cart.header.1).send().expect(201);
    let line = format!("/lines/{}", text(&cart.see(&shop)["lines"][0]["id"]));
    let claim = cart.call(shop.client(), "POST", "/claim").token(&ada.token);
    for refused in [
        cart.add(shop.client(), "MUG", 1),
        cart.call(shop.client(), "PATCH", &line).json(&json!({"quantity": 1})).send(),
        cart.call(shop.client(), "DELETE", &line).send(),
        cart.call(shop.client(), "DELETE", "").send(),
        claim.send(),
    ] {
        assert_eq!(refused.problem(409), "cart-already-ordered");
        assert_eq!(refused.json()["order_id"], order["id"]);
    }
    assert_eq!(content(&cart.see(&shop)), [("MUG", 2)]);
    shop.check();
}
