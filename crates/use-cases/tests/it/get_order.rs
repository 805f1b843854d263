//! Looking at an order.

use std::sync::Arc;

use domain::{
    accounts::Role,
    asker::Asker,
    orders::{FulfillmentStatus, Order, OrderStatus, PaymentStatus, Records, Totals},
};
use ports::{
    MockOrderReader,
    orders::OrderHistory,
    pagination::{Page, PageRequest},
};
use use_cases::orders::{GetOrder, ListOrderHistory};

use crate::fixtures::{caller, clock, currency, email, now, unavailable, uuid};

pub(crate) fn order(customer: Option<u128>) -> Order {
    Order {
        id: uuid(9).into(),
        number: 100_001,
        customer_id: customer.map(|customer| uuid(customer).into()),
        guest: None,
        email: Some(email()),
        placed_ip: None,
        currency: currency("EUR"),
        status: OrderStatus::Pending,
        payment_status: PaymentStatus::Unpaid,
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        lines: vec![],
        totals: Totals::of_lines(currency("EUR"), &[]).unwrap(),
        records: Records::default(),
        shipping_address: None,
        billing_address: None,
        note: None,
        placed_at: now(),
        expires_at: None,
        version: 1,
    }
}

fn asker(roles: &[Role]) -> Asker {
    Asker::User(caller(roles))
}

async fn seen_by(roles: &[Role], customer: Option<u128>) -> bool {
    let mut orders = MockOrderReader::new();
    orders.expect_find().once().returning(move |id| Ok((id == uuid(9).into()).then(|| order(customer))));
    let get = GetOrder { orders: Arc::new(orders), clock: clock() };
    let seen = get.run(&asker(roles), uuid(9).into()).await.unwrap();
    seen.is_some_and(|seen| seen == order(customer))
}

#[tokio::test]
async fn a_customer_sees_the_own_order_and_nobody_else_s() {
    assert!(seen_by(&[Role::Customer], Some(500)).await);
    assert!(!seen_by(&[Role::Customer], Some(499)).await);
    assert!(!seen_by(&[Role::CatalogManager], Some(499)).await, "keeps the catalog, not the orders");
}

#[tokio::test]
async fn an_order_without_an_account_is_no_customer_s() {
    assert!(!seen_by(&[Role::Customer], None).await);
}

#[tokio::test]
async fn staff_for_orders_sees_all() {
    for role in [Role::Support, Role::OrderManager, Role::Admin] {
        assert!(seen_by(&[role], Some(499)).await && seen_by(&[role], None).await, "{role}");
    }
}

#[tokio::test]
async fn an_order_that_is_not_there_looks_like_a_stranger_s() {
    let mut orders = MockOrderReader::new();
    orders.expect_find().returning(|_| Ok(None));
    let get = GetOrder { orders: Arc::new(orders), clock: clock() };
    assert_eq!(get.run(&asker(&[Role::Admin]), uuid(1).into()).await.unwrap(), None);
}

#[tokio::test]
async fn the_history_is_seen_by_whoever_sees_the_order() {
    for (owner, is_seen) in [(Some(500), true), (Some(499), false)] {
        let mut orders = MockOrderReader::new();
        orders.expect_find_history().once().returning(move |_, page| {
            assert_eq!(page, PageRequest { limit: 7, after: Some(3) });
            Ok(Some(OrderHistory { order: order(owner), steps: Page { rows: vec![], next: None } }))
        });
        let list = ListOrderHistory { orders: Arc::new(orders), clock: clock() };
        let page = PageRequest { limit: 7, after: Some(3) };
        let seen = list.run(&asker(&[Role::Customer]), uuid(9).into(), page).await.unwrap();
        assert_eq!(seen.is_some(), is_seen);
    }
}

#[tokio::test]
async fn a_storage_failure_passes_through() {
    let mut orders = MockOrderReader::new();
    orders.expect_find().returning(|_| Err(unavailable()));
    let get = GetOrder { orders: Arc::new(orders), clock: clock() };
    assert!(get.run(&asker(&[Role::Customer]), uuid(1).into()).await.is_err());
}
