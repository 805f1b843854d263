//! Stock by hand: adjusted, counted, listed and read back, amid sales and on two servers.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    program::{fail, succeed},
    shop::{Person, Shop, at_once, count, lines},
    wire::{Answer, Call, Client},
};

/// A shop with one product, and whoever keeps its stock.
struct Stockroom {
    shop: Shop,
    keeper: Person,
    product: Value,
    /// `/variants/{id}/inventory`
    path: String,
}

impl Stockroom {
    fn open(stock: u32) -> Self {
        let shop = Shop::open();
        let admin = shop.admin();
        let product = shop.product(&admin, "MUG", "12.50", stock);
        let path = format!("/variants/{}/inventory", product["variants"][0]["id"].as_str().unwrap());
        let keeper = shop.staff("catalog_manager");
        Self { shop, keeper, product, path }
    }

    fn client(&self) -> &Client {
        self.shop.client()
    }

    fn get(&self, path: &str) -> Answer {
        self.client().get(path).token(&self.keeper.token).send()
    }

    fn level(&self) -> Value {
        self.get(&self.path).expect(200)
    }

    fn adjust_on(&self, client: &Client, body: &Value) -> Call {
        client.post(&format!("{}/adjustments", self.path), body).token(&self.keeper.token)
    }

    fn adjust(&self, delta: i32, reason: &str) -> Answer {
        self.adjust_on(self.client(), &json!({"delta": delta, "reason": reason})).send()
    }

    fn count_on(&self, client: &Client, body: &Value) -> Call {
        client.call("PUT", &self.path).token(&self.keeper.token).json(body)
    }

    fn count(&self, on_hand: u32) -> Answer {
        self.count_on(self.client(), &json!({"on_hand": on_hand})).send()
    }

    fn buy(&self, quantity: u32) -> Answer {
        self.client().post("/orders", &lines(&[("MUG", quantity)])).token(&self.keeper.token).send()
    }

    fn events(&self) -> Vec<String> {
        let events = "SELECT type || ' ' || aggregate_version || ' ' || (data ->> 'delta') FROM events
            WHERE aggregate_type = 'stock' ORDER BY sequence";
        self.shop.query(events)
    }
}

#[test]
fn an_adjustment_moves_the_level_and_is_one_line_and_one_event() {
    // R041, R062, R113
    let room = Stockroom::open(10);
    room.buy(4).expect(201);
    let body = json!({"delta": -3, "reason": "damaged", "note": " a box fell "});

    let made = room.adjust_on(room.client(), &body).header("x-request-id", "damage-1").send();

    let line = made.expect(201);
    let expected = json!({"sequence": 3, "variant_id": room.product["variants"][0]["id"], "kind": "damaged",
        "delta_on_hand": -3, "delta_reserved": 0, "on_hand_after": 7, "reserved_after": 4, "order_id": null,
        "actor": format!("user:{}", room.keeper.id), "note": "a box fell", "at": line["at"], "request_id": "damage-1"});
    assert_eq!(line, expected);
    assert_eq!(made.header("location"), format!("{}/movements/3", room.path));
    assert_eq!(room.get(made.header("location")).expect(200), line);
    let level = room.level();
    assert_eq!(
        (&level["on_hand"], &level["reserved"], &level["available"]),
        (&json!(7), &json!(4), &json!(3))
    );
    assert_eq!(
        (&level["sku"], &level["version"], &level["shortfall"]),
        (&json!("MUG"), &json!(2), &json!(0))
    );
    assert_eq!(room.events(), ["stock.adjusted 2 -3"]);
    let told: Vec<String> = room
        .shop
        .query("SELECT concat_ws(' ', actor, request_id, data) FROM events WHERE aggregate_type = 'stock'");
    assert_eq!(
        told,
        [format!(
            r#"user:{} damage-1 {{"kind": "damaged", "delta": -3, "on_hand": 7, "reserved": 4}}"#,
            room.keeper.id
        )]
    );
    room.shop.check();
}

