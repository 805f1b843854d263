//! Orders with an idempotency key.

use domain::{idempotency::IdempotencyKey, orders::OpenOrderLimits};
use ports::{
    idempotency::{IdempotencyReader, KeyConflict},
    orders::{CommitPlacementError, OrderReader, OrderStore},
    storage::StorageError,
};
use tokio::task::JoinSet;

use crate::{
    arrange::run,
    idempotency::{reader, record},
    shop::Shop,
};

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
    let found = reader(&shop).find(customer, &key).await.unwrap().unwrap();
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

#[tokio::test]
async fn an_answer_that_holds_a_secret_is_sealed_for_its_caller_and_key_and_given_in_clear() {
    // R084
    let shop = Shop::open().await;
    shop.product(&[("A", 2, 1999)]).await;
    let customer = shop.customer().await;
    let mut record = record(customer, "key-1");
    record.answer.is_secret = true;
    record.answer.body = br#"{"order_token": "a very secret token"}"#.to_vec();
    let order = shop.decide(customer, &[("A", 2)]).await;
    shop.store().commit_placement(&order, None, Some(&record)).await.unwrap();

    let at_rest =
        "SELECT sealed, strpos(stored::text, encode('secret', 'hex')) FROM idempotency_keys AS stored";
    let row = shop.client.query_one(at_rest, &[]).await.unwrap();
    assert_eq!((row.get::<_, bool>(0), row.get::<_, i32>(1)), (true, 0));
    let found = reader(&shop).find(customer, &record.call.key).await.unwrap();
    assert_eq!(found.as_ref(), Some(&record));

    // Put into another row, it does not open.
    run(&shop.client, "UPDATE idempotency_keys SET key = 'key-2'").await;
    let elsewhere = reader(&shop).find(customer, &IdempotencyKey::parse("key-2").unwrap()).await;
    assert!(matches!(elsewhere, Err(StorageError::Corrupt { column: "body", .. })), "{elsewhere:?}");
}
