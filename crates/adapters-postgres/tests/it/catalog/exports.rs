//! The whole catalog at one instant.

use std::time::Duration;

use adapters_postgres::{Database, PgProductExporter, PoolSettings};
use domain::{catalog::NewVariant, inventory::StockLevel};
use ports::{
    catalog::{CatalogSnapshot, CatalogStore, ProductExporter, ProductRecord},
    storage::StorageError,
};

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, create, euro, product, settings, variant},
};

async fn rest(snapshot: &mut Box<dyn CatalogSnapshot>) -> Vec<ProductRecord> {
    let mut all = Vec::new();
    loop {
        let piece = snapshot.next().await.unwrap();
        if piece.is_empty() {
            return all;
        }
        all.extend(piece);
    }
}

/// The sessions of the database that sit in an open transaction.
async fn open_transactions(shop: &Shop) -> i64 {
    number(
        &shop.client,
        "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    )
    .await
}

#[tokio::test]
async fn a_product_is_read_whole() {
    let shop = Shop::open().await;
    let new = domain::catalog::NewProduct {
        variants: vec![
            NewVariant { stock: 7, price: Some(euro(1250)), weight_grams: Some(340), ..variant("MUG-B") },
            NewVariant { backorder: true, ..variant("MUG-A") },
        ],
        ..product("Mug")
    };
    let made = create(new, a_moment_ago());
    shop.catalog().commit_product_creation(&made, None).await.unwrap();
    let (id, mug) = (made.product.id, made.variants[0].variant.id);
    let prices = format!(
        "INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by) VALUES
            (gen_random_uuid(), '{mug}', 'USD', 1300, now() - interval '1 hour', NULL, 'system'),
            (gen_random_uuid(), '{mug}', 'GBP', 1100, now() - interval '2 hours', now() - interval '1 hour', 'system'),
            (gen_random_uuid(), '{mug}', 'JPY', 1800, now() + interval '1 hour', NULL, 'system');
        INSERT INTO categories (id, slug, name) VALUES (gen_random_uuid(), 'kitchen', 'Kitchen');
        UPDATE products SET category_id = (SELECT id FROM categories) WHERE id = '{id}'"
    );
    run(&shop.client, &prices).await;

    let [record] = &rest(&mut shop.exporter().open().await.unwrap()).await[..] else { panic!("one product") };
    assert_eq!(record.category.as_ref().unwrap().as_str(), "kitchen");
    assert_eq!(record.product.title, made.product.title);
    let [b, a] = &record.variants[..] else { panic!("two variants, in their order") };
    assert_eq!((&b.variant, &a.variant), (&made.variants[0].variant, &made.variants[1].variant));
    let amounts: Vec<_> = b.prices.iter().map(|price| (price.amount(), price.currency().code())).collect();
    assert_eq!(amounts, [("12.50".to_owned(), "EUR"), ("13.00".to_owned(), "USD")], "those in force");
    let level = StockLevel { on_hand: 7, ..StockLevel::empty(mug, false) };
    assert_eq!((&b.level, a.level.backorder, a.prices.len()), (&level, true, 0));
}

#[tokio::test]
async fn whatever_is_changed_meanwhile_it_is_the_catalog_of_one_instant() {
    let shop = Shop::open().await;
    let mut made = Vec::new();
    for n in 0..120 {
        made.push(shop.product(&[(&format!("SKU-{n}"), 5, 1000)]).await.product.id);
    }
    run(&shop.client, &format!("UPDATE products SET deleted_at = now() WHERE id = '{}'", made.remove(3)))
        .await;

    let mut snapshot = shop.exporter().open().await.unwrap();
    let mut all = snapshot.next().await.unwrap();
    assert!(all.len() < made.len(), "{} in the first piece", all.len());
    shop.product(&[("LATE", 1, 1)]).await;
    run(
        &shop.client,
        "UPDATE products SET title = 'Changed', version = version + 1;
        UPDATE products SET deleted_at = now() WHERE id = (SELECT max(id::text)::uuid FROM products);
        UPDATE prices SET valid_to = now()",
    )
    .await;
    all.extend(rest(&mut snapshot).await);
    assert_eq!(all.iter().map(|record| record.product.id).collect::<Vec<_>>(), made);
    assert!(all.iter().all(|record| record.product.title.as_str() == "Linen shirt"));
    assert!(all.iter().all(|record| record.variants[0].prices == [euro(1000)]));
}

#[tokio::test]
async fn no_transaction_stays_open() {
    let shop = Shop::open().await;
    shop.product(&[("A", 1, 1)]).await;
    let mut snapshot = shop.exporter().open().await.unwrap();
    rest(&mut snapshot).await;
    assert_eq!(open_transactions(&shop).await, 0, "at the end");
    assert!(snapshot.next().await.unwrap().is_empty(), "and the end stays the end");

    let mut snapshot = shop.exporter().open().await.unwrap();
    snapshot.next().await.unwrap();
    assert_eq!(open_transactions(&shop).await, 1);
    drop(snapshot);
    for _ in 0..500 {
        if open_transactions(&shop).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the transaction of a dropped snapshot stays open");
}

#[tokio::test]
async fn more_exports_at_once_than_there_are_connections_for_are_refused_until_one_ends() {
    let shop = Shop::open().await;
    let two =
        PoolSettings { max_size: 2, acquire_timeout: Duration::from_millis(200), ..settings(shop.url()) };
    let exporter = PgProductExporter::new(Database::new(&two).unwrap());
    let _first = exporter.open().await.unwrap();
    let second = exporter.open().await.unwrap();

    let refused = exporter.open().await.map(|_| ());
    assert!(matches!(refused, Err(StorageError::Overloaded(_))), "{refused:?}");

    drop(second);
    assert!(exporter.open().await.is_ok());
}