#[test]
fn what_orders_hold_goes_only_by_force_and_nothing_more_is_sold_until_stock_comes_back() {
    // R072
    let room = Stockroom::open(10);
    room.buy(7).expect(201);

    let refused = room.adjust(-4, "lost");
    assert_eq!(refused.problem(409), "insufficient-stock");
    let line = json!([{"sku": "MUG", "requested": 4, "available": 3}]);
    assert_eq!(refused.json()["lines"], line);
    assert_eq!(room.count(6).problem(409), "insufficient-stock");
    let forced = |delta: i32| json!({"delta": delta, "reason": "lost", "force": true});
    let below = room.adjust_on(room.client(), &forced(-11)).send();
    assert_eq!(below.problem(409), "insufficient-stock", "below nothing, forced or not");
    assert_eq!(below.json()["lines"][0]["available"], 10);
    assert_eq!((room.events().len(), &room.level()["version"]), (0, &json!(1)), "no effect");

    room.adjust_on(room.client(), &forced(-5)).send().expect(201);
    let short = room.level();
    assert_eq!((&short["available"], &short["shortfall"]), (&json!(-2), &json!(2)));
    assert_eq!(room.buy(1).problem(409), "insufficient-stock");
    room.shop.check();
    room.adjust(1, "received").expect(201);
    assert_eq!(room.buy(1).problem(409), "insufficient-stock", "still one short");
    assert_eq!(room.count(8).expect(200)["available"], 1);
    room.buy(1).expect(201);
    assert_eq!(room.events(), ["stock.short 2 -5", "stock.adjusted 3 1", "stock.adjusted 4 2"]);
    room.shop.check();
}

#[test]
fn where_backorder_is_allowed_no_force_is_needed_and_sales_go_on() {
    // R073
    let room = Stockroom::open(5);
    room.shop.execute("UPDATE stock_levels SET backorder = true");
    room.buy(4).expect(201);
    room.adjust(-5, "damaged").expect(201);
    room.buy(3).expect(201);
    let level = room.level();
    assert_eq!((&level["available"], &level["shortfall"]), (&json!(-7), &json!(0)));
    assert_eq!(room.adjust(-1, "damaged").problem(409), "insufficient-stock");
    assert_eq!(room.events(), ["stock.adjusted 2 -5"]);
    room.shop.check();
}

#[test]
fn a_count_is_on_the_version_that_was_seen_and_sales_do_not_move_it() {
    // R053, R054
    let room = Stockroom::open(10);
    let other = room.shop.another_server();
    let seen = room.get(&room.path);
    assert!(seen.header("etag").starts_with("\"1."), "{}", seen.header("etag"));
    let unchanged = room.client().get(&room.path).token(&room.keeper.token);
    assert_eq!(unchanged.header("if-none-match", seen.header("etag")).send().status, 304);
    room.buy(2).expect(201);
    assert_ne!(room.get(&room.path).header("etag"), seen.header("etag"), "another state, another tag");

    let answers = at_once(20, |n| {
        let client = if n % 2 == 0 { room.client() } else { &other.client };
        room.count_on(client, &json!({"on_hand": 20 + n})).header("if-match", seen.header("etag")).send()
    });

    assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 19));
    let won = answers.iter().find(|answer| answer.status == 200).unwrap();
    assert_eq!((&won.json()["version"], room.level()), (&json!(2), won.json()));
    let late = room.count_on(room.client(), &json!({"on_hand": 1})).header("if-match", seen.header("etag"));
    assert_eq!(late.send().problem(412), "version-mismatch");
    for condition in [won.header("etag"), "*", r#""9.x", "3.any-gzip""#] {
        room.count_on(room.client(), &json!({"on_hand": 50}))
            .header("if-match", condition)
            .send()
            .expect(200);
    }
    assert_eq!(room.level()["version"], 3, "a count of what was known is no other version");
    let lines = room.get(&format!("{}/movements", room.path)).expect(200);
    let kinds: Vec<_> =
        lines["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["count", "count", "count", "count", "reservation", "opening"]);
    assert_eq!(room.events().len(), 4);
    room.shop.check();
}

