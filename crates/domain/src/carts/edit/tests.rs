//! The rules of editing a cart.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    carts::fixtures::{addition, at, by, cart, euro, guest, line_id, offer, offers, quantities, user},
    orders::Offer,
};

fn short(n: u128, requested: u32, available: u32) -> EditError {
    let sku = Sku::parse(&format!("SKU-{n}")).unwrap();
    EditError::InsufficientStock(vec![Shortage { sku, requested, available }])
}

#[test]
fn a_new_cart_has_what_it_was_opened_with() {
    let new = NewCart {
        id: Uuid::from_u128(1).into(),
        owner: CartOwner::Guest([7; 32]),
        currency: Currency::parse("EUR").unwrap(),
    };
    let shelf = offers([offer(1, 9, 100)]);
    let cart = new.open(&by(guest()), &[addition(1, 2), addition(1, 1)], &shelf).unwrap();
    assert_eq!((quantities(&cart), cart.version), (vec![(1, 3)], 1));
    assert_eq!(cart.lines[0].added_price, Some(euro(100)));
    assert_eq!(cart.expires_at, at(10 + 1000));
    assert!(cart.is_visible_to(&guest()));
}

#[test]
fn the_same_variant_adds_up_and_keeps_the_price_of_its_first_time() {
    let before = cart(&[(1, 2, 100)]);
    let shelf = offers([offer(1, 9, 120), offer(2, 9, 500)]);
    let change = before.add(&by(user(7)), &[addition(1, 3), addition(2, 1)], &shelf).unwrap();
    assert_eq!(quantities(&change.cart), [(1, 5), (2, 1)]);
    assert_eq!(change.cart.lines[0].added_price, Some(euro(100)));
    assert_eq!((change.decided_on, change.cart.version), (1, 2));
    assert_eq!((change.put, change.removed), (change.cart.lines, vec![]));
    assert_eq!(change.cart.expires_at, at(10 + 1000), "whoever touches it, keeps it");
}

#[test]
fn no_more_can_be_in_a_cart_than_is_available() {
    let (before, shelf) = (cart(&[(1, 3, 100)]), offers([offer(1, 5, 100)]));
    assert!(before.add(&by(user(7)), &[addition(1, 2)], &shelf).is_ok());
    assert_eq!(before.add(&by(user(7)), &[addition(1, 3)], &shelf).unwrap_err(), short(1, 6, 5));
    let quantity = |n| Quantity::new(n).unwrap();
    assert!(before.set_quantity(&by(user(7)), line_id(1), quantity(5), &shelf).is_ok());
    let more = before.set_quantity(&by(user(7)), line_id(1), quantity(6), &shelf);
    assert_eq!(more.unwrap_err(), short(1, 6, 5));
    let mut backordered = offer(1, 0, 100);
    backordered.level.backorder = true;
    assert!(before.add(&by(user(7)), &[addition(1, 9)], &offers([backordered])).is_ok());
}

#[test]
fn what_else_is_short_in_a_cart_is_not_in_the_way_of_an_addition() {
    let before = cart(&[(1, 3, 100)]);
    let shelf = offers([offer(1, 0, 100), offer(2, 1, 100)]);
    assert!(before.add(&by(user(7)), &[addition(2, 1)], &shelf).is_ok());
}

#[test]
fn what_is_not_sold_or_has_no_price_does_not_come_in() {
    let before = cart(&[]);
    let gone = offers([Offer { buyable: false, ..offer(1, 5, 100) }]);
    assert_eq!(before.add(&by(user(7)), &[addition(1, 1)], &gone).unwrap_err(), short(1, 1, 0));
    let unpriced = offers([Offer { unit_price: None, ..offer(1, 5, 100) }]);
    let error = before.add(&by(user(7)), &[addition(1, 1)], &unpriced).unwrap_err();
    assert!(matches!(error, EditError::NoPrice { skus, .. } if skus.len() == 1));
    let error = before.add(&by(user(7)), &[addition(1, 1), addition(2, 1)], &unpriced).unwrap_err();
    assert_eq!(error, EditError::UnknownItems(vec![1]));
}

