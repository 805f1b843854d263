//! Placing an order.

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use domain::{
    accounts::Role,
    actor::Actor,
    asker::Asker,
    carts::{Cart, CartLine, CartOwner, CartRefusal, CartState, CheckoutError},
    catalog::Sku,
    idempotency::{Answer, IdempotencyRecord},
    inventory::StockLevel,
    money::Money,
    orders::{
        Address, Item, ItemRef, NewAddress, Offer, OpenOrderLimits, Order, OrderPlacement, PlacementContext,
        PlacementError, Quantity, Shortage,
    },
    text::Note,
};
use ports::{
    MockCartStore, MockIdempotencyReader, MockOrderStore,
    carts::LoadedCart,
    idempotency::KeyConflict,
    orders::{CommitPlacementError, Purchaser},
    storage::StorageError,
};
use use_cases::{
    Outcome,
    orders::{OrderExpiry, PlaceOrder, PlaceOrderCommand, PlaceOrderError, PlacedOrder, Purchase},
};

use crate::fixtures::{
    DIGEST, Kept, SECRET, call, caller, context, currency, earlier_answer, email, euro, ids_from, keyed,
    no_look_up, no_record, now, recorded, sessions, unavailable, uuid,
};

type Commit = (OrderPlacement, Option<OpenOrderLimits>, Option<IdempotencyRecord>);

const LIMITS: OpenOrderLimits = OpenOrderLimits { customer: 2, address: 3 };

fn sku(n: u128) -> Sku {
    Sku::parse(&format!("SKU-{n}")).unwrap()
}

fn offer(n: u128, on_hand: i32, price: Money) -> Option<Offer> {
    let variant_id = uuid(n).into();
    Some(Offer {
        variant_id,
        product_id: uuid(100 + n).into(),
        sku: sku(n),
        product_title: "Linen shirt".into(),
        variant_title: "S".into(),
        buyable: true,
        unit_price: Some(price),
        level: StockLevel { on_hand, ..StockLevel::empty(variant_id, false) },
        version: 1,
    })
}

fn item(n: u128, quantity: u32) -> Item {
    Item { what: ItemRef::Sku(sku(n)), quantity: Quantity::new(quantity).unwrap() }
}

/// Two of variant 2 and one of variant 1.
fn items() -> Vec<Item> {
    vec![item(2, 2), item(1, 1)]
}

fn command() -> PlaceOrderCommand {
    PlaceOrderCommand {
        what: Purchase::Lines { items: items(), currency: None },
        email: None,
        shipping_address: None,
        billing_address: None,
        note: None,
        expected_total: None,
        expected_prices: vec![],
    }
}

/// A store with this much of variant 2, at 9.99 each, and enough of variant 1, at 0.02.
fn store(on_hand: i32) -> MockOrderStore {
    let mut orders = MockOrderStore::new();
    orders.expect_load_placement().once().returning(move |purchaser, asked_for, asked| {
        assert_eq!(*purchaser, Purchaser::Customer(uuid(500).into()));
        assert_eq!(asked_for, items());
        let price = |minor| Money::from_minor(minor, asked).unwrap();
        let offers = vec![offer(2, on_hand, price(999)), offer(1, 5, price(2))];
        Ok(Some(PlacementContext { now: now(), number: 100_001, email: email(), offers }))
    });
    orders
}

fn customer() -> Asker {
    Asker::User(caller(&[Role::Customer]))
}

fn of_customer(order: Order) -> PlacedOrder {
    PlacedOrder { order, token: None }
}

fn place_order(orders: MockOrderStore, records: Arc<MockIdempotencyReader>) -> PlaceOrder {
    PlaceOrder {
        orders: Arc::new(orders),
        carts: Arc::new(MockCartStore::new()),
        records,
        secrets: sessions(&ids_from(1)).secret_tokens,
        ids: ids_from(900),
        store_currency: currency("EUR"),
        expiry: OrderExpiry { customer: Duration::minutes(60), guest: Duration::minutes(15) },
        limits: Some(LIMITS),
    }
}

