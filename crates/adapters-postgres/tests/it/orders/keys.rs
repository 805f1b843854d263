//! Orders with an idempotency key.

use adapters_postgres::PgIdempotencyReader;
use domain::orders::OpenOrderLimits;
use ports::{
    idempotency::{IdempotencyReader, KeyConflict},
    orders::{CommitPlacementError, OrderReader, OrderStore},
};
use tokio::task::JoinSet;

use crate::{idempotency::record, shop::Shop};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twenty_calls_with_one_key_one_places_its_order_and_records_its_answer() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 100, 1999)]).await.variants[0].variant.id;
    let customer = shop.customer().await;
    let mut placements = Vec::new();
    for _ in 0..20 {
        placements.push(shop.decide(customer, &[("A", 2)]).await);
    }
    let mut tasks = JoinSet::new();
    for (n, placement) in placements.into_iter().enumerate() {
        let store = shop.store();
        let mut record = record(customer, "key-1");
        record.answer.body = placement.order.id.to_string().into_bytes();
        // Keys go together with limits and without them.
        let limits = (n % 2 == 0).then(OpenOrderLimits::default);
        tasks.spawn(async move {
            store.commit_placement(&placement, limits, Some(&record)).await.map(|()| placement.order)
        });
    }
    let (mut placed, mut taken) = (Vec::new(), 0);
    for outcome in tasks.join_all().await {
        match outcome {
            Ok(order) => placed.push(order),
            Err(CommitPlacementError::Key(KeyConflict::Taken)) => taken += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((placed.len(), taken), (1, 19));
    assert_eq!((shop.level(variant).await, shop.count("orders").await), ((100, 2), 1));
    let order = placed.remove(0);
    assert_eq!(shop.orders().find(order.id).await.unwrap().as_ref(), Some(&order));
    let key = record(customer, "key-1").call.key;
    let found = PgIdempotencyReader::new(shop.pool.clone()).find(customer, &key).await.unwrap().unwrap();
    assert_eq!(found.answer.body, order.id.to_string().into_bytes());
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_taken_key_is_told_before_anything_else_that_is_wrong() {
    let shop = Shop::open().await;
    shop.product(&[("A", 2, 1999)]).await;
    let customer = shop.customer().await;
    let (first, second) =
        (shop.decide(customer, &[("A", 2)]).await, shop.decide(customer, &[("A", 2)]).await);
    let record = record(customer, "key-1");
    shop.store().commit_placement(&first, None, Some(&record)).await.unwrap();
    let full = Some(OpenOrderLimits { customer: 1, address: 1 });
    let refused = shop.store().commit_placement(&second, full, Some(&record)).await;
    assert!(matches!(refused, Err(CommitPlacementError::Key(KeyConflict::Taken))), "{refused:?}");
    shop.assert_sound().await;
}
