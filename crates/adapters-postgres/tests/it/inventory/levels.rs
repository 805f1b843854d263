//! Lists of stock: all, and what runs low.

use adapters_postgres::{PgStockReader, PgStockStore};
use ports::{
    inventory::{StockPlace, StockQuery, StockReader, StockStore},
    pagination::PageRequest,
};

use super::by_hand::{adjust, command};
use crate::{
    arrange::run,
    shop::{Shop, sku},
};

/// The SKUs of every page, with how many are available.
async fn walk(shop: &Shop, below: Option<i32>, only: Option<&str>, limit: u16) -> Vec<(String, i32)> {
    let reader = PgStockReader::new(shop.pool.clone());
    let mut query = StockQuery { below, sku: only.map(sku), page: PageRequest { limit, after: None } };
    let mut seen = Vec::new();
    loop {
        let page = reader.list(&query).await.unwrap();
        seen.extend(page.rows.iter().map(|view| (view.sku.to_string(), view.level.available())));
        match page.next {
            Some(place) => query.page.after = Some(place),
            None => return seen,
        }
    }
}

fn skus(seen: &[(String, i32)]) -> Vec<&str> {
    seen.iter().map(|(sku, _)| sku.as_str()).collect()
}

#[tokio::test]
async fn what_runs_low_comes_the_emptiest_first_and_all_by_their_skus() {
    let shop = Shop::open().await;
    shop.product(&[("D", 4, 100), ("A", 0, 100), ("C", 4, 100), ("B", 5, 100), ("E", 2_000, 100)]).await;
    shop.place(shop.customer().await, &[("D", 3)]).await.unwrap();
    for limit in [1, 2, 10] {
        let low = walk(&shop, Some(5), None, limit).await;
        assert_eq!(low, [("A".to_owned(), 0), ("D".to_owned(), 1), ("C".to_owned(), 4)], "{limit}");
        assert_eq!(skus(&walk(&shop, None, None, limit).await), ["A", "B", "C", "D", "E"]);
    }
    assert_eq!(skus(&walk(&shop, Some(1_000), None, 10).await), ["A", "D", "C", "B"]);
    assert_eq!(skus(&walk(&shop, None, Some("E"), 10).await), ["E"]);
    assert_eq!(skus(&walk(&shop, Some(5), Some("D"), 10).await), ["D"]);
    assert_eq!(walk(&shop, Some(5), Some("B"), 10).await, []);
    assert_eq!(walk(&shop, None, Some("none"), 10).await, []);
}

#[tokio::test]
async fn a_place_says_where_a_list_goes_on() {
    let shop = Shop::open().await;
    let product = shop.product(&[("A", 1, 100), ("B", 1, 100)]).await;
    let first = |below| StockQuery { below, sku: None, page: PageRequest { limit: 1, after: None } };
    let reader = PgStockReader::new(shop.pool.clone());
    assert_eq!(reader.list(&first(None)).await.unwrap().next, Some(StockPlace::BySku(sku("A"))));
    let id = product.variants.iter().map(|new| new.variant.id.uuid()).min().unwrap();
    let place = StockPlace::ByAvailable { available: 1, id };
    assert_eq!(reader.list(&first(Some(5))).await.unwrap().next, Some(place));
    let found = reader.find(id.into()).await.unwrap().unwrap();
    assert_eq!((found.product_id, found.level.available()), (product.product.id, 1));
}

#[tokio::test]
async fn what_runs_low_is_noted_in_the_transaction_of_every_change() {
    let shop = Shop::open().await;
    let product = shop.product(&[("A", 1_500, 100), ("B", 3, 100)]).await;
    let variant = product.variants[0].variant.id;
    let store = PgStockStore::new(shop.pool.clone());
    let mut low = Vec::new();
    for delta in [-100, -500, -899, 1_000, -1_001] {
        store.commit_command(&command(variant, adjust(delta), false), None).await.unwrap();
        low.push(walk(&shop, Some(1_000), Some("A"), 10).await.first().map(|(_, available)| *available));
        shop.assert_sound().await;
    }
    assert_eq!(low, [None, Some(900), Some(1), None, Some(0)]);

    run(&shop.client, "UPDATE variants SET deleted_at = now() WHERE sku = 'A'").await;
    assert_eq!(skus(&walk(&shop, Some(5), None, 10).await), ["B"]);
    run(&shop.client, "UPDATE stock_levels SET on_hand = 7, version = version + 1, movements = movements + 1
        WHERE on_hand = 0; INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved,
        on_hand_after, reserved_after, actor) SELECT variant_id, movements, 'returned', 7, 0, 7, 0, 'system'
        FROM stock_levels WHERE on_hand = 7").await;
    shop.assert_sound().await;
    run(&shop.client, "UPDATE variants SET deleted_at = NULL WHERE sku = 'A'").await;
    assert_eq!(walk(&shop, Some(10), None, 10).await, [("B".to_owned(), 3), ("A".to_owned(), 7)]);
    shop.assert_sound().await;
}

/// However many variants there are, a page is read from an index, in its order.
#[tokio::test]
async fn no_page_reads_or_sorts_a_whole_table() {
    let shop = Shop::open().await;
    shop.product(&[("A", 1, 100)]).await;
    let many = "INSERT INTO variants (id, product_id, sku, title)
            SELECT gen_random_uuid(), id, 'SKU-' || n, 'S' FROM products, generate_series(1, 20000) AS n;
        INSERT INTO stock_levels (variant_id, on_hand) SELECT id, n % 3000
        FROM (SELECT id, row_number() OVER () AS n FROM variants WHERE sku LIKE 'SKU-%') AS numbered;
        ANALYZE variants, stock_levels, low_stock";
    run(&shop.client, many).await;
    run(&shop.client, "SET plan_cache_mode = force_generic_plan").await;
    let columns = "level.variant_id, variant.sku, level.on_hand";
    let low = format!(
        "PREPARE low (uuid, text, integer, integer) AS SELECT {columns} FROM low_stock AS low
        JOIN stock_levels AS level ON level.variant_id = low.variant_id
        JOIN variants AS variant ON variant.id = low.variant_id
        WHERE low.available < $3 AND (low.available, low.variant_id) > ($4, $1) AND $2 IS NULL
        ORDER BY low.available, low.variant_id LIMIT 21"
    );
    let all = format!(
        "PREPARE alls (text, text) AS SELECT {columns} FROM variants AS variant
        JOIN stock_levels AS level ON level.variant_id = variant.id
        WHERE variant.deleted_at IS NULL AND variant.sku > $1 AND $2 IS NULL ORDER BY variant.sku LIMIT 21"
    );
    run(&shop.client, &format!("{low}; {all}")).await;
    for execute in ["low (gen_random_uuid(), NULL, 800, 3)", "alls ('SKU-5', NULL)"] {
        let plan = shop.client.query(&format!("EXPLAIN EXECUTE {execute}"), &[]).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(!plan.contains("Seq Scan") && !plan.contains("Sort"), "{plan}");
    }
}
