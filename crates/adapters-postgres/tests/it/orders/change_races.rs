//! Many commands on one order at once: some order of them explains what came of it.

use domain::{
    asker::Asker,
    orders::{NewFulfillment, OrderStatus, Tracking},
};
use futures::future::join_all;
use ports::orders::{CommitChangeError, OrderReader};
use uuid::Uuid;

use super::lives::{commit, load, payment};
use crate::{
    arrange::{number, run},
    shop::Shop,
};

/// One confirmed order of two A, decided on by everybody at the same version.
#[tokio::test]
async fn of_many_who_ship_cancel_and_pay_on_one_version_exactly_one_wins() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 5, 1000)]).await;
    let id = shop.place(customer, &[("A", 2)]).await.unwrap().id;
    let (order, occasion) = load(&shop, id).await;
    commit(&shop, &order.confirm(&occasion, None).unwrap()).await.unwrap();
    let (order, _) = load(&shop, id).await;
    let mut changes = Vec::new();
    for turn in 0..24 {
        let (_, occasion) = load(&shop, id).await;
        changes.push(match turn % 3 {
            0 => order.cancel(&occasion, None).unwrap(),
            1 => order.pay(&occasion, payment(2000, &format!("r-{turn}"))).unwrap(),
            _ => {
                let sent =
                    NewFulfillment { id: Uuid::now_v7().into(), lines: None, tracking: Tracking::default() };
                order.fulfill(&occasion, sent).unwrap()
            }
        });
    }
    let outcomes = join_all(changes.iter().map(|change| commit(&shop, change))).await;
    let won: Vec<_> = outcomes.iter().zip(&changes).filter(|(outcome, _)| outcome.is_ok()).collect();
    assert_eq!(won.len(), 1);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(CommitChangeError::Conflict))));
    assert_eq!(shop.orders().find(id).await.unwrap().unwrap(), won[0].1.order);
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_expires_is_given_up_once_however_many_try() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 5, 1000)]).await;
    let id = shop.place(customer, &[("A", 2)]).await.unwrap().id;
    run(&shop.client, "UPDATE orders SET expires_at = now() - interval '1 second'").await;
    let mut changes = Vec::new();
    for _ in 0..10 {
        let (order, mut occasion) = load(&shop, id).await;
        changes.push(order.pay(&occasion, payment(2000, &Uuid::now_v7().to_string())).unwrap());
        occasion.asker = Asker::System;
        changes.push(order.expire(&occasion).unwrap());
    }
    let outcomes = join_all(changes.iter().map(|change| commit(&shop, change))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let order = shop.orders().find(id).await.unwrap().unwrap();
    assert!(matches!(order.status, OrderStatus::Expired | OrderStatus::Confirmed), "{:?}", order.status);
    let released = "SELECT count(*) FROM stock_movements WHERE kind = 'release'";
    assert_eq!(number(&shop.client, released).await, i64::from(order.status == OrderStatus::Expired));
    shop.assert_sound().await;
}
