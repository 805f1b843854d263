//! Commands on orders: loaded, decided on, committed; again when somebody else was faster.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use domain::{
    accounts::Role,
    actor::Actor,
    asker::Asker,
    catalog::Sku,
    idempotency::{Answer, IdempotencyRecord},
    ids::OrderId,
    orders::{
        ChangeError, HistoryEnd, Order, OrderChange, OrderLine, OrderStatus, Payment, PaymentMethod,
        PaymentReference, Quantity, Totals,
    },
    text::Note,
};
use ports::{
    MockIdempotencyReader, MockOrderStore,
    orders::{CommitChangeError, LoadedOrder, Overdue},
    storage::StorageError,
};
use use_cases::{
    Outcome,
    orders::{
        CancelOrder, ConfirmOrder, DeliverFulfillment, Given, OrderCommandError, OrderCommands,
        PaymentReceived, RecordPayment, Recorded, TendOrders,
    },
};

use crate::{
    fixtures::{
        Kept, caller, clock, context, currency, earlier_answer, euro, ids_from, keyed, no_look_up, no_record,
        now, recorded, unavailable, uuid,
    },
    get_order::order,
};

type Commit = (OrderChange, Option<IdempotencyRecord>);

const ORDER: u128 = 9;

fn id() -> OrderId {
    uuid(ORDER).into()
}

fn user(role: Role) -> Asker {
    Asker::User(caller(&[role]))
}

/// The caller's order, pending until a minute ago, in this version.
fn pending(version: i32) -> LoadedOrder {
    let expires_at = Some(now() - chrono::Duration::minutes(1));
    let mug = OrderLine {
        id: uuid(91).into(),
        variant_id: uuid(92).into(),
        product_id: uuid(93).into(),
        sku: Sku::parse("MUG").unwrap(),
        title: "Mug".into(),
        quantity: Quantity::new(2).unwrap(),
        unit_price: euro(500),
        line_total: euro(1000),
        fulfilled_quantity: 0,
        delivered_quantity: 0,
        cancelled_quantity: 0,
        returned_quantity: 0,
    };
    let totals = Totals::of_lines(currency("EUR"), std::slice::from_ref(&mug)).unwrap();
    let order = Order { expires_at, version, totals, lines: vec![mug], ..order(Some(500)) };
    LoadedOrder { order, history: HistoryEnd { sequence: 3, at: now() } }
}

fn commands(orders: MockOrderStore, records: Arc<MockIdempotencyReader>) -> OrderCommands {
    OrderCommands { orders: Arc::new(orders), records, ids: ids_from(900), clock: clock() }
}

fn store(loaded: fn() -> Option<LoadedOrder>) -> MockOrderStore {
    let mut orders = MockOrderStore::new();
    orders.expect_load().returning(move |asked| {
        assert_eq!(asked, id());
        Ok(loaded())
    });
    orders
}

fn keeping(loaded: fn() -> Option<LoadedOrder>) -> (MockOrderStore, Kept<Commit>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut orders = store(loaded);
    orders.expect_commit_change().returning(move |change, record| {
        keeper.keep((change.clone(), record.cloned()));
        Ok(())
    });
    (orders, kept)
}

fn given<T>(asker: &Asker) -> Given<T> {
    Given { asker: asker.clone(), order: id(), keyed: None, context: context() }
}

fn present(order: &Order) -> Answer {
    Answer { status: 200, location: None, etag: None, body: order.status.name().into(), is_secret: false }
}

fn with_key(asker: &Asker) -> Given<Order> {
    Given { keyed: keyed(present), ..given(asker) }
}

fn money() -> PaymentReceived {
    PaymentReceived {
        amount: euro(1000),
        method: PaymentMethod::parse("card").unwrap(),
        reference: PaymentReference::parse("r-1").unwrap(),
    }
}

