//! The bounds on open unpaid orders.

use std::{collections::BTreeMap, net::IpAddr};

use domain::{
    ids::UserId,
    orders::{OpenOrderLimits, OrderPlacement},
};
use ports::orders::{CommitPlacementError, OrderStore};
use tokio::task::JoinSet;

use crate::{
    arrange::run,
    shop::{Shop, request},
};

const LIMITS: OpenOrderLimits = OpenOrderLimits { customer: 10, address: 50 };

async fn decide(shop: &Shop, customer: UserId, address: IpAddr) -> OrderPlacement {
    let mut request = request(customer, &[("A", 1)]);
    request.buyer.ip = Some(address);
    shop.decide_on(request).await
}

fn address(n: u8) -> IpAddr {
    [192, 0, 2, n].into()
}

/// How many of these are placed when all are committed at once; the others are over a bound.
async fn placed(shop: &Shop, placements: Vec<OrderPlacement>, limits: OpenOrderLimits) -> usize {
    let mut tasks = JoinSet::new();
    for placement in placements {
        let store = shop.store();
        tasks.spawn(async move { store.commit_placement(&placement, Some(limits), None).await });
    }
    let outcomes = tasks.join_all().await;
    let placed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let over = |error| matches!(error, CommitPlacementError::TooManyOpenOrders);
    assert!(outcomes.into_iter().filter_map(Result::err).all(over));
    placed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_orders_of_one_customer_ten_are_placed() {
    let shop = Shop::open().await;
    shop.product(&[("A", 100, 1999)]).await;
    let customer = shop.customer().await;
    let mut placements = Vec::new();
    for n in 0..30 {
        placements.push(decide(&shop, customer, address(n)).await);
    }
    assert_eq!(placed(&shop, placements, LIMITS).await, 10);
    assert_eq!(shop.count("orders").await, 10);
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_orders_from_one_network_address_are_bounded_whoever_places_them() {
    let shop = Shop::open().await;
    shop.product(&[("A", 100, 1999)]).await;
    let mut placements = Vec::new();
    for _ in 0..12 {
        let customer = shop.customer().await;
        placements.push(decide(&shop, customer, address(1)).await);
        placements.push(decide(&shop, customer, address(2)).await);
    }
    let limits = OpenOrderLimits { customer: 10, address: 5 };
    assert_eq!(placed(&shop, placements, limits).await, 10);
    let sql = "SELECT host(placed_ip), count(*) FROM orders GROUP BY 1";
    let rows = shop.client.query(sql, &[]).await.unwrap();
    let by_address: BTreeMap<String, i64> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(by_address, [("192.0.2.1".to_owned(), 5), ("192.0.2.2".to_owned(), 5)].into());
    shop.assert_sound().await;
}

#[tokio::test]
async fn orders_that_guests_placed_for_the_same_mail_address_count() {
    let shop = Shop::open().await;
    shop.product(&[("A", 100, 1999)]).await;
    let customer = shop.customer().await;
    let guests = format!(
        "INSERT INTO orders (id, token_digest, token_expires_at, currency, status, payment_status, subtotal_minor,
            total_minor, email, expires_at)
        SELECT gen_random_uuid(), sha256(n::text::bytea), now(), 'EUR', 'pending', 'unpaid', 1, 1, email, now()
        FROM users, generate_series(1, 9) AS n WHERE users.id = '{customer}'"
    );
    run(&shop.client, &guests).await;
    let tenth = decide(&shop, customer, address(1)).await;
    shop.store().commit_placement(&tenth, Some(LIMITS), None).await.unwrap();
    let eleventh = decide(&shop, customer, address(1)).await;
    let refused = shop.store().commit_placement(&eleventh, Some(LIMITS), None).await;
    assert!(matches!(refused, Err(CommitPlacementError::TooManyOpenOrders)), "{refused:?}");
}

#[tokio::test]
async fn another_mail_address_makes_no_room() {
    let shop = Shop::open().await;
    shop.product(&[("A", 100, 1999)]).await;
    let customer = shop.customer().await;
    let limits = OpenOrderLimits { customer: 2, address: 50 };
    for n in 0..3 {
        run(&shop.client, &format!("UPDATE users SET email = 'ada{n}@example.com'")).await;
        let placement = decide(&shop, customer, address(n)).await;
        let outcome = shop.store().commit_placement(&placement, Some(limits), None).await;
        assert_eq!(outcome.is_ok(), n < 2, "{outcome:?}");
    }
}

#[tokio::test]
async fn an_order_that_is_closed_makes_room_and_without_a_bound_there_is_always_room() {
    let shop = Shop::open().await;
    shop.product(&[("A", 100, 1999)]).await;
    let customer = shop.customer().await;
    let limits = OpenOrderLimits { customer: 2, address: 2 };
    let commit = async |limits| {
        let placement = decide(&shop, customer, address(1)).await;
        shop.store().commit_placement(&placement, limits, None).await
    };
    commit(Some(limits)).await.unwrap();
    commit(Some(limits)).await.unwrap();
    assert!(matches!(commit(Some(limits)).await, Err(CommitPlacementError::TooManyOpenOrders)));
    commit(None).await.unwrap();
    let close = "UPDATE orders SET status = 'cancelled', cancelled_minor = total_minor
        WHERE id IN (SELECT id FROM orders LIMIT 2)";
    run(&shop.client, close).await;
    commit(Some(limits)).await.unwrap();
    assert!(matches!(commit(Some(limits)).await, Err(CommitPlacementError::TooManyOpenOrders)));
}

#[tokio::test]
async fn a_free_order_waits_for_nobody_s_money_and_does_not_count() {
    let shop = Shop::open().await;
    shop.product(&[("A", 100, 0)]).await;
    let customer = shop.customer().await;
    for _ in 0..3 {
        let placement = decide(&shop, customer, address(1)).await;
        let limits = OpenOrderLimits { customer: 1, address: 1 };
        shop.store().commit_placement(&placement, Some(limits), None).await.unwrap();
    }
}
