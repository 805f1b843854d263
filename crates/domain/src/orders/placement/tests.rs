//! The rules of placing an order.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{inventory::StockLevel, orders::PaymentStatus};

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap()).unwrap()
}

fn sku(n: u128) -> Sku {
    Sku::parse(&format!("SKU-{n}")).unwrap()
}

fn variant(n: u128) -> VariantId {
    Uuid::from_u128(n).into()
}

fn offer(n: u128, on_hand: i32, cents: i64) -> Offer {
    Offer {
        variant_id: variant(n),
        product_id: Uuid::from_u128(100 + n).into(),
        sku: sku(n),
        product_title: "Linen shirt".into(),
        variant_title: "S".into(),
        buyable: true,
        unit_price: Some(euro(cents)),
        level: StockLevel { on_hand, ..StockLevel::empty(variant(n), false) },
        version: 70 + i64::try_from(n).unwrap(),
    }
}

fn request(items: &[(u128, u32)]) -> OrderRequest {
    let item = |(n, quantity): &(u128, u32)| Item {
        what: ItemRef::Sku(sku(*n)),
        quantity: Quantity::new(*quantity).unwrap(),
    };
    OrderRequest {
        buyer: Buyer::customer(Uuid::from_u128(7).into(), None),
        items: items.iter().map(item).collect(),
        currency: Currency::parse("EUR").unwrap(),
        shipping_address: None,
        billing_address: None,
        note: None,
        expected_total: None,
        expected_prices: vec![],
    }
}

fn place(request: OrderRequest, offers: Vec<Option<Offer>>) -> Result<OrderPlacement, PlacementError> {
    let now = Instant::from_timestamp(1_800_000_000, 0).unwrap();
    let lines = (200..).take(request.items.len()).map(|n| Uuid::from_u128(n).into()).collect();
    let ids = PlacementIds {
        order: Uuid::from_u128(9).into(),
        lines,
        event: Uuid::from_u128(8).into(),
        request_id: None,
    };
    let context =
        PlacementContext { now, number: 100_001, email: Email::parse("ada@example.com").unwrap(), offers };
    request.place(&context, ids, Duration::minutes(60))
}

#[test]
fn an_order_keeps_names_and_prices_and_adds_up() {
    let placement =
        place(request(&[(2, 3), (1, 1)]), vec![Some(offer(2, 5, 999)), Some(offer(1, 5, 1))]).unwrap();
    let order = &placement.order;
    assert_eq!(order.totals.total, euro(2998));
    assert_eq!(order.lines[0].title, "Linen shirt – S");
    assert_eq!((order.status, order.payment_status), (OrderStatus::Pending, PaymentStatus::Unpaid));
    assert_eq!(order.expires_at, Some(order.placed_at + Duration::minutes(60)));
}

#[test]
fn stock_is_reserved_in_the_order_of_the_variants() {
    let placement =
        place(request(&[(2, 3), (1, 1)]), vec![Some(offer(2, 5, 999)), Some(offer(1, 5, 1))]).unwrap();
    let variants: Vec<_> = placement.reservations.iter().map(|reservation| reservation.variant_id).collect();
    assert_eq!(variants, [variant(1), variant(2)]);
}

#[test]
fn a_reservation_names_the_version_of_the_offer_that_it_takes_up() {
    let placement =
        place(request(&[(2, 3), (1, 1)]), vec![Some(offer(2, 5, 999)), Some(offer(1, 5, 1))]).unwrap();
    let versions: Vec<_> =
        placement.reservations.iter().map(|reservation| reservation.offer_version).collect();
    assert_eq!(versions, [71, 72]);
}

#[test]
fn a_variant_named_twice_is_added_up() {
    let placement =
        place(request(&[(1, 3), (1, 2)]), vec![Some(offer(1, 5, 1)), Some(offer(1, 5, 1))]).unwrap();
    assert_eq!(placement.order.lines.len(), 1);
    assert_eq!(placement.reservations[0].quantity.get(), 5);
    let short = place(request(&[(1, 3), (1, 3)]), vec![Some(offer(1, 5, 1)), Some(offer(1, 5, 1))]);
    assert_eq!(
        short.unwrap_err(),
        PlacementError::InsufficientStock(vec![Shortage { sku: sku(1), requested: 6, available: 5 }])
    );
    let many = place(request(&[(1, 999), (1, 1)]), vec![Some(offer(1, 5000, 1)), Some(offer(1, 5000, 1))]);
    assert_eq!(many.unwrap_err(), PlacementError::QuantityTooLarge(vec![1]));
}

