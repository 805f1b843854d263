//! What becomes of an order: each decision is stored whole, and read back as it was made.

use domain::{
    accounts::{Caller, Role},
    asker::Asker,
    ids::{OrderId, UserId},
    orders::{
        FulfillmentStatus, NewFulfillment, NewPayment, NewRefund, NewReturn, Occasion, Order, OrderChange,
        OrderStatus, PaymentMethod, PaymentReference, PaymentStatus, Shortage, Tracking, TrackingUrl,
    },
    orders::{LineQuantity, Quantity},
    text::Note,
};
use ports::{
    orders::{CommitChangeError, LoadedOrder, OrderHistory, OrderReader, OrderStore, Overdue},
    pagination::PageRequest,
};
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, euro, name, sku},
};

pub(crate) fn staff() -> Asker {
    let roles = [Role::Admin].into_iter().collect();
    Asker::User(Caller { user_id: Uuid::from_u128(1).into(), session_id: Uuid::from_u128(2).into(), roles })
}

pub(crate) async fn load(shop: &Shop, id: OrderId) -> (Order, Occasion) {
    let LoadedOrder { order, history } = shop.store().load(id).await.unwrap().unwrap();
    let occasion = Occasion {
        asker: staff(),
        now: a_moment_ago(),
        request_id: Some("request-2".to_owned()),
        history,
        events: [Uuid::now_v7().into(), Uuid::now_v7().into()],
    };
    (order, occasion)
}

pub(crate) async fn commit(shop: &Shop, change: &OrderChange) -> Result<(), CommitChangeError> {
    shop.store().commit_change(change, None).await
}

/// Decides, commits, and finds the order as it was decided.
async fn become_true(shop: &Shop, change: OrderChange) -> Order {
    commit(shop, &change).await.unwrap();
    let found = shop.orders().find(change.order.id).await.unwrap().unwrap();
    assert_eq!(found, change.order);
    shop.assert_sound().await;
    found
}

pub(crate) fn payment(cents: i64, reference: &str) -> NewPayment {
    NewPayment {
        id: Uuid::now_v7().into(),
        amount: euro(cents),
        method: PaymentMethod::parse("card").unwrap(),
        reference: PaymentReference::parse(reference).unwrap(),
    }
}

fn parcel(lines: Option<Vec<LineQuantity>>) -> NewFulfillment {
    let tracking = Tracking {
        carrier: Some(name("DHL")),
        number: Some(name("0034")),
        url: Some(TrackingUrl::parse("https://carrier.example/0034").unwrap()),
    };
    NewFulfillment { id: Uuid::now_v7().into(), lines, tracking }
}

fn pieces(order: &Order, line: usize, quantity: u32) -> Vec<LineQuantity> {
    vec![LineQuantity { line_id: order.lines[line].id, quantity: Quantity::new(quantity).unwrap() }]
}

/// A customer's order of three A at 10.00 and two B at 5.00, of five each.
async fn placed(shop: &Shop) -> (UserId, OrderId) {
    let customer = shop.customer().await;
    shop.product(&[("A", 5, 1000), ("B", 5, 500)]).await;
    let order = shop.place(customer, &[("A", 3), ("B", 2)]).await.unwrap();
    (customer, order.id)
}

