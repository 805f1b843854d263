//! What lists are read from, after random histories: as the domain's timelines and the catalog say.

use std::collections::BTreeMap;

use adapters_postgres::PgPastPrices;
use domain::{
    Instant,
    actor::Actor,
    catalog::{NewProduct, NewVariant, PricePeriod, PriceTimeline},
    money::Money,
};
use ports::catalog::{CatalogStore, ProductQuery, ProductSort};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use tokio_postgres::Client;
use uuid::Uuid;

use super::lists::{all, ids};
use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, create, currency, euro, product, variant},
};

const VIEWS: [&str; 3] =
    ["listings_follow_the_catalog", "listed_prices_are_the_cheapest", "words_follow_the_catalog"];

/// Differences that the schema "check" finds between the lists and the catalog.
pub(super) async fn differences(client: &Client) -> i64 {
    let mut found = 0;
    for view in VIEWS {
        found += number(client, &format!("SELECT count(*) FROM \"check\".{view}")).await;
    }
    found
}

/// Something that may happen to one of three variants of one of two products.
#[derive(Debug, Clone)]
enum Step {
    /// A price from now on, or from so many hours ahead.
    Price {
        variant: usize,
        is_dollars: bool,
        minor: i64,
        hours: i64,
    },
    /// A planned price is called off.
    CallOff {
        variant: usize,
    },
    /// A variant, or a whole product, is deleted or comes back.
    Delete {
        variant: usize,
        is_whole: bool,
    },
    Restore {
        variant: usize,
    },
    Stock {
        variant: usize,
        reserved: i32,
    },
    Edit {
        product: usize,
        column: &'static str,
        value: &'static str,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let variant = || 0..6_usize;
    let edits = prop::sample::select(vec![
        ("title", "'Größe'"),
        ("title", "'100% Wool'"),
        ("status", "'draft'"),
        ("status", "'active'"),
        ("tags", "'{summer,sale}'"),
        ("description", "'Made of Łódź linen'"),
        ("description", "NULL"),
    ]);
    prop_oneof![
        5 => (variant(), any::<bool>(), 1..9_i64, prop::sample::select(vec![0, 0, 1, 2, 3]))
            .prop_map(|(variant, is_dollars, minor, hours)| Step::Price { variant, is_dollars, minor, hours }),
        1 => variant().prop_map(|variant| Step::CallOff { variant }),
        1 => (variant(), any::<bool>()).prop_map(|(variant, is_whole)| Step::Delete { variant, is_whole }),
        2 => variant().prop_map(|variant| Step::Restore { variant }),
        2 => (variant(), 0..2).prop_map(|(variant, reserved)| Step::Stock { variant, reserved }),
        2 => (0..2_usize, edits).prop_map(|(product, (column, value))| Step::Edit { product, column, value }),
    ]
}

/// The statements of a step.
fn sql(step: &Step, products: &[Uuid], variants: &[Uuid]) -> String {
    let owner = |variant: usize| products[variant / 3];
    match step {
        Step::Price { variant, is_dollars, minor, hours } => {
            let (variant, code) = (variants[*variant], if *is_dollars { "USD" } else { "EUR" });
            let at = format!("now() + interval '{hours} hours'");
            let of = format!("variant_id = '{variant}' AND currency = '{code}'");
            format!(
                "UPDATE prices SET valid_to = {at} WHERE {of} AND valid_from < {at} AND (valid_to IS NULL OR valid_to > {at});
                 INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by)
                 SELECT gen_random_uuid(), '{variant}', '{code}', {minor}, {at},
                     (SELECT min(valid_from) FROM prices WHERE {of} AND valid_from > {at}), 'system'
                 WHERE NOT EXISTS (SELECT FROM prices WHERE {of} AND valid_from = {at})"
            )
        }
        Step::CallOff { variant } => {
            let variant = variants[*variant];
            let last = format!(
                "(SELECT max(valid_from) FROM prices WHERE variant_id = '{variant}' AND currency = 'EUR')"
            );
            format!(
                "DELETE FROM prices WHERE variant_id = '{variant}' AND currency = 'EUR'
                AND valid_from > now() AND valid_from = {last}"
            )
        }
        Step::Delete { variant, is_whole: true } => {
            let product = owner(*variant);
            format!("UPDATE variants SET deleted_at = now() WHERE product_id = '{product}' AND deleted_at IS NULL;
                UPDATE products SET deleted_at = now() WHERE id = '{product}' AND deleted_at IS NULL")
        }
        Step::Delete { variant, .. } => {
            let (product, variant) = (owner(*variant), variants[*variant]);
            format!("UPDATE variants SET deleted_at = now() WHERE id = '{variant}' AND deleted_at IS NULL
                AND 1 < (SELECT count(*) FROM variants WHERE product_id = '{product}' AND deleted_at IS NULL)")
        }
        Step::Restore { variant } => {
            let (product, variant) = (owner(*variant), variants[*variant]);
            format!(
                "UPDATE products SET deleted_at = NULL WHERE id = '{product}';
                UPDATE variants SET deleted_at = NULL WHERE id = '{variant}'"
            )
        }
        Step::Stock { variant, reserved } => {
            format!(
                "UPDATE stock_levels SET reserved = {reserved} WHERE variant_id = '{}'",
                variants[*variant]
            )
        }
        Step::Edit { product, column, value } => {
            format!("UPDATE products SET {column} = {value} WHERE id = '{}'", products[*product])
        }
    }
}

/// Every live variant's timelines, by product and currency.
async fn timelines(client: &Client) -> BTreeMap<(Uuid, String), Vec<PriceTimeline>> {
    let rows = client
        .query(
            "SELECT product_id, variant.id, currency, amount_minor, valid_from, valid_to FROM prices
             JOIN variants AS variant ON variant.id = variant_id AND variant.deleted_at IS NULL
             JOIN products AS product ON product.id = product_id AND product.deleted_at IS NULL",
            &[],
        )
        .await
        .unwrap();
    let mut periods: BTreeMap<(Uuid, String, Uuid), Vec<PricePeriod>> = BTreeMap::new();
    for row in &rows {
        let code: String = row.get(2);
        let price = Money::from_minor(row.get(3), currency(&code)).unwrap();
        let (valid_from, valid_to) = (row.get(4), row.get(5));
        let id = Uuid::now_v7().into();
        let period = PricePeriod { id, price, valid_from, valid_to, changed_by: Actor::System };
        periods.entry((row.get(0), code, row.get(1))).or_default().push(period);
    }
    let mut timelines: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for ((product, code, _), periods) in periods {
        let timeline = PriceTimeline::new(currency(&code), periods).unwrap();
        timelines.entry((product, code)).or_default().push(timeline);
    }
    timelines
}

/// Compares the listed prices, now and at every instant at which one may change, with the cheapest of the timelines.
async fn assert_cheapest(client: &Client) {
    let now: Instant = client.query_one("SELECT clock_timestamp()", &[]).await.unwrap().get(0);
    for ((product, code), timelines) in timelines(client).await {
        let edges =
            timelines.iter().flat_map(PriceTimeline::periods).flat_map(|p| [Some(p.valid_from), p.valid_to]);
        for at in edges.flatten().filter(|at| *at > now).chain([now]) {
            let cheapest =
                timelines.iter().filter_map(|line| line.as_of(at)).map(|period| period.price.minor()).min();
            let sql = "SELECT DISTINCT amount_minor FROM cheapest_prices
                WHERE product_id = $1 AND currency = $2 AND valid_from <= $3 AND $3 < valid_to";
            let listed = client.query(sql, &[&product, &code, &at]).await.unwrap();
            let listed: Vec<i64> = listed.iter().map(|row| row.get(0)).collect();
            assert_eq!(listed, cheapest.into_iter().collect::<Vec<_>>(), "{product} {code} at {at}");
        }
    }
}

#[tokio::test]
async fn after_any_history_the_lists_say_what_the_catalog_says() {
    let shop = Shop::open().await;
    let histories = prop::collection::vec(prop::collection::vec(step(), 5..25), 12);
    let histories = histories.new_tree(&mut TestRunner::new(Config::default())).unwrap().current();
    for history in histories {
        let (mut products, mut variants) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let three =
                (0..3).map(|_| NewVariant { stock: 1, ..variant(&Uuid::now_v7().to_string()) }).collect();
            let creation = create(NewProduct { variants: three, ..product("Shirt") }, a_moment_ago());
            shop.catalog().commit_product_creation(&creation, None).await.unwrap();
            products.push(creation.product.id.uuid());
            variants.extend(creation.variants.iter().map(|new| new.variant.id.uuid()));
        }
        for (n, step) in history.iter().enumerate() {
            run(&shop.client, &format!("BEGIN; {}; COMMIT", sql(step, &products, &variants))).await;
            if n % 5 == 4 {
                assert_eq!(differences(&shop.client).await, 0, "{:#?}", &history[..=n]);
            }
        }
        assert_eq!(differences(&shop.client).await, 0, "{history:#?}");
        assert_cheapest(&shop.client).await;
    }
}

#[tokio::test]
async fn a_list_that_does_not_follow_the_catalog_is_found_out() {
    let shop = Shop::open().await;
    let made = shop.product(&[("A", 1, 1000)]).await;
    let (product, variant) = (made.product.id, made.variants[0].variant.id);
    for (broken, mended) in [
        ("UPDATE product_listings SET in_stock = false", "UPDATE product_listings SET in_stock = true"),
        (
            "UPDATE product_listings SET title_key = 'x'",
            "UPDATE product_listings SET title_key = 'linen shirt'",
        ),
        ("UPDATE cheapest_prices SET amount_minor = 1", "UPDATE cheapest_prices SET amount_minor = 1000"),
        ("UPDATE cheapest_prices SET status = 'draft'", "UPDATE cheapest_prices SET status = 'active'"),
        ("UPDATE product_listings SET tag = 'x'", "UPDATE product_listings SET tag = ''"),
        ("UPDATE cheapest_prices SET tag = 'x'", "UPDATE cheapest_prices SET tag = ''"),
        ("UPDATE product_words SET words = '4x'", ""),
        ("DELETE FROM cheapest_prices", ""),
        ("DELETE FROM product_listings", ""),
    ] {
        assert_eq!(differences(&shop.client).await, 0, "before {broken}");
        run(&shop.client, broken).await;
        assert!(differences(&shop.client).await > 0, "{broken}");
        run(&shop.client, mended).await;
        let again = format!(
            "SELECT list_products(ARRAY['{product}']::uuid[]), index_words(ARRAY['{product}']::uuid[])"
        );
        run(&shop.client, &again).await;
    }
    run(&shop.client, "ALTER TABLE prices DISABLE TRIGGER prices_relist_new").await;
    let late = "INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
        VALUES (gen_random_uuid(), 'ID', 'USD', 5, now() + interval '1 hour', 'system')";
    run(&shop.client, &late.replace("ID", &variant.to_string())).await;
    assert_eq!(differences(&shop.client).await, 1, "a price to come is missing");
}

#[tokio::test]
async fn a_planned_price_moves_its_product_when_its_instant_has_come_with_no_write() {
    let shop = Shop::open().await;
    let dear = shop.product(&[("DEAR", 1, 1000)]).await;
    let other = shop.product(&[("OTHER", 1, 800)]).await;
    let variant = dear.variants[0].variant.id;
    let half_a_second = format!(
        "BEGIN; UPDATE prices SET valid_to = now() + interval '0.7 seconds' WHERE variant_id = '{variant}';
         INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
         VALUES (gen_random_uuid(), '{variant}', 'EUR', 500, now() + interval '0.7 seconds', 'system'); COMMIT"
    );
    run(&shop.client, &half_a_second).await;
    let cheapest = ProductQuery { sort: ProductSort::Cheapest, ..all(20) };
    let bargains = ProductQuery { max_price: Some(euro(700)), ..all(20) };
    assert_eq!(ids(&shop, &cheapest).await.0, [other.product.id, dear.product.id]);
    assert_eq!(ids(&shop, &bargains).await.0, []);
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(ids(&shop, &cheapest).await.0, [dear.product.id, other.product.id]);
    assert_eq!(ids(&shop, &bargains).await.0, [dear.product.id]);
    assert_eq!(differences(&shop.client).await, 0);
    let past = PgPastPrices::new(shop.pool.clone());
    assert_eq!(past.forget().await.unwrap(), 0, "not at once");
    run(
        &shop.client,
        "UPDATE cheapest_prices SET valid_to = now() - interval '2 minutes' WHERE valid_to < now()",
    )
    .await;
    assert_eq!(past.forget().await.unwrap(), 1);
    assert_eq!((ids(&shop, &cheapest).await.0.len(), differences(&shop.client).await), (2, 0));
    shop.assert_sound().await;
}

/// The hot path: a sale that leaves something of its variant neither writes to a list nor locks a row of one.
#[tokio::test]
async fn only_a_sale_of_a_product_s_last_piece_changes_a_list() {
    let shop = Shop::open().await;
    shop.product(&[("MUG", 3, 1000), ("CUP", 1, 900)]).await;
    let customer = shop.customer().await;
    let rows = async |columns: &str| -> Vec<String> {
        let of = |table| format!("SELECT concat_ws(' ', {columns}) FROM {table}");
        let both = format!("{} UNION ALL {}", of("product_listings"), of("cheapest_prices"));
        shop.client.query(&both, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    };
    let (written, locked) = ("ctid, xmin", "ctid, xmin, xmax");
    let (before, untouched) = (rows(written).await, rows(locked).await);
    shop.place(customer, &[("MUG", 2)]).await.unwrap();
    assert_eq!(rows(locked).await, untouched);
    shop.place(customer, &[("CUP", 1)]).await.unwrap();
    assert_eq!(rows(written).await, before, "there still are mugs");
    shop.place(customer, &[("MUG", 1)]).await.unwrap();
    assert!(rows(written).await.iter().all(|row| !before.contains(row)), "it is sold out everywhere");
    shop.assert_sound().await;
}
