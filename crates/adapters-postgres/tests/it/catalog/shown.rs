//! What is remembered of products is never older than it may be.

use std::sync::Arc;

use adapters_postgres::{
    DatabaseClock, PgOrderStore, PgPriceStore, PgProductImporter, PgProductReader, PgStockStore, ProductFeed,
    ShownProducts,
};
use domain::ids::ProductId;
use ports::{
    catalog::{ImportMode, PriceStore, ProductImporter, ProductReader, ProductView, Visibility},
    inventory::StockStore,
    orders::OrderStore,
};

use super::{
    imports::{import, row, variant},
    price_edits::set,
};
use crate::{
    idempotency::Lock,
    inventory::by_hand::{adjust, command},
    shop::{Shop, currency},
};

/// A process on the shop's database: what it remembers, how it reads, and how it hears of others.
struct Process {
    shown: Arc<ShownProducts>,
    reader: PgProductReader,
    feed: ProductFeed,
}

impl Process {
    async fn start(shop: &Shop) -> Self {
        let shown = Arc::new(ShownProducts::new());
        let clock = DatabaseClock::new(shop.pool.clone());
        clock.sync().await.unwrap();
        let reader = PgProductReader::new(shop.pool.clone()).remembering(shown.clone(), Arc::new(clock));
        let mut process = Self { feed: ProductFeed::new(shop.pool.clone(), shown.clone()), reader, shown };
        process.feed.listen().await.unwrap();
        process
    }

    async fn see(&self, id: ProductId) -> ProductView {
        self.reader.find(id, currency("EUR"), Visibility::Public).await.unwrap().unwrap()
    }

    async fn available(&self, id: ProductId) -> i32 {
        self.see(id).await.variants[0].level.available()
    }
}

/// Changes a title past everything that could tell of it: whoever shows the old one remembers it.
async fn retitle(shop: &Shop, id: ProductId) {
    let statement = "UPDATE products SET title = 'Secretly renamed' WHERE id = $1";
    shop.client.execute(statement, &[&id.uuid()]).await.unwrap();
}

fn is_renamed(view: &ProductView) -> bool {
    view.product.title.as_str() == "Secretly renamed"
}

#[tokio::test]
async fn what_was_shown_is_remembered() {
    let shop = Shop::open().await;
    let id = shop.product(&[("MUG", 5, 1250)]).await.product.id;
    let process = Process::start(&shop).await;
    let first = process.see(id).await;
    retitle(&shop, id).await;

    assert_eq!(process.see(id).await, first);
    let staff = process.reader.find(id, currency("EUR"), Visibility::Staff).await.unwrap().unwrap();
    assert!(is_renamed(&staff), "staff is always shown what the database says");
}

#[tokio::test]
async fn a_sale_of_this_process_shows_at_once() {
    let shop = Shop::open().await;
    let id = shop.product(&[("MUG", 5, 1250)]).await.product.id;
    let process = Process::start(&shop).await;
    assert_eq!(process.available(id).await, 5);
    let placement = shop.decide(shop.customer().await, &[("MUG", 2)]).await;
    let store = PgOrderStore::new(shop.pool.clone(), Arc::new(Lock)).announcing(process.shown.clone());

    store.commit_placement(&placement, None, None).await.unwrap();

    assert_eq!(process.available(id).await, 3);
}

#[tokio::test]
async fn a_change_of_stock_by_hand_shows_at_once_where_it_was_made_and_once_it_was_heard_elsewhere() {
    let shop = Shop::open().await;
    let creation = shop.product(&[("MUG", 5, 1250)]).await;
    let (id, variant) = (creation.product.id, creation.variants[0].variant.id);
    let (process, mut other) = (Process::start(&shop).await, Process::start(&shop).await);
    assert_eq!((process.available(id).await, other.available(id).await), (5, 5));
    let store = PgStockStore::new(shop.pool.clone()).announcing(process.shown.clone());

    store.commit_command(&command(variant, adjust(-2), false), None).await.unwrap();

    assert_eq!((process.available(id).await, other.available(id).await), (3, 5));
    other.feed.listen().await.unwrap();
    assert_eq!(other.available(id).await, 3);
}

#[tokio::test]
async fn an_imported_price_shows_at_once_where_it_was_imported_and_once_it_was_heard_elsewhere() {
    let shop = Shop::open().await;
    let id = shop.product(&[("MUG", 5, 1250)]).await.product.id;
    let (process, mut other) = (Process::start(&shop).await, Process::start(&shop).await);
    let price = async |process: &Process| process.see(id).await.variants[0].price.unwrap().minor();
    assert_eq!((price(&process).await, price(&other).await), (1250, 1250));
    let importer = PgProductImporter::new(shop.pool.clone()).announcing(process.shown.clone());
    let row = import(row("Mug", vec![variant("MUG", 999, 5)]));

    importer.commit_import(&row, ImportMode::DryRun).await.unwrap();
    assert_eq!(price(&process).await, 1250);
    importer.commit_import(&row, ImportMode::Commit).await.unwrap();

    assert_eq!((price(&process).await, price(&other).await), (999, 1250));
    other.feed.listen().await.unwrap();
    assert_eq!(price(&other).await, 999);
}

#[tokio::test]
async fn a_sale_of_another_process_shows_once_it_was_heard() {
    let shop = Shop::open().await;
    let id = shop.product(&[("MUG", 5, 1250)]).await.product.id;
    let mut process = Process::start(&shop).await;
    assert_eq!(process.available(id).await, 5);

    shop.place(shop.customer().await, &[("MUG", 2)]).await.unwrap();

    assert_eq!(process.available(id).await, 5, "nobody has told it yet");
    process.feed.listen().await.unwrap();
    assert_eq!(process.available(id).await, 3);
}

