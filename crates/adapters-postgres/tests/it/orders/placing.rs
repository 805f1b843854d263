//! One order: all that it makes true, and nothing when it can't be.

use std::{collections::BTreeMap, sync::Arc};

use adapters_postgres::{Database, PgOrderStore};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use domain::{
    actor::Actor,
    ids::{OrderId, UserId},
    orders::{
        Address, Buyer, Item, ItemRef, NewAddress, OpenOrderLimits, Order, OrderRequest, OrderStatus,
        PaymentStatus, Quantity, Shortage,
    },
    text::Note,
};
use ports::orders::{CommitPlacementError, OrderReader, OrderStore};
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    idempotency::Lock,
    shop::{Shop, euro, request, settings, sku},
};

fn address(name: &str) -> Address {
    let new = NewAddress {
        name: name.to_owned(),
        line1: "1 Röad \"A\"".to_owned(),
        line2: Some("Back yard".to_owned()),
        city: "Ulm".to_owned(),
        region: None,
        postal_code: Some("89073".to_owned()),
        country: "DE".to_owned(),
        phone: Some("+49 731 0".to_owned()),
    };
    Address::parse(&new).unwrap()
}

/// An order that uses every column that a new one can have.
fn rich_request(customer: UserId, by_id: Uuid) -> OrderRequest {
    let mut request = request(customer, &[("SHIRT-M", 3), ("SHIRT-S", 2)]);
    let what = ItemRef::Variant(by_id.into());
    request.items.push(Item { what, quantity: Quantity::new(1).unwrap() });
    OrderRequest {
        buyer: Buyer::customer(customer, Some("2001:db8::7".parse().unwrap())),
        shipping_address: Some(address("Ada")),
        billing_address: Some(address("Bob")),
        note: Some(Note::parse("Ring twice").unwrap()),
        ..request
    }
}

#[tokio::test]
async fn an_order_is_found_as_it_was_placed() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("SHIRT-S", 5, 1999), ("SHIRT-M", 3, 2099)]).await;
    let scarf = shop.product(&[("SCARF", 9, 5)]).await.variants[0].variant.id;
    let placement = shop.decide_on(rich_request(customer, scarf.uuid())).await;
    shop.store().commit_placement(&placement, None, None).await.unwrap();

    let found = shop.orders().find(placement.order.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&placement.order));
    assert_eq!(placement.order.lines.len(), 3);
    assert_eq!(shop.orders().find(OrderId::from(Uuid::now_v7())).await.unwrap(), None);
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_order_without_anything_optional_is_found_as_it_was_placed() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 5, 1999)]).await;
    let mut request = request(customer, &[("A", 1)]);
    request.buyer.ip = None;
    let placement = shop.decide_on(request).await;
    shop.store().commit_placement(&placement, None, None).await.unwrap();
    assert_eq!(shop.orders().find(placement.order.id).await.unwrap(), Some(placement.order));
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_order_reserves_its_stock_with_a_line_in_the_ledger_for_each() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let product = shop.product(&[("A", 5, 100), ("B", 7, 100)]).await;
    let order = shop.place(customer, &[("B", 2), ("A", 1)]).await.unwrap();
    shop.place(customer, &[("B", 4)]).await.unwrap();
    let [a, b] = [&product.variants[0], &product.variants[1]].map(|new| new.variant.id);
    assert_eq!((shop.level(a).await, shop.level(b).await), ((5, 1), (7, 6)));

    let sql =
        "SELECT variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after, reserved_after,
            actor, request_id, at
        FROM stock_movements WHERE order_id = $1";
    let rows = shop.client.query(sql, &[&order.id.uuid()]).await.unwrap();
    let mut lines = BTreeMap::new();
    for row in &rows {
        assert_eq!((row.get::<_, &str>(2), row.get::<_, i32>(3)), ("reservation", 0));
        assert_eq!(row.get::<_, String>(7), Actor::User(customer).to_string());
        assert_eq!((row.get::<_, &str>(8), row.get::<_, domain::Instant>(9)), ("request-1", order.placed_at));
        lines.insert(row.get::<_, Uuid>(0), (row.get(1), row.get(4), row.get(5), row.get(6)));
    }
    let expected: BTreeMap<Uuid, (i64, i32, i32, i32)> =
        [(a.uuid(), (2, 1, 5, 1)), (b.uuid(), (2, 2, 7, 2))].into();
    assert_eq!(lines, expected);
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_order_has_its_first_steps_and_its_event() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let product = shop.product(&[("A", 5, 100)]).await;
    let Order { id, number, .. } = shop.place(customer, &[("A", 2)]).await.unwrap();
    let sql = "SELECT string_agg(concat_ws(' ', sequence, axis, coalesce(from_value, '-'), to_value, command, actor,
            request_id), '; ' ORDER BY sequence) FROM order_history WHERE order_id = $1";
    let history: String = shop.client.query_one(sql, &[&id.uuid()]).await.unwrap().get(0);
    let by = format!("place user:{customer} request-1");
    assert_eq!(
        history,
        format!(
            "1 status - pending {by}; 2 payment_status - unpaid {by}; 3 fulfillment_status - unfulfilled {by}"
        )
    );
    let sql = "SELECT aggregate_type, aggregate_version, data::text FROM events WHERE aggregate_id = $1";
    let event = shop.client.query_one(sql, &[&id.uuid()]).await.unwrap();
    assert_eq!((event.get::<_, &str>(0), event.get::<_, i32>(1)), ("order", 1));
    let variant = product.variants[0].variant.id;
    let data = format!(
        "{{\"lines\": [{{\"quantity\": 2, \"variant_id\": \"{variant}\"}}], \"total\": {{\"amount\": \"2.00\", \
         \"currency\": \"EUR\"}}, \"number\": {number}, \"status\": \"pending\"}}"
    );
    assert_eq!(event.get::<_, &str>(2), data);
}

