//! Loading much at once.

use adapters_postgres::{BulkLoadError, BulkLoader, MAX_BATCH};
use domain::{
    actor::Actor,
    catalog::{Image, NewProduct, NewVariant, PricePeriod, ProductCreation, ProductOption},
    text::Description,
};
use ports::{accounts::UserStore, catalog::CatalogStore};
use uuid::Uuid;

use crate::shop::{Shop, a_moment_ago, admin_creation, create, euro, product, settings, variant};

async fn loader(shop: &Shop) -> BulkLoader {
    BulkLoader::connect(&settings(shop.url()).connect).await.unwrap()
}

/// Every row of the tables that products and users are kept in, without the numbers of transactions.
async fn everything(shop: &Shop) -> Vec<String> {
    let mut rows = Vec::new();
    for table in ["products", "variants", "prices", "stock_levels", "stock_movements", "events", "users"] {
        let order = if table == "events" { "sequence" } else { "1" };
        let numbers = "'{transaction_id, sequence}'::text[]";
        let sql =
            format!("SELECT concat('{table} ', to_jsonb(t) - {numbers}) FROM {table} AS t ORDER BY {order}");
        rows.extend(shop.client.query(&sql, &[]).await.unwrap().iter().map(|row| row.get::<_, String>(0)));
    }
    rows
}

/// A product that uses every column, with a price that has a past.
fn rich() -> ProductCreation {
    let size = |size: &str| ("size".to_owned(), size.to_owned());
    let new = NewProduct {
        description: Some(Description::parse("Cool,\n\"light\" and \\ natural").unwrap()),
        tags: vec!["summer".to_owned(), "a,b".to_owned()],
        attributes: [("material".to_owned(), "linen".to_owned())].into(),
        images: vec![
            Image { url: "https://example.com/1.jpg".to_owned(), alt: Some("Front".to_owned()) },
            Image { url: "https://example.com/2.jpg".to_owned(), alt: None },
        ],
        options: vec![ProductOption {
            name: "size".to_owned(),
            values: vec!["S".to_owned(), "M".to_owned()],
        }],
        variants: vec![
            NewVariant {
                option_values: [size("S")].into(),
                price: Some(euro(1500)),
                stock: 7,
                barcode: Some("4006381333931".to_owned()),
                weight_grams: Some(180),
                ..variant("SHIRT-S")
            },
            NewVariant { option_values: [size("M")].into(), backorder: true, ..variant("SHIRT-M") },
        ],
        ..product("Linen shirt")
    };
    let mut creation = create(new, a_moment_ago());
    let current = creation.variants[0].prices[0].clone();
    let past = PricePeriod {
        id: Uuid::now_v7().into(),
        price: euro(1000),
        valid_from: current.valid_from - chrono::Duration::days(20),
        valid_to: Some(current.valid_from),
        changed_by: Actor::System,
    };
    creation.variants[0].prices.insert(0, past);
    creation
}

#[tokio::test]
async fn what_is_loaded_equals_what_the_store_writes() {
    let (one_by_one, at_once) = (Shop::open().await, Shop::open().await);
    let products = [rich(), create_simple("B"), create_simple("C")];
    let users = [admin_creation("ada@example.com"), admin_creation("bob@example.com")];
    for product in &products {
        one_by_one.catalog().commit_product_creation(product, None).await.unwrap();
    }
    for user in &users {
        one_by_one.users().commit_admin_creation(user).await.unwrap();
    }

    let mut loader = loader(&at_once).await;
    loader.load_products(&products).await.unwrap();
    let users = users.map(|creation| (creation.user, creation.event));
    loader.load_users(&users, "$first").await.unwrap();

    assert_eq!(everything(&at_once).await, everything(&one_by_one).await);
    at_once.assert_sound().await;
}

fn create_simple(sku: &str) -> ProductCreation {
    let one = NewVariant { price: Some(euro(999)), stock: 3, ..variant(sku) };
    create(NewProduct { variants: vec![one], ..product("Scarf") }, a_moment_ago())
}

#[tokio::test]
async fn a_full_batch_is_loaded_whole_and_in_its_order() {
    let shop = Shop::open().await;
    let products: Vec<_> = (0..MAX_BATCH).map(|n| create_simple(&format!("SKU-{n}"))).collect();
    loader(&shop).await.load_products(&products).await.unwrap();
    let rows = shop.client.query("SELECT aggregate_id FROM events ORDER BY sequence", &[]).await.unwrap();
    let told: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let made: Vec<Uuid> = products.iter().map(|new| new.product.id.uuid()).collect();
    assert_eq!(told, made);
    shop.assert_sound().await;
}

#[tokio::test]
async fn more_than_a_batch_is_refused() {
    let shop = Shop::open().await;
    let products: Vec<_> = (0..=MAX_BATCH).map(|n| create_simple(&format!("SKU-{n}"))).collect();
    let refused = loader(&shop).await.load_products(&products).await;
    assert!(matches!(refused, Err(BulkLoadError::TooMany(1001))));
    assert_eq!(shop.count("products").await, 0);
}

#[tokio::test]
async fn a_batch_with_one_bad_element_leaves_nothing_and_the_next_one_is_loaded() {
    let shop = Shop::open().await;
    let mut loader = loader(&shop).await;
    let refused = loader.load_products(&[create_simple("A"), create_simple("B"), create_simple("A")]).await;
    let Err(BulkLoadError::Refused { constraint, detail }) = refused else { panic!("{refused:?}") };
    assert_eq!((constraint.as_str(), detail.as_str()), ("variants_sku_key", "Key (sku)=(A) already exists."));
    assert_eq!((shop.count("products").await, shop.count("events").await), (0, 0));
    loader.load_products(&[create_simple("A")]).await.unwrap();
    shop.assert_sound().await;
}