fn keeping() -> (PlaceOrder, Kept<Commit>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut orders = store(5);
    orders.expect_commit_placement().returning(move |placement, limits, record| {
        keeper.keep((placement.clone(), limits, record.cloned()));
        Ok(())
    });
    (place_order(orders, no_look_up()), kept)
}

fn failing(error: fn() -> CommitPlacementError, records: Arc<MockIdempotencyReader>) -> PlaceOrder {
    let mut orders = store(5);
    orders.expect_commit_placement().once().returning(move |_, _, _| Err(error()));
    place_order(orders, records)
}

fn present(PlacedOrder { order, .. }: &PlacedOrder) -> Answer {
    let location = Some(format!("/orders/{}", order.id));
    Answer {
        status: 201,
        location,
        etag: None,
        body: order.totals.total.amount().into_bytes(),
        is_secret: false,
    }
}

async fn run_keyed(place: &PlaceOrder) -> Result<Outcome<PlacedOrder>, PlaceOrderError> {
    place.run(Some(&customer()), command(), keyed(present), context()).await
}

async fn run_unkeyed(
    place: &PlaceOrder,
    command: PlaceOrderCommand,
) -> Result<Outcome<PlacedOrder>, PlaceOrderError> {
    place.run(Some(&customer()), command, None, context()).await
}

#[tokio::test]
async fn an_order_is_placed_for_the_caller_from_where_the_request_came() {
    let (place, kept) = keeping();
    let outcome = run_unkeyed(&place, command()).await.unwrap();
    let (placement, _, record) = kept.one();
    let order = &placement.order;
    assert_eq!((order.customer_id, order.placed_ip), (Some(uuid(500).into()), context().ip));
    assert_eq!((order.number, order.email.as_ref()), (100_001, Some(&email())));
    assert_eq!((order.placed_at, order.expires_at), (now(), Some(now() + Duration::minutes(60))));
    assert_eq!((order.currency, order.totals.total), (currency("EUR"), euro(2000)));
    assert_eq!(record, None);
    assert_eq!(outcome, Outcome::Done { value: of_customer(placement.order), answer: None });
}

#[tokio::test]
async fn event_and_history_say_who_did_it_in_which_request() {
    let (place, kept) = keeping();
    run_unkeyed(&place, command()).await.unwrap();
    let (placement, ..) = kept.one();
    let originations = placement.history.iter().map(|step| &step.origination);
    for by in originations.chain([&placement.event.origination]) {
        assert_eq!(by.actor, Actor::User(uuid(500).into()));
        assert_eq!((by.request_id.as_deref(), by.at), (Some("request-1"), now()));
    }
}

#[tokio::test]
async fn order_lines_and_event_have_ids_of_their_own() {
    let (place, kept) = keeping();
    run_unkeyed(&place, command()).await.unwrap();
    let (placement, ..) = kept.one();
    let lines = placement.order.lines.iter().map(|line| line.id.uuid());
    let ids: BTreeSet<_> = lines.chain([placement.order.id.uuid(), placement.event.id.uuid()]).collect();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn addresses_note_and_currency_stand_in_the_order() {
    let (place, kept) = keeping();
    let address = |name: &str| {
        let (name, country) = (name.into(), "DE".into());
        let new =
            NewAddress { name, line1: "1 Road".into(), city: "Ulm".into(), country, ..NewAddress::default() };
        Address::parse(&new).unwrap()
    };
    let command = PlaceOrderCommand {
        what: Purchase::Lines { items: items(), currency: Some(currency("USD")) },
        shipping_address: Some(address("Ada")),
        billing_address: Some(address("Bob")),
        note: Some(Note::parse("Ring twice").unwrap()),
        ..command()
    };
    run_unkeyed(&place, command).await.unwrap();
    let (OrderPlacement { order, .. }, ..) = kept.one();
    assert_eq!(order.currency, currency("USD"));
    assert_eq!(order.shipping_address, Some(address("Ada")));
    assert_eq!(order.billing_address, Some(address("Bob")));
    assert_eq!(order.note.unwrap().as_str(), "Ring twice");
}

#[tokio::test]
async fn the_limits_of_open_orders_go_into_the_commit() {
    let (place, kept) = keeping();
    run_unkeyed(&place, command()).await.unwrap();
    assert_eq!(kept.one().1, Some(LIMITS));
    let (place, kept) = keeping();
    run_unkeyed(&PlaceOrder { limits: None, ..place }, command()).await.unwrap();
    assert_eq!(kept.one().1, None);
}

#[tokio::test]
async fn the_answer_is_recorded_with_the_order_and_given() {
    let (place, kept) = keeping();
    let Outcome::Done { value, answer } = run_keyed(&place).await.unwrap() else { panic!("replayed") };
    let record = kept.one().2.unwrap();
    assert_eq!((record.call, &record.answer), (call(1), &present(&value)));
    assert_eq!((record.created_at, record.expires_at), (now(), now() + Duration::hours(24)));
    assert_eq!(answer, Some(record.answer));
}

#[tokio::test]
async fn a_customer_who_is_gone_buys_nothing() {
    let mut orders = MockOrderStore::new();
    orders.expect_load_placement().returning(|_, _, _| Ok(None));
    let error = run_unkeyed(&place_order(orders, no_look_up()), command()).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::UnknownCustomer));
}