#[tokio::test]
async fn a_free_order_is_confirmed_and_paid_at_once() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("GIFT", 5, 0)]).await;
    let order = shop.place(customer, &[("GIFT", 1)]).await.unwrap();
    let found = shop.orders().find(order.id).await.unwrap().unwrap();
    assert_eq!((found.status, found.payment_status), (OrderStatus::Confirmed, PaymentStatus::Paid));
    assert_eq!((found.totals.total, found.expires_at), (euro(0), None));
    assert_eq!(found, order);
    shop.assert_sound().await;
}

#[tokio::test]
async fn backorder_sells_what_is_not_there() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let variant = shop.product(&[("A", 2, 100)]).await.variants[0].variant.id;
    run(&shop.client, "UPDATE stock_levels SET backorder = true").await;
    shop.place(customer, &[("A", 999)]).await.unwrap();
    shop.place(customer, &[("A", 1)]).await.unwrap();
    assert_eq!(shop.level(variant).await, (2, 1000));
    shop.assert_sound().await;
}

/// The number of rows in every table that placing an order writes to, and everything that is reserved.
async fn traces(shop: &Shop) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["orders", "order_lines", "order_history", "stock_movements", "events", "idempotency_keys"] {
        counts.push(shop.count(table).await);
    }
    counts.push(number(&shop.client, "SELECT sum(reserved) + sum(movements) FROM stock_levels").await);
    counts
}