#[tokio::test]
async fn a_sale_that_commits_late_is_heard_of_all_the_same() {
    let shop = Shop::open().await;
    let creation = shop.product(&[("MUG", 5, 1250)]).await;
    let (id, variant) = (creation.product.id, creation.variants[0].variant.id);
    let mut process = Process::start(&shop).await;
    let mut slow = shop.client().await;
    let sale = slow.transaction().await.unwrap();
    let statement = "WITH level AS (
            UPDATE stock_levels SET on_hand = on_hand + 4, movements = movements + 1, version = version + 1
            WHERE variant_id = $1 RETURNING *
        )
        INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
            reserved_after, actor)
        SELECT variant_id, movements, 'received', 4, 0, on_hand, reserved, 'system' FROM level";
    sale.execute(statement, &[&variant.uuid()]).await.unwrap();
    // Others come and go meanwhile, and the feed with them.
    shop.product(&[("TEA", 1, 399)]).await;
    process.feed.listen().await.unwrap();
    assert_eq!(process.available(id).await, 5);

    sale.commit().await.unwrap();

    process.feed.listen().await.unwrap();
    assert_eq!(process.available(id).await, 9);
}

#[tokio::test]
async fn an_event_about_a_product_is_heard() {
    let shop = Shop::open().await;
    let id = shop.product(&[("MUG", 5, 1250)]).await.product.id;
    let mut process = Process::start(&shop).await;
    process.see(id).await;
    retitle(&shop, id).await;
    let statement = "INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, actor, data)
        VALUES (event_sequence(0), gen_random_uuid(), 'product', $1, 2, 'product.changed', 'system', '{}')";
    shop.client.execute(statement, &[&id.uuid()]).await.unwrap();

    process.feed.listen().await.unwrap();

    assert!(is_renamed(&process.see(id).await));
}

#[tokio::test]
async fn a_price_of_this_process_shows_at_once_and_of_another_once_it_was_heard() {
    let shop = Shop::open().await;
    let creation = shop.product(&[("MUG", 5, 1250)]).await;
    let (id, variant) = (creation.product.id, creation.variants[0].variant.id);
    let mut process = Process::start(&shop).await;
    let price = async |process: &Process| process.see(id).await.variants[0].price.unwrap().minor();
    assert_eq!(price(&process).await, 1250);
    let other = PgPriceStore::new(shop.pool.clone());
    let own = other.clone().announcing(process.shown.clone());

    own.commit_price_edit(&set(variant, 999, None)).await.unwrap();
    assert_eq!(price(&process).await, 999);
    other.commit_price_edit(&set(variant, 888, None)).await.unwrap();
    assert_eq!(price(&process).await, 999, "nobody has told it yet");
    process.feed.listen().await.unwrap();
    assert_eq!(price(&process).await, 888);

    // What is scheduled meanwhile ends what was remembered, too.
    let soon = chrono::Utc::now() + chrono::Duration::milliseconds(1_500);
    other.commit_price_edit(&set(variant, 777, Some(soon))).await.unwrap();
    process.feed.listen().await.unwrap();
    assert_eq!(price(&process).await, 888);
    tokio::time::sleep(std::time::Duration::from_millis(1_600)).await;
    process.feed.listen().await.unwrap();
    assert_eq!(price(&process).await, 777);
}

#[tokio::test]
async fn a_price_that_begins_by_schedule_shows_at_its_instant() {
    let shop = Shop::open().await;
    let creation = shop.product(&[("MUG", 5, 1250)]).await;
    let (id, variant) = (creation.product.id, creation.variants[0].variant.id);
    let statements = format!(
        "BEGIN;
        UPDATE prices SET valid_to = now() + interval '700 milliseconds' WHERE variant_id = '{variant}';
        INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
        VALUES (gen_random_uuid(), '{variant}', 'EUR', 999, now() + interval '700 milliseconds', 'system');
        COMMIT"
    );
    shop.client.batch_execute(&statements).await.unwrap();
    let mut process = Process::start(&shop).await;
    let price = async |process: &Process| process.see(id).await.variants[0].price.unwrap().minor();
    assert_eq!(price(&process).await, 1250);

    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    process.feed.listen().await.unwrap();
    assert_eq!(price(&process).await, 1250);
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    process.feed.listen().await.unwrap();

    assert_eq!(price(&process).await, 999);
}

#[tokio::test]
async fn while_the_feed_is_silent_the_database_is_asked() {
    let shop = Shop::open().await;
    let id = shop.product(&[("MUG", 5, 1250)]).await.product.id;
    let process = Process::start(&shop).await;
    process.see(id).await;
    retitle(&shop, id).await;
    assert!(!is_renamed(&process.see(id).await));

    tokio::time::sleep(std::time::Duration::from_millis(750)).await;

    assert!(is_renamed(&process.see(id).await));
}

#[tokio::test]
async fn an_event_about_a_variant_is_heard_as_one_of_its_product() {
    let shop = Shop::open().await;
    let creation = shop.product(&[("MUG", 5, 1250)]).await;
    let (id, variant) = (creation.product.id, creation.variants[0].variant.id);
    let mut process = Process::start(&shop).await;
    process.see(id).await;
    retitle(&shop, id).await;
    let statement = "INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, actor, data)
        VALUES (event_sequence(0), gen_random_uuid(), 'variant', $1, 2, 'variant.updated', 'system', '{}')";
    shop.client.execute(statement, &[&variant.uuid()]).await.unwrap();

    process.feed.listen().await.unwrap();

    assert!(is_renamed(&process.see(id).await));
}