#[test]
fn every_short_line_is_named() {
    let gone = Offer { buyable: false, ..offer(3, 50, 1) };
    let error = place(
        request(&[(1, 6), (2, 1), (3, 1)]),
        vec![Some(offer(1, 5, 1)), Some(offer(2, 5, 1)), Some(gone)],
    );
    let short = |n, requested, available| Shortage { sku: sku(n), requested, available };
    assert_eq!(error.unwrap_err(), PlacementError::InsufficientStock(vec![short(1, 6, 5), short(3, 1, 0)]));
}

#[test]
fn backorder_sells_what_is_not_there() {
    let mut backordered = offer(1, 0, 1);
    backordered.level.backorder = true;
    assert!(place(request(&[(1, 6)]), vec![Some(backordered)]).is_ok());
}

#[test]
fn an_item_that_never_was_is_named_by_its_place() {
    let error = place(request(&[(1, 1), (2, 1)]), vec![Some(offer(1, 5, 1)), None]).unwrap_err();
    assert_eq!(error, PlacementError::UnknownItems(vec![1]));
    assert_eq!(place(request(&[]), vec![]).unwrap_err(), PlacementError::Empty);
}

#[test]
fn what_has_no_price_in_the_currency_can_not_be_bought() {
    let error =
        place(request(&[(1, 1)]), vec![Some(Offer { unit_price: None, ..offer(1, 5, 1) })]).unwrap_err();
    assert!(matches!(error, PlacementError::NoPrice { .. }));
}

#[test]
fn another_price_or_total_than_expected_is_refused() {
    let mut asked = request(&[(1, 2), (2, 1)]);
    asked.expected_prices = vec![(variant(1), euro(90)), (variant(2), euro(50))];
    asked.expected_total = Some(euro(230));
    let offers = vec![Some(offer(1, 5, 100)), Some(offer(2, 5, 50))];
    let error = place(asked.clone(), offers.clone()).unwrap_err();
    let changed = ChangedLine { sku: sku(1), expected: euro(90), actual: euro(100) };
    assert_eq!(
        error,
        PlacementError::QuoteChanged { lines: vec![changed], total: Some((euro(230), euro(250))) }
    );
    asked.expected_prices = vec![(variant(1), euro(100))];
    asked.expected_total = Some(euro(250));
    assert!(place(asked.clone(), offers.clone()).is_ok());
    asked.expected_prices = vec![(variant(3), euro(100))];
    assert_eq!(place(asked, offers).unwrap_err(), PlacementError::UnknownExpectations(vec![0]));
}

#[test]
fn what_the_buyer_expects_in_another_currency_is_no_change_of_price() {
    let yen = Money::from_minor(100, Currency::parse("JPY").unwrap()).unwrap();
    let refused = |asked| place(asked, vec![Some(offer(1, 5, 100))]).unwrap_err();
    let foreign = PlacementError::ForeignExpectation { currency: Currency::parse("EUR").unwrap() };
    let total = OrderRequest { expected_total: Some(yen), ..request(&[(1, 1)]) };
    assert_eq!(refused(total), foreign);
    let price = OrderRequest { expected_prices: vec![(variant(1), yen)], ..request(&[(1, 1)]) };
    assert_eq!(refused(price), foreign);
}

#[test]
fn a_free_order_is_confirmed_and_paid_at_once() {
    let order = place(request(&[(1, 1)]), vec![Some(offer(1, 5, 0))]).unwrap().order;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Confirmed, PaymentStatus::Paid));
    assert_eq!(order.expires_at, None);
}

#[test]
fn an_amount_beyond_all_bounds_is_refused() {
    let error = place(request(&[(1, 999)]), vec![Some(offer(1, 5000, 99_999_999_999_900))]).unwrap_err();
    assert!(matches!(error, PlacementError::Money(_)));
}

proptest! {
    #[test]
    fn a_placed_order_reserves_what_it_sells_and_its_sums_add_up(
        items in prop::collection::vec((1..6u128, 1..50u32), 1..12), cents in prop::collection::vec(0..100_000i64, 6), stock in 0..200i32,
    ) {
        let offers = items.iter().map(|(n, _)| Some(offer(*n, stock, cents[usize::try_from(*n).unwrap()]))).collect();
        if let Ok(placement) = place(request(&items), offers) {
            let order = placement.order;
            let total: i64 = order.lines.iter().map(|line| line.unit_price.minor() * i64::from(line.quantity.get())).sum();
            prop_assert_eq!(order.totals.total.minor(), total);
            let sold: u32 = order.lines.iter().map(|line| line.quantity.get()).sum();
            let asked: u32 = items.iter().map(|(_, quantity)| quantity).sum();
            let reserved: u32 = placement.reservations.iter().map(|reservation| reservation.quantity.get()).sum();
            prop_assert_eq!((sold, reserved), (asked, asked));
            prop_assert!(placement.reservations.iter().all(|r| i64::from(r.quantity.get()) <= i64::from(stock)));
        }
    }
}
