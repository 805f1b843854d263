//! Files of products, taken in over the wire and from the command line.

use std::fs;

use serde_json::{Value, json};

use crate::{
    program::{fail, succeed},
    shop::{Person, Shop, lines as order_of},
    wire::Answer,
};

const JSON: &str = "application/x-ndjson";

fn lines(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn send(shop: &Shop, who: &Person, query: &str, media: &str, file: &str) -> Answer {
    let call = shop.client().call("POST", &format!("/products/import{query}"));
    call.token(&who.token).body(media, file).send()
}

fn export(shop: &Shop, who: &Person, media: &str) -> String {
    let call = shop.client().get("/products/export").token(&who.token).header("accept", media);
    call.send().text().to_owned()
}

/// The report's summary: new, updated, unchanged, failed.
fn summary(answer: &Answer) -> [u64; 4] {
    assert_eq!((answer.status, answer.header("content-type")), (200, JSON));
    let last = lines(answer.text()).pop().unwrap();
    assert_eq!(last["end"], true, "{last}");
    ["created", "updated", "unchanged", "failed"].map(|outcome| last[outcome].as_u64().unwrap())
}

fn row(sku: &str, title: &str) -> String {
    let row = json!({"title": title, "variants": [
        {"sku": sku, "prices": [{"amount": "12.5", "currency": "EUR"}], "stock": 3}]});
    format!("{row}\n")
}

#[test]
fn a_catalog_moves_to_another_shop_by_file() {
    let (from, to) = (Shop::open(), Shop::open());
    let (seller, buyer) = (from.admin(), to.admin());
    succeed(from.stoa().args(["seed", "--products", "40"]));
    from.product(&seller, "FORMULA", "1", 1);
    from.execute("UPDATE products SET title = '=1+1', description = '-2 \"quoted\",\nand more', tags = '{a;b, \"=c\"}' WHERE slug = 'product-formula'");
    let categories: Vec<String> = from.query(
        "WITH RECURSIVE tree AS (SELECT *, 0 AS depth FROM categories WHERE parent_id IS NULL
            UNION ALL SELECT c.*, depth + 1 FROM categories AS c JOIN tree ON tree.id = c.parent_id)
        SELECT format('INSERT INTO categories (id, parent_id, slug, name) VALUES (%L, %L, %L, %L)', id, parent_id, slug, name)
        FROM tree ORDER BY depth",
    );
    to.execute(&categories.join(";"));

    for media in [JSON, "text/csv"] {
        let file = export(&from, &seller, media);
        let taken = send(&to, &buyer, "", media, &file);
        let expected = if media == JSON { [41, 0, 0, 0] } else { [0, 0, 41, 0] };
        assert_eq!(summary(&taken), expected, "{media}: {}", taken.text());
        assert_eq!(summary(&send(&to, &buyer, "", media, &file)), [0, 0, 41, 0], "again");
    }
    let products = |shop, who| {
        let mut products = lines(&export(shop, who, JSON));
        products.sort_by_key(|product| product["slug"].to_string());
        products
    };
    assert_eq!(products(&to, &buyer), products(&from, &seller));
    let events: Vec<i64> = to.query("SELECT count(*) FROM events WHERE type LIKE 'product.%'");
    assert_eq!(events, [41], "what is unchanged tells nobody");
    to.check();
}

#[test]
fn rows_that_can_not_be_do_not_hold_up_the_others() {
    let shop = Shop::open();
    let admin = shop.admin();
    let file = [
        row("A", "Mug A"),
        "{\"title\": \"Mug\"\n".to_owned(),
        row("B", "").replace("\"stock\":3", "\"stock\":-1"),
        "\n".to_owned(),
        row("C", "Mug A"),
        json!({"variants": [{"sku": "D"}]}).to_string() + "\n",
        row("A", "Mug A, the second"),
    ];
    let taken = send(&shop, &admin, "", JSON, &file.concat());
    assert_eq!(summary(&taken), [1, 1, 0, 4], "{}", taken.text());
    let report = lines(taken.text());
    let faults = |line: usize| {
        let errors = report[line]["errors"].as_array().unwrap().iter();
        errors
            .map(|fault| {
                format!("{} {}", fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())
            })
            .collect::<Vec<_>>()
    };
    let told: Vec<_> = report.iter().map(|row| (row["line"].as_u64(), row["outcome"].as_str())).collect();
    let outcome = |line, outcome| (Some(line), Some(outcome));
    assert_eq!(
        told[..6],
        [
            outcome(1, "created"),
            outcome(2, "failed"),
            outcome(3, "failed"),
            outcome(5, "failed"),
            outcome(6, "failed"),
            outcome(7, "updated"),
        ]
    );
    assert_eq!(faults(1), [" malformed-json"]);
    assert_eq!(faults(2), ["/title too-short", "/title not-blank", "/variants/0/stock too-small"]);
    assert_eq!(
        (faults(3), faults(4)),
        (vec!["/slug slug-taken".to_owned()], vec!["/title required".to_owned()])
    );
    let products: Vec<i64> = shop.query("SELECT count(*) FROM products");
    assert_eq!(products, [1]);
    shop.check();
}

