//! What a bulk loader knows about the shop, and how it keeps the planner informed.

use std::time::Duration;

use adapters_postgres::BulkLoader;
use domain::catalog::{NewProduct, NewVariant, ProductCreation};

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, admin_creation, create, euro, product, settings, variant},
};

async fn loader(shop: &Shop) -> BulkLoader {
    BulkLoader::connect(&settings(shop.url()).connect).await.unwrap()
}

fn creation(sku: &str) -> ProductCreation {
    let one = NewVariant { price: Some(euro(999)), stock: 3, ..variant(sku) };
    create(NewProduct { variants: vec![one], ..product("Scarf") }, a_moment_ago())
}

#[tokio::test]
async fn deleted_products_are_counted_too() {
    let shop = Shop::open().await;
    let mut loader = loader(&shop).await;
    assert_eq!(loader.count_products().await.unwrap(), 0);
    loader.load_products(&[creation("A"), creation("B")]).await.unwrap();
    let deleted = "BEGIN; UPDATE variants SET deleted_at = now() WHERE sku = 'A';
        UPDATE products SET deleted_at = now() FROM variants WHERE product_id = products.id AND sku = 'A'; COMMIT";
    run(&shop.client, deleted).await;
    assert_eq!(loader.count_products().await.unwrap(), 2);
}

#[tokio::test]
async fn the_highest_number_of_an_address_is_found_among_others() {
    let shop = Shop::open().await;
    let mut loader = loader(&shop).await;
    assert_eq!(loader.highest_numbered_address("user", "example.com").await.unwrap(), 0);
    let addresses = [
        "user9@example.com",
        "user10@example.com",
        "user77@example.org",
        "xuser78@example.com",
        "user79x@example.com",
        "user1234567890@example.com",
        "user80@sub.example.com",
        "user@example.com",
    ];
    let users = addresses.map(admin_creation).map(|creation| (creation.user, creation.event));
    loader.load_users(&users, "$first").await.unwrap();
    let erased = "UPDATE users SET email = NULL, name = NULL, password_hash = NULL, email_verified_at = NULL,
        roles = '{customer}', erased_at = now() WHERE email = 'user77@example.org'";
    run(&shop.client, erased).await;
    assert_eq!(loader.highest_numbered_address("user", "example.com").await.unwrap(), 10);
}

/// The triggers' plans are made on empty tables. Kept, they read every SKU that there is for each new product.
#[tokio::test]
async fn loading_reads_no_more_of_an_index_as_the_shop_grows() {
    const BATCH: i64 = 200;
    let shop = Shop::open().await;
    let mut loader = loader(&shop).await;
    for batch in 0..5 {
        let new: Vec<_> = (0..BATCH).map(|n| creation(&format!("{batch}-{n}"))).collect();
        loader.load_products(&new).await.unwrap();
    }
    drop(loader); // its figures come in when its connection ends
    let loaded = "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'variants'";
    while number(&shop.client, loaded).await < 5 * BATCH {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let read = "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE indexrelname = 'variants_sku_key'";
    // Once for each product of the first batch, and a few times for each batch.
    assert!(number(&shop.client, read).await <= BATCH * BATCH + 5 * 10 * BATCH);
}