#[tokio::test]
async fn every_short_line_is_named_and_nothing_is_left_behind() {
    let shop = Shop::open().await;
    let (customer, rival) = (shop.customer().await, shop.customer().await);
    shop.product(&[("A", 5, 100), ("B", 5, 100), ("C", 5, 100), ("D", 5, 100)]).await;
    let placement = shop.decide(customer, &[("D", 4), ("B", 5), ("A", 1), ("C", 3)]).await;
    shop.place(rival, &[("A", 1), ("B", 2), ("C", 3), ("D", 1)]).await.unwrap();
    let before = traces(&shop).await;

    let record = crate::idempotency::record(customer, "key-1");
    let refused = shop.store().commit_placement(&placement, None, Some(&record)).await;
    let Err(CommitPlacementError::InsufficientStock(short)) = refused else { panic!("{refused:?}") };
    let shortage = |raw, requested, available| Shortage { sku: sku(raw), requested, available };
    assert_eq!(short, [shortage("B", 5, 3), shortage("C", 3, 2)], "in the order of the lines");
    assert_eq!(traces(&shop).await, before);
    shop.assert_sound().await;

    let corrected = shop.decide(customer, &[("D", 4), ("B", 3), ("A", 1), ("C", 2)]).await;
    shop.store().commit_placement(&corrected, None, Some(&record)).await.unwrap();
    shop.assert_sound().await;
}

#[tokio::test]
async fn more_promised_than_there_is_means_none_available() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 5, 100)]).await;
    let placement = shop.decide(customer, &[("A", 1)]).await;
    shop.place(customer, &[("A", 4)]).await.unwrap();
    run(&shop.client, "UPDATE stock_levels SET on_hand = 2, shortfall = 2, version = version + 1").await;
    let refused = shop.store().commit_placement(&placement, None, None).await;
    let Err(CommitPlacementError::InsufficientStock(short)) = refused else { panic!("{refused:?}") };
    assert_eq!(short, [Shortage { sku: sku("A"), requested: 1, available: 0 }]);
}

#[tokio::test]
async fn an_order_of_two_hundred_lines_is_placed() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    let skus: Vec<_> = (0..200).map(|n| format!("SKU-{n}")).collect();
    let variants: Vec<_> = skus.iter().map(|sku| (sku.as_str(), 3, 100)).collect();
    shop.product(&variants).await;
    let items: Vec<_> = skus.iter().rev().map(|sku| (sku.as_str(), 3)).collect();
    let order = shop.place(customer, &items).await.unwrap();
    assert_eq!(shop.orders().find(order.id).await.unwrap(), Some(order));
    shop.assert_sound().await;
}

/// How many statements the connection of a pool of one keeps, and how often it has planned one for particular values.
async fn kept_and_planned_anew(pool: &Database) -> (i64, i64) {
    #[derive(diesel::QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        kept: i64,
        #[diesel(sql_type = BigInt)]
        planned_anew: i64,
    }
    let mut connection = pool.connection().await.unwrap();
    let sql =
        "SELECT count(*) AS kept, sum(custom_plans)::bigint AS planned_anew FROM pg_prepared_statements";
    let Counted { kept, planned_anew } = diesel::sql_query(sql).get_result(&mut connection).await.unwrap();
    (kept, planned_anew)
}

#[tokio::test]
async fn orders_of_any_size_share_a_few_statements_that_are_planned_once() {
    let shop = Shop::open().await;
    let customer = shop.customer().await;
    shop.product(&[("A", 900, 100), ("B", 900, 100), ("C", 900, 100)]).await;
    let mut settings = settings(shop.url());
    settings.max_size = 1;
    let pool = Database::new(&settings).unwrap();
    let store = PgOrderStore::new(pool.clone(), Arc::new(Lock));
    for n in 0..12 {
        let request = request(customer, &[("A", 1), ("B", 2), ("C", 3)][..=n % 3]);
        let placement = shop.decide_on_from(&store, request).await;
        let record = crate::idempotency::record(customer, &format!("key-{n}"));
        let limits = OpenOrderLimits { customer: 99, address: 99 };
        store.commit_placement(&placement, Some(limits), Some(&record)).await.unwrap();
    }
    let (kept, planned_anew) = kept_and_planned_anew(&pool).await;
    // Buyer, offers; key, turns, count, stock, order, event; and the one that asks.
    assert!(kept <= 9, "{kept} statements");
    assert!(planned_anew <= 1, "planned {planned_anew} times for particular values");
}