#[tokio::test]
async fn an_order_lives_from_its_first_payment_to_its_last_refund() {
    let shop = Shop::open().await;
    let (_, id) = placed(&shop).await;

    let (order, occasion) = load(&shop, id).await;
    let order = become_true(&shop, order.pay(&occasion, payment(1500, "first")).unwrap()).await;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Pending, PaymentStatus::PartiallyPaid));
    let (order, occasion) = load(&shop, id).await;
    let order = become_true(&shop, order.pay(&occasion, payment(2500, "rest")).unwrap()).await;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Confirmed, PaymentStatus::Paid));
    assert_eq!((order.version, order.expires_at), (4, None));

    let (order, occasion) = load(&shop, id).await;
    let sent = parcel(Some(pieces(&order, 0, 2)));
    let first = sent.id;
    let order = become_true(&shop, order.fulfill(&occasion, sent).unwrap()).await;
    assert_eq!(order.fulfillment_status, FulfillmentStatus::PartiallyFulfilled);
    assert_eq!(shop.level(order.lines[0].variant_id).await, (3, 1));

    let (order, occasion) = load(&shop, id).await;
    let reason = Some(Note::parse("No B left in the right colour").unwrap());
    let order = become_true(&shop, order.cancel(&occasion, reason).unwrap()).await;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Confirmed, PaymentStatus::RefundDue));
    assert_eq!((order.lines[0].cancelled_quantity, order.lines[1].cancelled_quantity), (1, 2));
    assert_eq!(shop.level(order.lines[1].variant_id).await, (5, 0));

    let (order, occasion) = load(&shop, id).await;
    let order = become_true(&shop, order.deliver(&occasion, first).unwrap().unwrap()).await;
    assert_eq!(
        (order.status, order.fulfillment_status),
        (OrderStatus::Completed, FulfillmentStatus::Delivered)
    );

    let (order, occasion) = load(&shop, id).await;
    let back = NewReturn {
        id: Uuid::now_v7().into(),
        lines: pieces(&order, 0, 1),
        restock: true,
        reason: Some(Note::parse("Too small").unwrap()),
    };
    let order = become_true(&shop, order.take_back(&occasion, back).unwrap()).await;
    assert_eq!(order.fulfillment_status, FulfillmentStatus::PartiallyReturned);
    assert_eq!(shop.level(order.lines[0].variant_id).await, (4, 0));

    let (order, occasion) = load(&shop, id).await;
    let refund = NewRefund { id: Uuid::now_v7().into(), amount: euro(2000), reason: None };
    let order = become_true(&shop, order.refund(&occasion, refund).unwrap()).await;
    assert_eq!(order.payment_status, PaymentStatus::PartiallyRefunded);

    let page = |limit, after| PageRequest { limit, after };
    let OrderHistory { steps: history, .. } =
        shop.orders().find_history(id, page(100, None)).await.unwrap().unwrap();
    assert!(history.rows.iter().zip(1..).all(|(step, place)| step.sequence == place));
    assert_eq!(history.next, None);
    let OrderHistory { steps: first, .. } =
        shop.orders().find_history(id, page(3, None)).await.unwrap().unwrap();
    assert_eq!((first.rows.as_slice(), first.next), (&history.rows[..3], Some(3)));
    let OrderHistory { steps: rest, .. } =
        shop.orders().find_history(id, page(100, first.next)).await.unwrap().unwrap();
    assert_eq!(rest.rows, history.rows[3..]);
    let events = "SELECT count(*) FROM events WHERE aggregate_type = 'order'";
    assert_eq!(
        number(&shop.client, events).await,
        10,
        "seven commands, two that followed, and the placement"
    );
}

#[tokio::test]
async fn an_order_that_nobody_pays_gives_its_stock_free() {
    let shop = Shop::open().await;
    let (_, id) = placed(&shop).await;
    let now = a_moment_ago();
    assert_eq!(shop.store().list_overdue(Overdue::Unpaid, now, 10).await.unwrap(), []);
    run(&shop.client, "UPDATE orders SET expires_at = now() - interval '1 second'").await;
    assert_eq!(shop.store().list_overdue(Overdue::Unpaid, now, 10).await.unwrap(), [id]);
    let (order, mut occasion) = load(&shop, id).await;
    occasion.asker = Asker::System;
    let order = become_true(&shop, order.expire(&occasion).unwrap()).await;
    assert_eq!(order.status, OrderStatus::Expired);
    assert_eq!(shop.level(order.lines[0].variant_id).await, (5, 0));
    assert_eq!(shop.store().list_overdue(Overdue::Unpaid, now, 10).await.unwrap(), []);
}