#[tokio::test]
async fn what_the_domain_refuses_is_not_committed() {
    let error = run_unkeyed(&place_order(store(1), no_look_up()), command()).await.unwrap_err();
    let PlaceOrderError::Refused(PlacementError::InsufficientStock(short)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(short, [Shortage { sku: sku(2), requested: 2, available: 1 }]);
    let command = PlaceOrderCommand { expected_total: Some(euro(1)), ..command() };
    let error = run_unkeyed(&place_order(store(5), no_look_up()), command).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::Refused(PlacementError::QuoteChanged { .. })));
    let command = PlaceOrderCommand { expected_prices: vec![(uuid(1).into(), euro(1))], ..self::command() };
    let error = run_unkeyed(&place_order(store(5), no_look_up()), command).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::Refused(PlacementError::QuoteChanged { .. })));
}

#[tokio::test]
async fn stock_that_goes_between_load_and_commit_is_a_shortage_like_any_other() {
    let place = failing(
        || {
            CommitPlacementError::InsufficientStock(vec![Shortage {
                sku: sku(2),
                requested: 2,
                available: 0,
            }])
        },
        no_look_up(),
    );
    let error = run_unkeyed(&place, command()).await.unwrap_err();
    let PlaceOrderError::Refused(PlacementError::InsufficientStock(short)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(short, [Shortage { sku: sku(2), requested: 2, available: 0 }]);
}

/// A store whose variant 2 gets a cent dearer with every look at it, and that turns down so many commits before it
/// takes one.
fn store_of_changing_offers(changes: i64) -> (MockOrderStore, Kept<Commit>) {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut orders = MockOrderStore::new();
    let (mut loaded, mut committed) = (0, 0);
    orders.expect_load_placement().times(..=50).returning(move |_, _, _| {
        loaded += 1;
        let offers = vec![offer(2, 5, euro(999 + loaded)), offer(1, 5, euro(2))];
        Ok(Some(PlacementContext { now: now(), number: 100_000 + loaded, email: email(), offers }))
    });
    orders.expect_commit_placement().times(..=50).returning(move |placement, limits, record| {
        committed += 1;
        if committed <= changes {
            return Err(CommitPlacementError::OfferChanged);
        }
        keeper.keep((placement.clone(), limits, record.cloned()));
        Ok(())
    });
    (orders, kept)
}

#[tokio::test]
async fn an_offer_that_changes_before_the_commit_is_loaded_and_decided_on_again() {
    for changes in [1, 2] {
        let (orders, kept) = store_of_changing_offers(changes);
        let outcome = run_keyed(&place_order(orders, no_look_up())).await.unwrap();
        let (placement, limits, record) = kept.one();
        let order = placement.order;
        let price = euro(1000 + changes);
        assert_eq!((order.lines[0].unit_price, order.number), (price, 100_001 + changes));
        assert_eq!(limits, Some(LIMITS));
        let placed = of_customer(order);
        assert_eq!(record.unwrap().answer, present(&placed), "the answer of the order that was placed");
        assert_eq!(outcome, Outcome::Done { answer: Some(present(&placed)), value: placed });
    }
}

#[tokio::test]
async fn a_price_that_has_changed_meanwhile_is_held_against_what_the_buyer_was_shown() {
    let (orders, _) = store_of_changing_offers(1);
    let command = PlaceOrderCommand { expected_prices: vec![(uuid(2).into(), euro(1000))], ..command() };
    let error = run_unkeyed(&place_order(orders, no_look_up()), command).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::Refused(PlacementError::QuoteChanged { .. })));
}