#[test]
fn of_many_adjustments_and_counts_amid_sales_on_two_servers_none_is_lost() {
    // R072, R062
    let room = Stockroom::open(200);
    let other = room.shop.another_server();
    let buyers: Vec<_> = (0..10).map(|_| room.shop.customer()).collect();

    let answers: Vec<Vec<Answer>> = at_once(30, |n| {
        let client = if n % 2 == 0 { room.client() } else { &other.client };
        let call = |round: usize| match n {
            0..10 => client.post("/orders", &lines(&[("MUG", 1)])).token(&buyers[n].token),
            10..28 => {
                let delta = if round.is_multiple_of(2) { 3 } else { -1 };
                room.adjust_on(client, &json!({"delta": delta, "reason": "correction"}))
                    .key(&format!("{n}-{round}"))
            }
            _ => room.count_on(client, &json!({"on_hand": 300 + round})),
        };
        (0..6).map(|round| call(round).send()).collect()
    });

    for (n, answers) in answers.iter().enumerate() {
        let expected = if n < 28 { 201 } else { 200 };
        assert_eq!(
            count(answers, expected),
            6,
            "{n}: {:?}",
            answers.iter().map(|a| a.status).collect::<Vec<_>>()
        );
    }
    let level = room.level();
    assert_eq!(level["reserved"], 60);
    let sums: Vec<i64> = room.shop.query("SELECT sum(delta_on_hand) FROM stock_movements");
    assert_eq!(json!(sums[0]), level["on_hand"]);
    let events: Vec<i64> = room.shop.query("SELECT count(*) FROM events WHERE aggregate_type = 'stock'");
    assert_eq!(events, [(18 + 2) * 6]);
    let falls: Vec<i64> = room.shop.query("SELECT count(*) FROM (SELECT aggregate_version
        - lag(aggregate_version) OVER (ORDER BY sequence) AS step FROM events WHERE aggregate_type = 'stock') AS steps
        WHERE step < 0");
    assert_eq!(falls, [0], "R114");
    room.shop.check();
}

#[test]
fn a_repeated_adjustment_has_one_effect_and_one_answer() {
    // R077 to R080
    let room = Stockroom::open(10);
    let other = room.shop.another_server();
    let body = json!({"delta": 5, "reason": "received"});

    let answers = at_once(20, |n| {
        let client = if n % 2 == 0 { room.client() } else { &other.client };
        room.adjust_on(client, &body).key("delivery-7").send()
    });

    assert_eq!(room.level()["on_hand"], 15);
    let again = room.adjust_on(&other.client, &body).key("delivery-7").send();
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    for answer in answers.iter().filter(|answer| answer.status == 201) {
        assert_eq!((&answer.body, answer.header("location")), (&again.body, again.header("location")));
    }
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.problem(409), "idempotency-in-progress");
    }
    let changed = json!({"delta": 6, "reason": "received"});
    let reused = room.adjust_on(room.client(), &changed).key("delivery-7").send();
    assert_eq!(reused.problem(422), "idempotency-key-reused");
    let refused =
        room.adjust_on(room.client(), &json!({"delta": -99, "reason": "lost"})).key("loss-1").send();
    assert_eq!(refused.status, 409);
    room.adjust_on(room.client(), &json!({"delta": -9, "reason": "lost"})).key("loss-1").send().expect(201);
    room.shop.check();
}

#[test]
fn a_change_shows_at_once_on_its_server_and_within_a_second_on_others_and_breaks_no_editors_tab() {
    // R097, R054
    let room = Stockroom::open(10);
    let other = room.shop.another_server();
    let path = format!("/products/{}", room.product["id"].as_str().unwrap());
    let see = |client: &Client| {
        let answer = client.get(&path).send();
        let product = answer.expect(200);
        let variant = &product["variants"][0];
        assert_eq!((&product["version"], &variant["version"]), (&json!(1), &json!(1)));
        (variant["available"].as_i64().unwrap(), answer.header("etag").to_owned())
    };
    let (mut expected, mut before) = (10, see(room.client()));
    for (delta, reason) in [(-3, "damaged"), (5, "received"), (-1, "lost")] {
        see(&other.client);
        room.adjust(delta, reason).expect(201);
        let changed = Instant::now();
        expected += i64::from(delta);
        let here = see(room.client());
        assert_eq!(here.0, expected);
        assert_ne!(here.1, before.1, "another state, another tag");
        while see(&other.client) != here {
            assert!(changed.elapsed() < Duration::from_secs(1), "it was not heard of");
            sleep(Duration::from_millis(5));
        }
        before = here;
    }
}