#[tokio::test]
async fn whoever_decided_on_an_older_version_changes_nothing() {
    let shop = Shop::open().await;
    let (_, id) = placed(&shop).await;
    let (order, occasion) = load(&shop, id).await;
    let late = order.cancel(&occasion, None).unwrap();
    commit(&shop, &order.pay(&occasion, payment(100, "first")).unwrap()).await.unwrap();
    let before = shop.orders().find(id).await.unwrap();
    assert!(matches!(commit(&shop, &late).await, Err(CommitChangeError::Conflict)));
    assert_eq!(shop.orders().find(id).await.unwrap(), before);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_reference_is_recorded_once_for_its_method_whatever_the_order() {
    let shop = Shop::open().await;
    let (customer, first) = placed(&shop).await;
    let second = shop.place(customer, &[("A", 1)]).await.unwrap().id;
    let (order, occasion) = load(&shop, first).await;
    commit(&shop, &order.pay(&occasion, payment(100, "same")).unwrap()).await.unwrap();
    let (order, occasion) = load(&shop, second).await;
    let refused = commit(&shop, &order.pay(&occasion, payment(100, "same")).unwrap()).await;
    assert!(matches!(refused, Err(CommitChangeError::ReferenceTaken)), "{refused:?}");
    assert_eq!(shop.orders().find(second).await.unwrap().unwrap(), order);
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_shipped_and_every_short_line_is_named() {
    let shop = Shop::open().await;
    let (_, id) = placed(&shop).await;
    let (order, occasion) = load(&shop, id).await;
    commit(&shop, &order.confirm(&occasion, None).unwrap()).await.unwrap();
    // More was promised than is there: one A and no B at all.
    run(
        &shop.client,
        "UPDATE stock_levels SET backorder = true;
         WITH gone AS (
             UPDATE stock_levels SET on_hand = v.rest, movements = movements + 1
             FROM (VALUES ('A', 1), ('B', 0)) AS v (sku, rest) JOIN variants USING (sku)
             WHERE stock_levels.variant_id = variants.id
             RETURNING stock_levels.*
         )
         INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
             reserved_after, actor)
         SELECT variant_id, movements, 'lost', on_hand - 5, 0, on_hand, reserved, 'system' FROM gone",
    )
    .await;
    let (order, occasion) = load(&shop, id).await;
    let Err(CommitChangeError::InsufficientStock(short)) =
        commit(&shop, &order.fulfill(&occasion, parcel(None)).unwrap()).await
    else {
        panic!("it was shipped");
    };
    let mut short: Vec<_> = short.into_iter().collect();
    short.sort_by(|a, b| a.sku.cmp(&b.sku));
    let line = |raw, requested, available| Shortage { sku: sku(raw), requested, available };
    assert_eq!(short, [line("A", 3, 1), line("B", 2, 0)]);
    assert_eq!(shop.orders().find(id).await.unwrap().unwrap(), order);
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_order_that_was_left_behind_is_found_and_completed() {
    let shop = Shop::open().await;
    let (_, id) = placed(&shop).await;
    let (order, occasion) = load(&shop, id).await;
    commit(&shop, &order.pay(&occasion, payment(4000, "all")).unwrap()).await.unwrap();
    let (order, occasion) = load(&shop, id).await;
    let sent = parcel(None);
    let fulfillment = sent.id;
    commit(&shop, &order.fulfill(&occasion, sent).unwrap()).await.unwrap();
    assert_eq!(shop.store().list_overdue(Overdue::Incomplete, a_moment_ago(), 10).await.unwrap(), []);
    let sql = format!(
        "UPDATE fulfillments SET delivered_at = now() WHERE id = '{}';
         UPDATE order_lines SET delivered_quantity = quantity;
         INSERT INTO order_history (order_id, sequence, axis, from_value, to_value, command, actor)
             SELECT order_id, max(sequence) + 1, 'fulfillment_status', 'fulfilled', 'delivered', 'deliver', 'system'
             FROM order_history GROUP BY order_id;
         UPDATE orders SET fulfillment_status = 'delivered', version = version + 1",
        fulfillment.uuid()
    );
    run(&shop.client, &sql).await;
    assert_eq!(shop.store().list_overdue(Overdue::Incomplete, a_moment_ago(), 10).await.unwrap(), [id]);
    let (order, mut occasion) = load(&shop, id).await;
    occasion.asker = Asker::System;
    let order = become_true(&shop, order.complete(&occasion).unwrap()).await;
    assert_eq!(order.status, OrderStatus::Completed);
}