#[tokio::test]
async fn offers_that_change_every_time_are_given_up_on_as_overload() {
    let (orders, _) = store_of_changing_offers(i64::MAX);
    let error = run_keyed(&place_order(orders, no_record())).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::Storage(StorageError::Overloaded(_))), "{error:?}");
}

#[tokio::test]
async fn other_refusals_of_the_commit_keep_their_meaning() {
    let error =
        run_unkeyed(&failing(|| CommitPlacementError::TooManyOpenOrders, no_look_up()), command()).await;
    assert!(matches!(error.unwrap_err(), PlaceOrderError::TooManyOpenOrders));
    let error = run_unkeyed(&failing(|| unavailable().into(), no_look_up()), command()).await;
    assert!(matches!(error.unwrap_err(), PlaceOrderError::Storage(_)));
}

#[tokio::test]
async fn a_second_call_gets_the_first_answer_even_when_the_stock_is_gone() {
    let outcome = run_keyed(&place_order(store(0), recorded(1))).await.unwrap();
    assert_eq!(outcome, Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn a_second_call_gets_the_first_answer_even_when_the_database_cannot_load() {
    let mut orders = MockOrderStore::new();
    orders.expect_load_placement().returning(|_, _, _| Err(unavailable()));
    let outcome = run_keyed(&place_order(orders, recorded(1))).await.unwrap();
    assert_eq!(outcome, Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn a_key_taken_at_the_commit_gets_the_first_answer() {
    let outcome = run_keyed(&failing(|| KeyConflict::Taken.into(), recorded(1))).await.unwrap();
    assert_eq!(outcome, Outcome::Replayed(earlier_answer()));
}

#[tokio::test]
async fn a_key_of_another_request_is_refused_whatever_else_is_wrong() {
    let error = run_keyed(&place_order(store(0), recorded(2))).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::KeyReused(_)));
}

#[tokio::test]
async fn a_call_that_is_still_running_is_not_waited_for() {
    let error = run_keyed(&failing(|| KeyConflict::InProgress.into(), no_record())).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::Key(KeyConflict::InProgress)));
}

#[tokio::test]
async fn a_first_call_that_is_refused_leaves_its_key_free() {
    let error = run_keyed(&place_order(store(0), no_record())).await.unwrap_err();
    assert!(matches!(error, PlaceOrderError::Refused(PlacementError::InsufficientStock(_))));
}

#[tokio::test]
async fn a_guest_says_an_address_and_gets_a_token_of_which_only_the_digest_is_kept() {
    let kept = Kept::new();
    let keeper = kept.clone();
    let mut orders = MockOrderStore::new();
    orders.expect_load_placement().returning(|purchaser, _, asked| {
        assert_eq!(*purchaser, Purchaser::Guest(email()));
        let price = |minor| Money::from_minor(minor, asked).unwrap();
        let offers = vec![offer(2, 5, price(999)), offer(1, 5, price(2))];
        Ok(Some(PlacementContext { now: now(), number: 100_001, email: email(), offers }))
    });
    orders.expect_commit_placement().returning(move |placement, _, _| {
        keeper.keep(placement.clone());
        Ok(())
    });
    let place = place_order(orders, no_look_up());
    let command = PlaceOrderCommand { email: Some(email()), ..command() };
    for asker in [None, Some(Asker::Guest([3; 32]))] {
        let outcome = place.run(asker.as_ref(), command.clone(), None, context()).await.unwrap();
        let Outcome::Done { value, .. } = outcome else { panic!("replayed") };
        assert_eq!(value.token.as_deref(), Some(SECRET));
        let OrderPlacement { order, history, .. } = kept.one();
        assert_eq!((order.customer_id, order.guest.unwrap().digest), (None, DIGEST));
        assert_eq!(order.expires_at, Some(now() + Duration::minutes(15)));
        assert_eq!(history[0].origination.actor, Actor::Guest);
    }
}