#[test]
fn the_ledger_is_read_backwards_and_seen_whole_while_it_grows() {
    // R093, R094
    let room = Stockroom::open(1);
    for n in 1..=12 {
        room.adjust(n, "received").expect(201);
    }
    let first = format!("{}/movements?limit=5", room.path);
    let (mut seen, mut path) = (Vec::new(), first.clone());
    loop {
        let answer = room.get(&path);
        let page = answer.expect(200);
        seen.extend(page["data"].as_array().unwrap().iter().map(|line| line["sequence"].as_i64().unwrap()));
        room.adjust(1, "received").expect(201);
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(answer.header("link"), "");
            break;
        };
        assert_eq!(answer.header("cache-control"), "no-store");
        path = format!("{first}&cursor={cursor}");
        assert_eq!(answer.header("link"), format!("<{path}>; rel=\"next\""));
    }
    assert_eq!(seen, (1..=13).rev().collect::<Vec<i64>>());
    let cursor = room.get(&first).expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let elsewhere = room.get(&format!("/inventory?cursor={cursor}"));
    assert_eq!(elsewhere.faults(), ["cursor cursor"]);
    let stranger = room.shop.staff("order_manager");
    let theirs = room.client().get(&format!("{first}&cursor={cursor}")).token(&stranger.token).send();
    assert_eq!(theirs.faults(), ["cursor cursor"], "R095");
}

#[test]
fn what_runs_low_is_listed_the_emptiest_first() {
    let room = Stockroom::open(50);
    let admin = room.shop.admin();
    for (sku, stock) in [("CUP", 4), ("JUG", 0), ("POT", 4), ("PAN", 5)] {
        room.shop.product(&admin, sku, "1.00", stock);
    }
    let buy = room.client().post("/orders", &lines(&[("POT", 3)])).token(&admin.token);
    buy.send().expect(201);
    let skus = |query: &str| {
        let (mut seen, mut path) = (Vec::new(), format!("/inventory?limit=2&{query}"));
        loop {
            let page = room.get(&path).expect(200);
            let rows = page["data"].as_array().unwrap();
            seen.extend(
                rows.iter().map(|row| format!("{} {}", row["sku"].as_str().unwrap(), row["available"])),
            );
            let Some(cursor) = page["next_cursor"].as_str() else { return seen };
            path = format!("/inventory?limit=2&{query}&cursor={cursor}");
        }
    };
    assert_eq!(skus("below=5"), ["JUG 0", "POT 1", "CUP 4"]);
    assert_eq!(skus("below=5&sku=CUP"), ["CUP 4"]);
    assert!(skus("below=5&sku=MUG").is_empty() && skus("sku=cup").is_empty());
    assert_eq!(skus("sku=MUG"), ["MUG 50"]);
    assert_eq!(skus(""), ["CUP 4", "JUG 0", "MUG 50", "PAN 5", "POT 1"]);
    for (query, fault) in [
        ("below=-1", "below too-small"),
        ("below=1001", "below too-large"),
        ("below=few", "below type"),
        ("sku=a%20b", "sku sku"),
        ("above=5", "above unknown-parameter"),
        ("below=1&below=2", "below repeated"),
    ] {
        assert_eq!(room.get(&format!("/inventory?{query}")).faults(), [fault], "{query}");
    }
    room.shop.check();
}

#[test]
fn every_fault_of_a_body_is_named_and_changes_nothing() {
    // R025, R030, R033, R034, R035
    let room = Stockroom::open(10);
    let many = "x".repeat(1_001);
    let adjust = |body: Value| room.adjust_on(room.client(), &body).send().faults();
    assert_eq!(adjust(json!({})), ["/delta required", "/reason required"]);
    assert_eq!(
        adjust(json!({"delta": 0, "reason": "stolen", "note": many, "force": "yes", "version": 3})),
        [
            "/delta not-allowed",
            "/force type",
            "/note too-long",
            "/reason not-allowed",
            "/version unknown-field"
        ]
    );
    assert_eq!(adjust(json!({"delta": 1.5, "reason": "lost"})), ["/delta type"]);
    assert_eq!(adjust(json!({"delta": 1_000_000_001, "reason": "lost"})), ["/delta too-large"]);
    assert_eq!(adjust(json!({"delta": 1, "reason": "lost", "note": "a\u{0}b"})), ["/note null-character"]);
    assert_eq!(
        adjust(json!({"delta": 1_000_000_000, "reason": "received"})),
        ["/delta too-large"],
        "10 are there"
    );
    let count = |body: Value| room.count_on(room.client(), &body).header("if-match", "7").send().faults();
    assert_eq!(count(json!({"on_hand": -1})), ["/on_hand too-small", "If-Match malformed"]);
    assert_eq!(count(json!({"on_hand": 1_000_000_001})), ["/on_hand too-large", "If-Match malformed"]);
    assert_eq!((room.level()["version"].clone(), room.events().len()), (json!(1), 0));
}