#[tokio::test]
async fn a_command_is_decided_on_what_was_loaded_and_committed_with_its_answer() {
    let (orders, kept) = keeping(|| Some(pending(4)));
    let cancel = CancelOrder(commands(orders, no_look_up()));
    let (asker, reason) = (user(Role::Customer), Note::parse("Changed my mind").unwrap());
    let outcome = cancel.run(with_key(&asker), Some(reason.clone())).await.unwrap();
    let (change, record) = kept.one();
    assert_eq!(
        (change.decided_on, change.order.version, change.order.status),
        (4, 5, OrderStatus::Cancelled)
    );
    let step = &change.history[0];
    assert_eq!((step.sequence, step.reason.as_ref()), (4, Some(&reason)));
    assert_eq!(step.origination.actor, Actor::User(uuid(500).into()));
    assert_eq!(step.origination.request_id.as_deref(), Some("request-1"));
    let answer = record.unwrap().answer;
    assert_eq!(answer.body, b"cancelled");
    assert_eq!(outcome, Outcome::Done { value: change.order, answer: Some(answer) });
}

#[tokio::test]
async fn whoever_was_slower_decides_again_on_what_the_faster_one_left() {
    static LOADED: AtomicU32 = AtomicU32::new(0);
    let kept: Kept<i32> = Kept::new();
    let keeper = kept.clone();
    let mut orders = store(|| match LOADED.fetch_add(1, Ordering::Relaxed) {
        0 => Some(pending(1)),
        _ => Some(pending(2)),
    });
    orders.expect_commit_change().returning(move |change, _| match change.decided_on {
        1 => Err(CommitChangeError::Conflict),
        version => {
            keeper.keep(version);
            Ok(())
        }
    });
    let cancel = CancelOrder(commands(orders, no_look_up()));
    cancel.run(given(&user(Role::Customer)), None).await.unwrap();
    assert_eq!(kept.one(), 2);
}

#[tokio::test]
async fn who_may_not_give_a_command_learns_nothing_not_even_the_answer_of_before() {
    let confirm = ConfirmOrder(commands(store(|| Some(pending(1))), no_look_up()));
    let denied = confirm.run(with_key(&user(Role::Support)), None).await.unwrap_err();
    assert!(matches!(denied, OrderCommandError::Forbidden(_)), "{denied}");
    let stranger = || {
        let LoadedOrder { order, history } = pending(1);
        Some(LoadedOrder { order: Order { customer_id: Some(uuid(7).into()), ..order }, history })
    };
    for loaded in [stranger, || None] {
        let cancel = CancelOrder(commands(store(loaded), no_look_up()));
        let denied = cancel.run(with_key(&user(Role::Customer)), None).await.unwrap_err();
        assert!(matches!(denied, OrderCommandError::NotFound), "{denied}");
    }
}

#[tokio::test]
async fn a_command_that_was_given_before_under_the_same_key_is_answered_as_then() {
    let done = || {
        let LoadedOrder { order, history } = pending(2);
        Some(LoadedOrder { order: Order { status: OrderStatus::Cancelled, ..order }, history })
    };
    let cancel = CancelOrder(commands(store(done), recorded(1)));
    let outcome = cancel.run(with_key(&user(Role::Customer)), None).await.unwrap();
    assert_eq!(outcome, Outcome::Replayed(earlier_answer()));
    let cancel = CancelOrder(commands(store(done), no_record()));
    let refused = cancel.run(with_key(&user(Role::Customer)), None).await.unwrap_err();
    assert!(matches!(refused, OrderCommandError::Refused(ChangeError::Refused(_))), "{refused}");
}

#[tokio::test]
async fn money_that_completes_a_payment_confirms_the_order() {
    let (orders, kept) = keeping(|| Some(pending(1)));
    let pay = RecordPayment(commands(orders, no_look_up()));
    let outcome = pay.run(given(&user(Role::OrderManager)), money()).await.unwrap();
    let (change, _) = kept.one();
    assert_eq!((change.order.status, change.order.version), (OrderStatus::Confirmed, 3));
    let payment: Payment = change.order.records.payments[0].clone();
    assert_eq!(payment.amount, euro(1000));
    let made = Recorded { order_id: id(), record: payment };
    assert_eq!(outcome, Outcome::Done { value: made, answer: None });
}