#[tokio::test]
async fn guests_say_an_address_and_customers_do_not() {
    let place = place_order(MockOrderStore::new(), no_look_up());
    let refused = place.run(None, command(), None, context()).await.unwrap_err();
    assert!(matches!(refused, PlaceOrderError::NeedsEmail));
    let with_email = PlaceOrderCommand { email: Some(email()), ..command() };
    let refused = place.run(Some(&customer()), with_email, None, context()).await.unwrap_err();
    assert!(matches!(refused, PlaceOrderError::NeedsNoEmail));
}

/// The caller's cart of two of variant 2 and one of variant 1.
fn cart(version: i32, state: CartState) -> LoadedCart {
    let line = |n: u128, quantity| CartLine {
        id: uuid(70 + n).into(),
        variant_id: uuid(n).into(),
        quantity: Quantity::new(quantity).unwrap(),
        added_price: None,
        added_at: now(),
    };
    let cart = Cart {
        id: uuid(77).into(),
        owner: CartOwner::User(uuid(500).into()),
        currency: currency("EUR"),
        state,
        lines: vec![line(2, 2), line(1, 1)],
        created_at: now(),
        updated_at: now(),
        expires_at: now() + Duration::days(1),
        version,
    };
    LoadedCart { cart, offers: [].into(), named: vec![], now: now() }
}

fn from_cart() -> PlaceOrderCommand {
    PlaceOrderCommand { what: Purchase::Cart(uuid(77).into()), ..command() }
}

/// A store of orders, and one of a cart that has the next version at each look.
fn edited_cart(state: CartState) -> (MockOrderStore, MockCartStore) {
    let mut orders = MockOrderStore::new();
    orders.expect_load_placement().returning(move |_, items, _| {
        assert_eq!(items.len(), 2);
        let offers = vec![offer(2, 5, euro(999)), offer(1, 5, euro(2))];
        Ok(Some(PlacementContext { now: now(), number: 100_001, email: email(), offers }))
    });
    let mut carts = MockCartStore::new();
    let mut version = 0;
    carts.expect_load().returning(move |_, _| {
        version += 1;
        Ok(Some(cart(version, state)))
    });
    (orders, carts)
}

#[tokio::test]
async fn a_cart_that_is_edited_before_the_commit_is_loaded_and_decided_on_again() {
    let (mut orders, carts) = edited_cart(CartState::Open);
    let kept = Kept::new();
    let keeper = kept.clone();
    orders.expect_commit_placement().returning(move |placement, _, _| {
        let cart = placement.cart.unwrap();
        if cart.decided_on < 3 {
            return Err(CommitPlacementError::CartChanged);
        }
        keeper.keep((placement.order.totals.total, cart.id));
        Ok(())
    });
    let place = PlaceOrder { carts: Arc::new(carts), ..place_order(orders, no_look_up()) };
    run_unkeyed(&place, from_cart()).await.unwrap();
    assert_eq!(kept.one(), (euro(2000), uuid(77).into()));
}

#[tokio::test]
async fn a_cart_that_was_ordered_or_is_nobody_s_gives_no_order() {
    let (orders, carts) = edited_cart(CartState::Ordered(uuid(9).into()));
    let place = PlaceOrder { carts: Arc::new(carts), ..place_order(orders, no_look_up()) };
    let refused = run_unkeyed(&place, from_cart()).await.unwrap_err();
    let PlaceOrderError::Cart(CheckoutError::Refused(CartRefusal::Ordered(order))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(order, uuid(9).into());
    let guest = PlaceOrderCommand { email: Some(email()), ..from_cart() };
    let refused = place.run(None, guest, None, context()).await.unwrap_err();
    assert!(matches!(refused, PlaceOrderError::UnknownCart));
}