#[test]
fn stock_is_for_the_staff_that_keeps_it() {
    // R022, R026
    let room = Stockroom::open(10);
    let adjustments = format!("{}/adjustments", room.path);
    let movements = format!("{}/movements", room.path);
    let body = json!({"delta": 1, "reason": "received"});
    let statuses = |token: Option<&str>| {
        let client = room.client();
        let calls = [
            client.get("/inventory"),
            client.get(&room.path),
            client.get(&movements),
            client.get(&format!("{movements}/1")),
            client.post(&adjustments, &body),
            client.call("PUT", &room.path).json(&json!({"on_hand": 10})),
        ];
        calls.map(|call| token.map_or(call.clone(), |token| call.token(token)).send().status)
    };
    assert_eq!(statuses(None), [401; 6]);
    assert_eq!(statuses(Some(&room.shop.customer().token)), [403; 6]);
    assert_eq!(statuses(Some(&room.shop.staff("support").token)), [403; 6]);
    for role in ["catalog_manager", "order_manager", "admin"] {
        assert_eq!(statuses(Some(&room.shop.staff(role).token)), [200, 200, 200, 200, 201, 200], "{role}");
    }
    let unknown = "/variants/018f4d9e-0000-7000-8000-000000000000/inventory";
    for path in [
        unknown,
        &format!("{unknown}/movements"),
        "/variants/mug/inventory",
        &format!("{movements}/0"),
        &format!("{movements}/99"),
        &format!("{movements}/one"),
        &format!("{movements}/9999999999999999999"),
    ] {
        assert_eq!(room.get(path).problem(404), "not-found", "{path}");
    }
    let adjust = room.client().post(&format!("{unknown}/adjustments"), &body).token(&room.keeper.token);
    assert_eq!(adjust.send().problem(404), "not-found");
    let count = room.client().call("PUT", unknown).json(&json!({"on_hand": 1})).token(&room.keeper.token);
    assert_eq!(count.send().problem(404), "not-found");
}

#[test]
fn inventory_verify_proves_a_sound_shop_and_names_a_planted_difference() {
    // R062
    let room = Stockroom::open(10);
    let admin = room.shop.admin();
    room.shop.product(&admin, "CUP", "1.00", 4);
    room.buy(2).expect(201);
    room.adjust(-1, "lost").expect(201);
    let verify = || {
        let mut command = room.shop.stoa();
        command.args(["inventory", "verify"]);
        command
    };
    assert_eq!(succeed(&mut verify()).trim(), "the ledger adds up: 2 variants, 4 lines");

    let id = room.product["variants"][0]["id"].as_str().unwrap();
    room.shop.execute(&format!(
        "SET session_replication_role = replica;
        UPDATE stock_levels SET on_hand = 11 WHERE variant_id = '{id}'"
    ));

    let output = verify().output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let differs = "the level says 11 on hand and 2 reserved, the ledger 9 on hand and 2 reserved";
    assert_eq!(printed.trim(), format!("MUG ({id}): {differs}"), "and only that");
    let (status, words) = fail(&mut verify());
    assert_eq!((status, words.trim()), (Some(1), "stoa: the ledger does not add up for 1 of 2 variants"));
    room.shop.execute(&format!("UPDATE stock_levels SET on_hand = 9 WHERE variant_id = '{id}'"));
    let planted = format!(
        "UPDATE stock_movements SET delta_reserved = 3 WHERE variant_id = '{id}' AND kind = 'reservation'"
    );
    room.shop.execute(&format!("SET session_replication_role = replica; {planted}"));
    let printed = String::from_utf8(verify().output().unwrap().stdout).unwrap();
    assert!(printed.contains("line 2 of the ledger says 10 on hand and 2 reserved where"), "{printed}");
}