#[tokio::test]
async fn a_reference_that_another_order_has_is_refused_by_the_store() {
    let mut orders = store(|| Some(pending(1)));
    orders.expect_commit_change().once().returning(|_, _| Err(CommitChangeError::ReferenceTaken));
    let pay = RecordPayment(commands(orders, no_look_up()));
    let refused = pay.run(given(&user(Role::OrderManager)), money()).await.unwrap_err();
    assert!(matches!(refused, OrderCommandError::ReferenceTaken), "{refused}");
}

#[tokio::test]
async fn what_is_not_in_the_order_can_not_arrive() {
    let deliver = DeliverFulfillment(commands(store(|| Some(pending(1))), no_look_up()));
    let refused = deliver.run(given(&user(Role::Admin)), uuid(77).into()).await.unwrap_err();
    assert!(matches!(refused, OrderCommandError::Refused(_)), "{refused}");
}

#[tokio::test]
async fn the_shop_gives_up_what_is_overdue_and_leaves_to_others_what_they_were_faster_with() {
    let tried = Arc::new(Mutex::new(Vec::new()));
    let keeper = tried.clone();
    let mut orders = store(|| Some(pending(1)));
    orders.expect_list_overdue().once().returning(|what, at, limit| {
        assert_eq!((what, at, limit), (Overdue::Unpaid, now(), 10));
        Ok(vec![id(), id(), id()])
    });
    orders.expect_commit_change().times(3).returning(move |change, record| {
        assert_eq!((change.order.status, record), (OrderStatus::Expired, None));
        assert_eq!(change.history[0].origination.actor, Actor::System);
        let mut tried = keeper.lock().unwrap();
        tried.push(());
        if tried.len() == 2 { Err(CommitChangeError::Conflict) } else { Ok(()) }
    });
    let tend = TendOrders(commands(orders, no_look_up()));
    assert_eq!(tend.expire(10).await.unwrap(), 2);
}

#[tokio::test]
async fn an_order_that_was_paid_meanwhile_does_not_expire() {
    let paid = || {
        let LoadedOrder { order, history } = pending(2);
        Some(LoadedOrder { order: Order { status: OrderStatus::Confirmed, ..order }, history })
    };
    let mut orders = store(paid);
    orders.expect_list_overdue().returning(|_, _, _| Ok(vec![id()]));
    let tend = TendOrders(commands(orders, no_look_up()));
    assert_eq!(tend.expire(10).await.unwrap(), 0);
}

#[tokio::test]
async fn a_failing_database_stops_the_round() {
    let mut orders = MockOrderStore::new();
    orders.expect_list_overdue().returning(|_, _, _| Err(unavailable()));
    assert!(TendOrders(commands(orders, no_look_up())).complete(10).await.is_err());
}

#[tokio::test]
async fn an_order_that_can_not_be_read_does_not_hold_up_the_others() {
    let (broken, sound) = (uuid(8).into(), id());
    let mut orders = MockOrderStore::new();
    orders.expect_list_overdue().returning(move |_, _, _| Ok(vec![broken, sound]));
    orders.expect_load().returning(move |asked| {
        if asked == sound {
            return Ok(Some(pending(1)));
        }
        let (id, source) = (asked.to_string(), "what is this".into());
        Err(StorageError::Corrupt { table: "orders", id, column: "status", source })
    });
    let kept = Kept::new();
    let keeper = kept.clone();
    orders.expect_commit_change().returning(move |change, _| {
        keeper.keep(change.order.id);
        Ok(())
    });
    let told = TendOrders(commands(orders, no_look_up())).expire(10).await;
    assert!(matches!(told, Err(StorageError::Corrupt { .. })), "{told:?}");
    assert_eq!(kept.one(), sound);
}
