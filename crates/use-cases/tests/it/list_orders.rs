//! Looking through orders.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    accounts::{Permission, Role},
    orders::{FulfillmentStatus, OrderStatus, PaymentStatus},
};
use ports::{
    MockOrderReader,
    orders::OrderQuery,
    pagination::{Page, PageRequest},
};
use use_cases::orders::{ListOrders, ListOrdersError, OrderFilter, Scope};

use crate::fixtures::{Kept, caller, email, now, unavailable, uuid};

const PAGE: PageRequest = PageRequest { limit: 20, after: None };

fn all() -> OrderFilter {
    OrderFilter { scope: Scope::All, ..OrderFilter::default() }
}

async fn query(roles: &[Role], filter: OrderFilter) -> Result<OrderQuery, ListOrdersError> {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut orders = MockOrderReader::new();
    orders.expect_list().returning(move |query| {
        keeper.keep(query.clone());
        Ok(Page { rows: vec![], next: None })
    });
    ListOrders { orders: Arc::new(orders) }.run(&caller(roles), filter, PAGE).await?;
    Ok(kept.one())
}

/// Every filter that reaches beyond the caller's own orders.
fn for_staff() -> [OrderFilter; 4] {
    let own = OrderFilter::default;
    [
        all(),
        OrderFilter { customer_id: Some(uuid(499).into()), ..own() },
        OrderFilter { email: Some(email()), ..own() },
        OrderFilter { number: Some(100_001), ..own() },
    ]
}

#[tokio::test]
async fn everybody_lists_the_own_orders_staff_too() {
    for role in Role::ALL {
        let query = query(&[role], OrderFilter::default()).await.unwrap();
        assert_eq!((query.customer_id, query.page), (Some(uuid(500).into()), PAGE), "{role}");
    }
}

#[tokio::test]
async fn filters_for_staff_are_refused_to_others_before_anything_is_read() {
    for filter in for_staff() {
        for role in [Role::Customer, Role::CatalogManager] {
            let error = query(&[role], filter.clone()).await.unwrap_err();
            let ListOrdersError::Forbidden(forbidden) = error else { panic!("{error:?}") };
            assert_eq!(forbidden.0, Permission::OrdersRead);
        }
    }
}

#[tokio::test]
async fn a_customer_may_not_even_ask_for_the_own_id() {
    let filter = OrderFilter { customer_id: Some(uuid(500).into()), ..OrderFilter::default() };
    assert!(matches!(query(&[Role::Customer], filter).await, Err(ListOrdersError::Forbidden(_))));
}

#[tokio::test]
async fn staff_lists_everybody_s_orders() {
    for role in [Role::Support, Role::OrderManager, Role::Admin] {
        assert_eq!(query(&[role], all()).await.unwrap().customer_id, None, "{role}");
    }
}

#[tokio::test]
async fn staff_finds_orders_by_customer_address_and_number() {
    let [_, by_customer, by_email, by_number] = for_staff();
    let found = query(&[Role::Support], by_customer).await.unwrap();
    assert_eq!((found.customer_id, found.email, found.number), (Some(uuid(499).into()), None, None));
    let found = query(&[Role::Support], by_email).await.unwrap();
    assert_eq!((found.customer_id, found.email), (None, Some(email())));
    let found = query(&[Role::Support], by_number).await.unwrap();
    assert_eq!((found.customer_id, found.number), (None, Some(100_001)));
}

#[tokio::test]
async fn statuses_and_times_reach_the_reader_and_need_no_permission() {
    let filter = OrderFilter {
        status: Some(OrderStatus::Confirmed),
        payment_status: Some(PaymentStatus::Paid),
        fulfillment_status: Some(FulfillmentStatus::Fulfilled),
        created_after: Some(now() - Duration::days(2)),
        created_before: Some(now()),
        ..OrderFilter::default()
    };
    let query = query(&[Role::Customer], filter).await.unwrap();
    assert_eq!(query.customer_id, Some(uuid(500).into()));
    assert_eq!(
        (query.status, query.payment_status),
        (Some(OrderStatus::Confirmed), Some(PaymentStatus::Paid))
    );
    assert_eq!(query.fulfillment_status, Some(FulfillmentStatus::Fulfilled));
    assert_eq!((query.created_after, query.created_before), (Some(now() - Duration::days(2)), Some(now())));
}

#[tokio::test]
async fn a_storage_failure_passes_through() {
    let mut orders = MockOrderReader::new();
    orders.expect_list().returning(|_| Err(unavailable()));
    let list = ListOrders { orders: Arc::new(orders) };
    let error = list.run(&caller(&[Role::Customer]), OrderFilter::default(), PAGE).await.unwrap_err();
    assert!(matches!(error, ListOrdersError::Storage(_)));
}