#[test]
fn a_cart_has_its_bounds() {
    let shelf = offers((1..=201).map(|n| offer(n, 5000, 100)));
    let all: Vec<_> = (1..=201).map(|n| addition(n, 1)).collect();
    assert!(cart(&[]).add(&by(user(7)), &all[..200], &shelf).is_ok());
    assert_eq!(cart(&[]).add(&by(user(7)), &all, &shelf).unwrap_err(), EditError::TooManyLines);
    let full = cart(&[(1, 999, 100)]);
    let error = full.add(&by(user(7)), &[addition(2, 1), addition(1, 1)], &shelf).unwrap_err();
    assert_eq!(error, EditError::QuantityTooLarge(vec![1]));
    let dear = offers([offer(1, 5000, 99_999_999_999_900)]);
    let error = cart(&[]).add(&by(user(7)), &[addition(1, 2)], &dear).unwrap_err();
    assert_eq!(error, EditError::Money(MoneyError::TooLarge));
}

#[test]
fn a_line_is_changed_or_taken_out_by_its_id() {
    let (before, shelf) = (cart(&[(1, 2, 100), (2, 1, 100)]), offers([offer(1, 9, 100), offer(2, 9, 100)]));
    let one = Quantity::new(1).unwrap();
    let fewer = before.set_quantity(&by(user(7)), line_id(1), one, &shelf).unwrap();
    assert_eq!((quantities(&fewer.cart), fewer.put.len()), (vec![(1, 1), (2, 1)], 1));
    let gone = before.remove(&by(user(7)), line_id(1)).unwrap();
    assert_eq!((quantities(&gone.cart), gone.removed), (vec![(2, 1)], vec![line_id(1)]));
    assert_eq!(before.remove(&by(user(7)), line_id(3)).unwrap_err(), EditError::UnknownLine);
    let error = before.set_quantity(&by(user(7)), line_id(3), one, &shelf).unwrap_err();
    assert_eq!(error, EditError::UnknownLine);
}

#[test]
fn an_edit_that_changes_nothing_counts_for_nothing() {
    let (before, shelf) = (cart(&[(1, 2, 100)]), offers([offer(1, 9, 100)]));
    let same = before.set_quantity(&by(user(7)), line_id(1), Quantity::new(2).unwrap(), &shelf).unwrap();
    assert_eq!(same.cart.version, before.version);
}

#[test]
fn nobody_else_edits_a_cart() {
    let (before, shelf) = (cart(&[(1, 2, 100)]), offers([offer(1, 9, 100)]));
    let refused = EditError::Refused(CartRefusal::Invisible);
    let quantity = Quantity::new(1).unwrap();
    assert_eq!(before.add(&by(guest()), &[addition(1, 1)], &shelf).unwrap_err(), refused);
    assert_eq!(before.remove(&by(user(8)), line_id(1)).unwrap_err(), refused);
    assert_eq!(before.set_quantity(&by(user(8)), line_id(1), quantity, &shelf).unwrap_err(), refused);
    let late = CartOccasion { now: at(1000), ..by(user(7)) };
    let expired = EditError::Refused(CartRefusal::Expired);
    assert_eq!(before.add(&late, &[addition(1, 1)], &shelf).unwrap_err(), expired);
}

#[test]
fn a_cart_keeps_its_currency() {
    let cart = cart(&[]);
    assert!(cart.require_currency(None).is_ok() && cart.require_currency(Some(cart.currency)).is_ok());
    let yen = Currency::parse("JPY").unwrap();
    let refused = EditError::OtherCurrency { currency: cart.currency };
    assert_eq!(cart.require_currency(Some(yen)), Err(refused));
}

proptest! {
    #[test]
    fn whatever_comes_in_each_variant_is_there_once_with_the_sum_of_its_pieces(
        additions in prop::collection::vec((1..5_u128, 1..400_u32), 0..12),
    ) {
        let shelf = offers((1..5).map(|n| offer(n, 1000, 100)));
        let sum = |n| additions.iter().filter(|(m, _)| *m == n).map(|(_, pieces)| pieces).sum::<u32>();
        let asked: Vec<_> = additions.iter().map(|(n, pieces)| addition(*n, *pieces)).collect();
        let result = cart(&[]).add(&by(user(7)), &asked, &shelf);
        prop_assert_eq!(result.is_ok(), (1..5).all(|n| sum(n) <= 999));
        if let Ok(change) = result {
            for (n, pieces) in quantities(&change.cart) {
                prop_assert_eq!(pieces, sum(n));
            }
            let pieces = change.cart.quote(&shelf).unwrap().item_count;
            prop_assert_eq!(pieces, (1..5).map(sum).sum::<u32>());
        }
    }
}
