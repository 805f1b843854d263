//! Rows of files, made true.

use adapters_postgres::{PgPriceStore, PgProductImporter, PgStockStore};
use domain::{
    actor::Actor,
    catalog::{ImportFault, ImportStep, ProductImport, ProductRow, RowIds, Sku, Slug, VariantRow},
    inventory::ByHand,
    money::Money,
    text::Name,
};
use ports::{
    catalog::{CommitImportError, ImportMode, PriceStore, ProductImporter},
    inventory::StockStore,
    orders::OrderStore,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::price_edits::set;
use crate::{
    arrange::{number, run},
    inventory::by_hand::command,
    shop::{Shop, currency, euro},
};

pub(super) fn variant(sku: &str, cents: i64, stock: u32) -> VariantRow {
    VariantRow {
        sku: Sku::parse(sku).unwrap(),
        title: None,
        option_values: None,
        barcode: None,
        weight_grams: None,
        prices: vec![euro(cents)],
        stock: Some(stock),
        backorder: None,
    }
}

pub(super) fn row(title: &str, variants: Vec<VariantRow>) -> ProductRow {
    ProductRow {
        slug: None,
        title: Some(Name::parse(title).unwrap()),
        description: None,
        status: None,
        category: None,
        tags: None,
        attributes: None,
        images: None,
        options: None,
        variants,
    }
}

pub(super) fn import(row: ProductRow) -> ProductImport {
    let ids = RowIds::new(&row, Uuid::now_v7);
    ProductImport { row, ids, actor: Actor::System, request_id: Some("request-1".to_owned()) }
}

fn importer(shop: &Shop) -> PgProductImporter {
    PgProductImporter::new(shop.pool.clone())
}

async fn take(shop: &Shop, row: ProductRow) -> Result<Vec<ImportStep>, CommitImportError> {
    let decision = importer(shop).commit_import(&import(row), ImportMode::Commit).await?;
    Ok(decision.steps)
}

/// How many rows each table has that an import writes into, and all versions.
async fn traces(shop: &Shop) -> Vec<i64> {
    let row = shop.client.query_one(
        "SELECT (SELECT count(*) FROM products), (SELECT count(*) FROM variants), (SELECT count(*) FROM prices),
            (SELECT count(*) FROM stock_movements), (SELECT count(*) FROM events),
            (SELECT coalesce(sum(version), 0) FROM products), (SELECT coalesce(sum(version), 0) FROM variants),
            (SELECT coalesce(sum(version), 0) FROM stock_levels)",
        &[],
    );
    let row = row.await.unwrap();
    (0..row.len()).map(|place| row.get(place)).collect()
}

async fn told(shop: &Shop) -> Vec<String> {
    let sql = "SELECT type || ' ' || aggregate_version FROM events ORDER BY sequence";
    shop.client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Fails when some aggregate's version falls along the log.
async fn assert_rising(shop: &Shop) {
    let falling = "SELECT count(*) FROM (
            SELECT aggregate_version < lag(aggregate_version)
                OVER (PARTITION BY aggregate_type, aggregate_id ORDER BY sequence) AS falls FROM events
        ) AS log WHERE falls";
    assert_eq!(number(&shop.client, falling).await, 0);
}

#[tokio::test]
async fn a_row_is_a_new_product_with_all_its_prices_and_stock_and_one_event() {
    let shop = Shop::open().await;
    let usd = Money::parse("13", currency("USD")).unwrap();
    let mug = VariantRow { prices: vec![euro(1250), usd], ..variant("MUG", 1250, 7) };

    take(&shop, row("Mug", vec![mug])).await.unwrap();

    assert_eq!(traces(&shop).await, [1, 1, 2, 1, 1, 1, 1, 1]);
    assert_eq!(told(&shop).await, ["product.created 1"]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_row_writes_what_the_single_calls_would() {
    let shop = Shop::open().await;
    shop.product(&[("A", 5, 1000), ("B", 5, 1000)]).await;
    let a = VariantRow { weight_grams: Some(Some(180)), backorder: Some(true), ..variant("A", 900, 3) };

    let steps = take(&shop, row("Shirt", vec![variant("B", 1000, 5), a])).await.unwrap();

    assert_eq!(steps.len(), 4);
    // Both variants are named after the product: with its title they are others, too.
    let told = told(&shop).await;
    assert_eq!(told[1..], ["product.updated 2", "variant.updated 3", "price.changed 4", "stock.adjusted 2"]);
    let product = "SELECT version FROM products WHERE title = 'Shirt'";
    let variant = "SELECT version FROM variants WHERE sku = 'A' AND weight_grams = 180";
    let level = "SELECT count(*) FROM stock_levels WHERE on_hand = 3 AND backorder";
    let line = "SELECT delta_on_hand FROM stock_movements WHERE kind = 'count' AND request_id = 'request-1'";
    let periods = "SELECT count(*) FROM prices WHERE amount_minor = 900 OR valid_to IS NOT NULL";
    for (sql, expected) in [(product, 4), (variant, 4), (level, 1), (line, -2), (periods, 2)] {
        assert_eq!(number(&shop.client, sql).await, expected, "{sql}");
    }
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_row_that_is_true_already_writes_nothing_and_waits_for_nobody() {
    let shop = Shop::open().await;
    let mug = || row("Mug", vec![variant("MUG", 1250, 7)]);
    take(&shop, mug()).await.unwrap();
    let before = traces(&shop).await;
    let other = shop.client().await;
    run(&other, "BEGIN; SELECT FROM products FOR UPDATE; SELECT FROM stock_levels FOR UPDATE").await;

    assert_eq!(take(&shop, mug()).await.unwrap(), []);

    assert_eq!(traces(&shop).await, before);
}

#[tokio::test]
async fn a_dry_run_decides_the_same_and_leaves_nothing() {
    let shop = Shop::open().await;
    shop.product(&[("OLD", 5, 1000)]).await;
    let rows = [row("New", vec![variant("NEW", 1, 1)]), row("Old", vec![variant("OLD", 1, 1)])];
    for row in rows {
        let (import, before) = (import(row), traces(&shop).await);
        let tried = importer(&shop).commit_import(&import, ImportMode::DryRun).await.unwrap();
        assert_eq!(traces(&shop).await, before);
        let done = importer(&shop).commit_import(&import, ImportMode::Commit).await.unwrap();
        assert_eq!(done.steps.len(), tried.steps.len());
    }
    let again = import(row("New", vec![variant("X", 1, 1)]));
    let taken = importer(&shop).commit_import(&again, ImportMode::DryRun).await;
    assert!(matches!(taken, Err(CommitImportError::SlugTaken(_))));
}

#[tokio::test]
async fn a_refused_row_leaves_nothing() {
    let shop = Shop::open().await;
    shop.product(&[("A", 5, 1000)]).await;
    shop.product(&[("B", 5, 1000)]).await;
    let taken = Slug::parse("mug").unwrap();
    take(&shop, ProductRow { slug: Some(taken.clone()), ..row("Mug", vec![variant("MUG", 1, 1)]) })
        .await
        .unwrap();
    let before = traces(&shop).await;
    let nowhere = Slug::parse("nowhere").unwrap();

    let new = take(&shop, row("Mug", vec![variant("NEW", 1, 1)])).await;
    let renamed = ProductRow { slug: Some(taken.clone()), ..row("Other", vec![variant("A", 900, 4)]) };
    let renamed = take(&shop, renamed).await;
    let unknown = ProductRow { category: Some(Some(nowhere.clone())), ..row("A", vec![variant("A", 1, 1)]) };
    let unknown = take(&shop, unknown).await;
    let two = take(&shop, row("Both", vec![variant("A", 1, 1), variant("B", 1, 1)])).await;

    for slug in [new, renamed] {
        assert!(matches!(&slug, Err(CommitImportError::SlugTaken(slug)) if *slug == taken), "{slug:?}");
    }
    for (refused, fault) in
        [(unknown, ImportFault::UnknownCategory(nowhere)), (two, ImportFault::OtherProduct { variant: 1 })]
    {
        assert!(matches!(&refused, Err(CommitImportError::Refused(all)) if *all == [fault]), "{refused:?}");
    }
    assert_eq!(traces(&shop).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_files_with_one_new_product_one_makes_it() {
    let shop = Shop::open().await;
    let mut files = JoinSet::new();
    for n in 0..12 {
        let importer = importer(&shop);
        files.spawn(async move {
            let row = row("Mug", vec![variant("MUG", 1000 + n, 5)]);
            importer.commit_import(&import(row), ImportMode::Commit).await.unwrap().steps
        });
    }
    let steps = files.join_all().await;

    let made = steps.iter().flatten().filter(|step| matches!(step, ImportStep::Create(_)));
    assert_eq!(made.count(), 1);
    assert_eq!(shop.count("products").await, 1);
    assert_rising(&shop).await;
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amid_sales_counts_and_price_edits_nothing_is_lost_or_told_in_another_order() {
    let shop = Shop::open().await;
    let made = shop.product(&[("A", 500, 1000), ("B", 500, 1000)]).await;
    let [a, b] = [0, 1].map(|place| made.variants[place].variant.id);
    let customer = shop.customer().await;
    let mut deeds = JoinSet::new();
    for n in 0..25_u32 {
        let (pool, cents) = (shop.pool.clone(), 1000 + i64::from(n));
        deeds.spawn(async move {
            let row = row("Shirt", vec![variant("B", cents, 600 + n), variant("A", cents, 600 + n)]);
            PgProductImporter::new(pool).commit_import(&import(row), ImportMode::Commit).await.unwrap();
        });
        let pool = shop.pool.clone();
        deeds.spawn(async move {
            PgPriceStore::new(pool).commit_price_edit(&set(a, cents * 2, None)).await.unwrap();
        });
        let pool = shop.pool.clone();
        deeds.spawn(async move {
            let count = command(b, ByHand::Count { on_hand: 700 + n }, false);
            PgStockStore::new(pool).commit_command(&count, None).await.unwrap();
        });
        let placement = shop.decide(customer, &[("A", 1), ("B", 1)]).await;
        let store = shop.store();
        deeds.spawn(async move {
            // At another price than was decided on, it is refused.
            drop(store.commit_placement(&placement, None, None).await);
        });
    }
    deeds.join_all().await;

    assert_rising(&shop).await;
    let (changes, versions) = (
        "SELECT count(*) FROM events WHERE type = 'stock.adjusted'",
        "SELECT sum(version) - 2 FROM stock_levels",
    );
    assert_eq!(number(&shop.client, changes).await, number(&shop.client, versions).await);
    let (edits, version) = (
        "SELECT count(*) FROM events WHERE type IN ('product.created', 'product.updated', 'price.changed')",
        "SELECT version FROM products",
    );
    assert_eq!(number(&shop.client, edits).await, number(&shop.client, version).await);
    shop.assert_sound().await;
}
