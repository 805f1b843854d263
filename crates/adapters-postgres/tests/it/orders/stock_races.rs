//! Many who want the same stock at the same moment.

use std::{sync::Arc, time::Duration};

use domain::orders::{OrderPlacement, Shortage};
use ports::orders::{CommitPlacementError, OrderStore};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    arrange::run,
    idempotency::Lock,
    shop::{Shop, sku},
};

/// Commits all at once, after all were decided.
async fn race(shop: &Shop, placements: Vec<OrderPlacement>) -> Vec<Result<(), CommitPlacementError>> {
    let mut tasks = JoinSet::new();
    for placement in placements {
        let store = shop.store();
        tasks.spawn(async move { store.commit_placement(&placement, None, None).await });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_buyers_of_ten_pieces_ten_get_one_and_forty_hear_that_none_is_left() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 1999)]).await.variants[0].variant.id;
    let mut placements = Vec::new();
    for _ in 0..50 {
        placements.push(shop.decide(shop.customer().await, &[("A", 1)]).await);
    }
    let outcomes = race(&shop, placements).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 10);
    for error in outcomes.into_iter().filter_map(Result::err) {
        let CommitPlacementError::InsufficientStock(short) = error else { panic!("{error:?}") };
        assert_eq!(short, [Shortage { sku: sku("A"), requested: 1, available: 0 }]);
    }
    assert_eq!(shop.level(variant).await, (10, 10));
    assert_eq!((shop.count("orders").await, shop.count("stock_movements").await), (10, 11));
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_for_all_is_sold_to_all_whatever_each_takes() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 90, 1999)]).await.variants[0].variant.id;
    let customer = shop.customer().await;
    let mut placements = Vec::new();
    for n in 0..30 {
        placements.push(shop.decide(customer, &[("A", 1 + n % 5)]).await);
    }
    assert!(race(&shop, placements).await.iter().all(Result::is_ok));
    assert_eq!(shop.level(variant).await, (90, 90));
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_over_the_same_variants_in_crossed_order_never_deadlock() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let product = shop.product(&[("A", 500, 100), ("B", 500, 100), ("C", 500, 100), ("D", 500, 100)]).await;
    // In a large table the levels are looked up one by one, in the order in which they are asked for.
    let many = "INSERT INTO variants (id, product_id, sku, title)
            SELECT gen_random_uuid(), id, 'SKU-' || n, 'S' FROM products, generate_series(1, 8000) AS n;
        INSERT INTO stock_levels (variant_id) SELECT id FROM variants WHERE sku LIKE 'SKU-%';
        ANALYZE stock_levels";
    run(&shop.client, many).await;
    let mut placements = Vec::new();
    for n in 0..60 {
        let items = [("A", 1), ("B", 1), ("C", 1), ("D", 1)];
        let mut placement = shop.decide(customer, &items[n % 3..]).await;
        // The statement itself sees to the order, whatever order it is given.
        let by = n % placement.reservations.len();
        placement.reservations.rotate_left(by);
        if n % 2 == 0 {
            placement.reservations.reverse();
        }
        placements.push(placement);
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let outcomes = timeout(Duration::from_secs(60), race(&shop, placements)).await.unwrap();
    for outcome in outcomes {
        outcome.unwrap();
    }
    assert_eq!(shop.level(product.variants[0].variant.id).await, (500, 20));
    assert_eq!(shop.level(product.variants[3].variant.id).await, (500, 60));
    tokio::time::sleep(Duration::from_millis(1200)).await; // until the statistics are in
    assert_eq!(crate::arrange::number(&shop.client, deadlocks).await, 0);
    shop.assert_sound().await;
}

#[tokio::test]
async fn whoever_waits_for_the_last_piece_gets_it_exactly_when_the_one_before_gives_up() {
    for (end, gets_it) in [("COMMIT", false), ("ROLLBACK", true)] {
        let shop = Shop::open().await;
        shop.product(&[("A", 1, 100)]).await;
        let placement = shop.decide(shop.customer().await, &[("A", 1)]).await;
        let one_before = shop.client().await;
        run(&one_before, "BEGIN; UPDATE stock_levels SET reserved = 1").await;
        let store = shop.store();
        let mut waiting = tokio::spawn(async move { store.commit_placement(&placement, None, None).await });
        assert!(timeout(Duration::from_millis(200), &mut waiting).await.is_err(), "it does not wait");
        run(&one_before, end).await;
        match waiting.await.unwrap() {
            Ok(()) => assert!(gets_it),
            Err(CommitPlacementError::InsufficientStock(short)) => {
                assert!(!gets_it);
                assert_eq!(short, [Shortage { sku: sku("A"), requested: 1, available: 0 }]);
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn a_row_that_stays_locked_is_overload_and_other_variants_sell_on() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 5, 100), ("B", 5, 100)]).await;
    let (a, b) = (shop.decide(customer, &[("A", 1)]).await, shop.decide(customer, &[("B", 1)]).await);
    let mut settings = crate::shop::settings(shop.url());
    settings.connect.lock_timeout = Duration::from_millis(200);
    let database = adapters_postgres::Database::new(&settings).unwrap();
    let store = adapters_postgres::PgOrderStore::new(database, Arc::new(Lock));
    let blocker = shop.client().await;
    run(
        &blocker,
        "BEGIN; SELECT FROM stock_levels JOIN variants ON id = variant_id WHERE sku = 'A' FOR UPDATE OF stock_levels",
    )
    .await;
    let stuck = store.commit_placement(&a, None, None).await;
    let overloaded =
        |error| matches!(error, CommitPlacementError::Storage(ports::storage::StorageError::Overloaded(_)));
    assert!(stuck.is_err_and(overloaded));
    store.commit_placement(&b, None, None).await.unwrap();
    run(&blocker, "ROLLBACK").await;
    store.commit_placement(&a, None, None).await.unwrap();
    shop.assert_sound().await;
}