#[test]
fn a_dry_run_says_the_same_and_does_nothing() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "OLD", "1", 1);
    let file = [row("NEW", "New"), row("OLD", "Old"), row("BAD", "Product OLD")].concat();
    let counts = || -> Vec<String> {
        shop.query("SELECT concat((SELECT max(version) FROM products), (SELECT count(*) FROM variants), (SELECT count(*) FROM events),
            (SELECT count(*) FROM prices), (SELECT count(*) FROM stock_movements))")
    };
    let before = counts();
    let tried = send(&shop, &admin, "?dry_run=true", JSON, &file);
    assert_eq!(summary(&tried), [1, 1, 0, 1], "{}", tried.text());
    assert_eq!(counts(), before);
    assert_eq!(summary(&send(&shop, &admin, "", JSON, &file)), [1, 1, 0, 1]);
}

#[test]
fn a_table_can_say_as_little_as_a_price() {
    let shop = Shop::open();
    let admin = shop.admin();
    shop.product(&admin, "MUG", "12.5", 3);
    let buyer = shop.customer();
    shop.client().post("/orders", &order_of(&[("MUG", 2)])).token(&buyer.token).key("k").send().expect(201);
    let taken = send(&shop, &admin, "", "text/csv", "\u{feff}sku,prices,stock\r\nMUG,15 EUR; 17.00 USD,\r\n");
    assert_eq!(summary(&taken), [0, 1, 0, 0], "{}", taken.text());
    let refused = send(&shop, &admin, "", "text/csv", "sku,stock\r\nMUG,1\r\n");
    assert_eq!(lines(refused.text())[0]["errors"][0]["code"], "insufficient-stock");
    assert_eq!(summary(&send(&shop, &admin, "", "text/csv", "sku,stock\r\nMUG,9\r\n")), [0, 1, 0, 0]);
    let ledger: Vec<String> =
        shop.query("SELECT concat(kind, ' ', delta_on_hand) FROM stock_movements ORDER BY sequence");
    assert_eq!(ledger, ["opening 3", "reservation 0", "count 6"]);
    let unknown = send(&shop, &admin, "", "text/csv", "sku,price\r\nMUG,9 EUR\r\n");
    assert_eq!(lines(unknown.text())[0]["errors"][0]["code"], "unknown-column");
    shop.check();
}

#[test]
fn a_large_file_is_streamed_and_its_report_waits_for_a_client_that_sends_first() {
    let shop = Shop::open();
    let admin = shop.admin();
    let file: String = (0..3_000).map(|n| row(&format!("SKU-{n}"), "")).collect();
    assert!(file.len() > 256 * 1024);
    let taken = send(&shop, &admin, "", JSON, &file);
    assert_eq!(summary(&taken), [0, 0, 0, 3_000]);
}

#[test]
fn a_file_is_for_staff_and_of_a_known_type() {
    let shop = Shop::open();
    let admin = shop.admin();
    for role in ["customer", "support", "order_manager"] {
        assert_eq!(send(&shop, &shop.staff(role), "", JSON, &row("A", "A")).status, 403, "{role}");
    }
    assert_eq!(send(&shop, &admin, "", "application/json", "{}").status, 415);
    assert_eq!(send(&shop, &admin, "?dry_run=maybe", JSON, "").status, 422);
    assert_eq!(summary(&send(&shop, &shop.staff("catalog_manager"), "", JSON, &row("A", "A"))), [1, 0, 0, 0]);
    assert_eq!(summary(&send(&shop, &admin, "", JSON, "")), [0, 0, 0, 0]);
}

#[test]
fn the_command_line_takes_the_same_files() {
    let shop = Shop::open();
    let admin = shop.admin();
    let path = |name: &str| shop.directory.path().join(name);
    fs::write(path("products.ndjson"), [row("A", "A"), row("B", "B")].concat()).unwrap();
    let said = succeed(shop.stoa().args(["import", "products.ndjson", "--dry-run"]));
    assert!(said.contains("would be 2 created"), "{said}");
    let said = succeed(shop.stoa().args(["import", "products.ndjson"]));
    assert_eq!(said, "2 products: 2 created, 0 updated, 0 unchanged, 0 failed\n");
    fs::write(path("products.csv"), export(&shop, &admin, "text/csv").replace("A,A,", "A,,")).unwrap();
    let said = succeed(shop.stoa().args(["import", "products.csv"]));
    assert!(said.contains("2 unchanged"), "{said}");
    fs::write(path("bad.csv"), "sku,title\r\nX,\r\nY,Why\r\n").unwrap();
    let (status, said) = fail(shop.stoa().args(["import", "bad.csv"]));
    assert_eq!((status, said.trim_end()), (Some(1), "stoa: 1 of 2 products were not taken in"));
}
