//! What each command makes of an order.

use chrono::Duration;
use uuid::Uuid;

use super::*;
use crate::{
    actor::Actor,
    asker::Asker,
    inventory::MovementKind,
    money::{Currency, Money, MoneyError},
    orders::{
        Axis, ChangeError, Command, FulfillmentStatus as F, LineFault, Occasion, OrderChange,
        OrderStatus as S, PaymentMethod, PaymentReference, PaymentStatus as P, PickError, Tracking,
        fixtures::{after, at, by, euro, manager, order, owner, picks},
    },
    text::Note,
};

fn payment(n: u128, cents: i64) -> NewPayment {
    NewPayment {
        id: Uuid::from_u128(400 + n).into(),
        amount: euro(cents),
        method: PaymentMethod::parse("card").unwrap(),
        reference: PaymentReference::parse(&format!("ref-{n}")).unwrap(),
    }
}

fn shipment(n: u128, lines: Option<&[(u128, u32)]>) -> NewFulfillment {
    let id = Uuid::from_u128(500 + n).into();
    NewFulfillment { id, lines: lines.map(picks), tracking: Tracking::default() }
}

fn back(lines: &[(u128, u32)], restock: bool) -> NewReturn {
    NewReturn { id: Uuid::from_u128(600).into(), lines: picks(lines), restock, reason: None }
}

fn refund(cents: i64) -> NewRefund {
    NewRefund { id: Uuid::from_u128(700).into(), amount: euro(cents), reason: None }
}

fn system() -> Occasion {
    by(Asker::System)
}

fn next(change: &OrderChange) -> Occasion {
    after(change, manager())
}

/// Two lines, 3 x 10.00 and 1 x 5.00, confirmed and not paid.
fn confirmed() -> OrderChange {
    order(&[(1, 3, 1000), (2, 1, 500)]).confirm(&by(manager()), None).unwrap()
}

fn paid() -> OrderChange {
    order(&[(1, 3, 1000), (2, 1, 500)]).pay(&by(manager()), payment(1, 3500)).unwrap()
}

/// Ships `lines` and delivers them.
fn delivered(change: &OrderChange, n: u128, lines: Option<&[(u128, u32)]>) -> OrderChange {
    let shipped = change.order.fulfill(&next(change), shipment(n, lines)).unwrap();
    shipped.order.deliver(&next(&shipped), Uuid::from_u128(500 + n).into()).unwrap().unwrap()
}

fn kinds(change: &OrderChange) -> Vec<&'static str> {
    change.events.iter().map(|event| event.data.event_type()).collect()
}

fn stock(change: &OrderChange) -> Vec<(MovementKind, &str, u32)> {
    change.stock.iter().map(|moved| (moved.kind, moved.sku.as_str(), moved.quantity)).collect()
}

#[test]
fn the_payment_that_pays_an_order_in_full_confirms_it_in_the_same_decision() {
    let part = order(&[(1, 3, 1000)]).pay(&by(manager()), payment(1, 1000)).unwrap();
    assert_eq!((part.order.status, part.order.payment_status), (S::Pending, P::PartiallyPaid));
    assert_eq!(kinds(&part), ["order.payment_recorded"]);
    let paid = part.order.pay(&next(&part), payment(2, 2000)).unwrap();
    assert_eq!((paid.order.status, paid.order.payment_status), (S::Confirmed, P::Paid));
    assert_eq!(kinds(&paid), ["order.payment_recorded", "order.confirmed"]);
    assert_eq!(paid.order.expires_at, None, "it waits for nothing any more");
}

#[test]
fn every_event_counts_the_order_s_version_and_tells_who_it_was() {
    let paid = paid();
    assert_eq!((paid.decided_on, paid.order.version), (1, 3));
    let versions: Vec<_> = paid.events.iter().map(|event| event.aggregate_version).collect();
    assert_eq!(versions, [2, 3]);
    let actors: Vec<_> = paid.events.iter().map(|event| event.origination.actor).collect();
    assert_eq!(actors, [manager().actor(), Actor::System]);
    assert!(paid.events.iter().all(|event| event.origination.request_id.as_deref() == Some("r-1")));
    assert_ne!(paid.events[0].id, paid.events[1].id);
}

#[test]
fn history_goes_on_without_a_gap_and_has_a_line_for_each_axis_that_moved() {
    let steps: Vec<_> = paid().history.iter().map(|step| (step.sequence, step.axis, step.command)).collect();
    let payment = Axis::Payment(Some(P::Unpaid), P::Paid);
    let status = Axis::Status(Some(S::Pending), S::Confirmed);
    assert_eq!(steps, [(4, payment, Command::Pay), (5, status, Command::Confirm)]);
}

#[test]
fn a_clock_that_goes_back_does_not_take_history_with_it() {
    let mut late = by(manager());
    late.history.at = at(1000);
    let change = order(&[(1, 1, 100)]).confirm(&late, None).unwrap();
    assert_eq!(change.history[0].origination.at, at(1000));
    assert_eq!(change.events[0].origination.at, at(1000));
}

#[test]
fn no_more_is_paid_than_is_due() {
    let error = order(&[(1, 3, 1000)]).pay(&by(manager()), payment(1, 3001)).unwrap_err();
    assert_eq!(error, PayError::MoreThanDue { due: euro(3000) });
    let paid = paid();
    let more = paid.order.pay(&next(&paid), payment(2, 1)).unwrap_err();
    assert_eq!(more, PayError::MoreThanDue { due: euro(0) });
}

#[test]
fn money_of_another_kind_or_none_at_all_is_refused() {
    let order = order(&[(1, 3, 1000)]);
    assert_eq!(order.pay(&by(manager()), payment(1, 0)).unwrap_err(), PayError::Nothing);
    let yen = Money::from_minor(1, Currency::parse("JPY").unwrap()).unwrap();
    let foreign = NewPayment { amount: yen, ..payment(1, 1) };
    let mismatch = MoneyError::CurrencyMismatch { left: order.currency, right: yen.currency() };
    assert_eq!(order.pay(&by(manager()), foreign).unwrap_err(), PayError::Money(mismatch.clone()));
    let paid = paid();
    let foreign = NewRefund { amount: yen, ..refund(1) };
    assert_eq!(paid.order.refund(&next(&paid), foreign).unwrap_err(), RefundError::Money(mismatch));
    assert_eq!(paid.order.refund(&next(&paid), refund(0)).unwrap_err(), RefundError::Nothing);
}

#[test]
fn a_reference_is_used_once_for_its_method_even_when_all_is_paid() {
    let paid = paid();
    let again = paid.order.pay(&next(&paid), payment(1, 3500)).unwrap_err();
    assert!(matches!(again, PayError::ReferenceTaken { .. }));
    let part = order(&[(1, 3, 1000)]).pay(&by(manager()), payment(1, 1000)).unwrap();
    let method = PaymentMethod::parse("bank_transfer").unwrap();
    assert!(part.order.pay(&next(&part), NewPayment { method, ..payment(1, 1000) }).is_ok());
}

#[test]
fn money_for_an_order_that_was_called_off_is_recorded_and_to_be_given_back() {
    let cancelled = order(&[(1, 3, 1000)]).cancel(&by(owner()), None).unwrap();
    assert_eq!(cancelled.order.payment_status, P::Unpaid);
    let late = cancelled.order.pay(&next(&cancelled), payment(1, 4000)).unwrap();
    assert_eq!((late.order.status, late.order.payment_status), (S::Cancelled, P::RefundDue));
    assert_eq!(late.order.totals.refund_due(), euro(4000));
    let back = late.order.refund(&next(&late), refund(4000)).unwrap();
    assert_eq!(back.order.payment_status, P::Refunded);
}

#[test]
fn no_more_is_given_back_than_came_in() {
    let paid = paid();
    let error = paid.order.refund(&next(&paid), refund(3501)).unwrap_err();
    assert_eq!(error, RefundError::MoreThanKept { kept: euro(3500) });
    let part = paid.order.refund(&next(&paid), refund(3000)).unwrap();
    assert_eq!(part.order.payment_status, P::PartiallyRefunded);
    let error = part.order.refund(&next(&part), refund(501)).unwrap_err();
    assert_eq!(error, RefundError::MoreThanKept { kept: euro(500) });
    let rest = part.order.refund(&next(&part), refund(500)).unwrap();
    assert_eq!((rest.order.status, rest.order.payment_status), (S::Confirmed, P::Refunded));
}

#[test]
fn a_cancelled_order_holds_nothing_and_is_owed_nothing() {
    let part_paid = order(&[(1, 3, 1000), (2, 1, 500)]).pay(&by(manager()), payment(1, 100)).unwrap();
    let reason = Note::parse("changed my mind").unwrap();
    let cancelled = part_paid.order.cancel(&after(&part_paid, owner()), Some(reason.clone())).unwrap();
    assert_eq!(cancelled.order.status, S::Cancelled);
    assert_eq!(cancelled.order.payment_status, P::RefundDue);
    assert_eq!(cancelled.order.totals.cancelled, cancelled.order.totals.total);
    assert!(cancelled.order.records.refunds.is_empty(), "nothing is given back by itself");
    // In the order of the variants' ids, which is not that of the lines.
    assert_eq!(stock(&cancelled), [(MovementKind::Release, "SKU-2", 1), (MovementKind::Release, "SKU-1", 3)]);
    assert!(cancelled.order.lines.iter().all(|line| line.open() == 0));
    assert!(cancelled.history.iter().all(|step| step.reason.as_ref() == Some(&reason)));
    assert_eq!(kinds(&cancelled), ["order.cancelled"]);
}

#[test]
fn the_rest_of_a_part_shipped_order_is_called_off_and_it_goes_on() {
    let confirmed = confirmed();
    let shipped = confirmed.order.fulfill(&next(&confirmed), shipment(1, Some(&[(1, 2)]))).unwrap();
    let rest = shipped.order.cancel(&next(&shipped), None).unwrap();
    assert_eq!((rest.order.status, rest.order.fulfillment_status), (S::Confirmed, F::Fulfilled));
    assert_eq!(stock(&rest), [(MovementKind::Release, "SKU-2", 1), (MovementKind::Release, "SKU-1", 1)]);
    assert_eq!(rest.order.totals.cancelled, euro(1500));
    assert_eq!(rest.order.totals.due(), euro(2000));
    assert_eq!(kinds(&rest), ["order.rest_cancelled"]);
    let moved: Vec<_> = rest.history.iter().map(|step| (step.axis, step.command)).collect();
    let fulfillment = Axis::Fulfillment(Some(F::PartiallyFulfilled), F::Fulfilled);
    assert_eq!(moved, [(fulfillment, Command::CancelRest)]);
}

#[test]
fn an_order_expires_in_its_time_and_not_before() {
    let part_paid = order(&[(1, 3, 1000)]).pay(&by(manager()), payment(1, 100)).unwrap();
    let occasion = |now| Occasion { now, ..after(&part_paid, Asker::System) };
    let early = part_paid.order.expire(&occasion(at(3599))).unwrap_err();
    assert_eq!(early, ExpireError::TooEarly { expires_at: at(3600) });
    let expired = part_paid.order.expire(&occasion(at(3600))).unwrap();
    assert_eq!((expired.order.status, expired.order.payment_status), (S::Expired, P::RefundDue));
    assert_eq!(expired.order.totals.refund_due(), euro(100));
    assert_eq!(stock(&expired), [(MovementKind::Release, "SKU-1", 3)]);
    assert_eq!(kinds(&expired), ["order.expired"]);
}

#[test]
fn shipping_takes_pieces_out_of_stock_and_out_of_the_reservation() {
    let confirmed = confirmed();
    let shipped = confirmed.order.fulfill(&next(&confirmed), shipment(1, None)).unwrap();
    assert_eq!(shipped.order.fulfillment_status, F::Fulfilled);
    assert_eq!(
        stock(&shipped),
        [(MovementKind::Fulfillment, "SKU-2", 1), (MovementKind::Fulfillment, "SKU-1", 3)]
    );
    assert_eq!(shipped.stock[1].deltas(), (-3, -3));
    let more = shipped.order.fulfill(&next(&shipped), shipment(2, None)).unwrap_err();
    assert_eq!(more, FulfillError::Pick(PickError::Nothing));
}

#[test]
fn no_more_is_shipped_than_is_left() {
    let confirmed = confirmed();
    let shipped = confirmed.order.fulfill(&next(&confirmed), shipment(1, Some(&[(1, 2)]))).unwrap();
    assert_eq!(shipped.order.fulfillment_status, F::PartiallyFulfilled);
    let more = shipped.order.fulfill(&next(&shipped), shipment(2, Some(&[(1, 2), (2, 1)]))).unwrap_err();
    let fault = LineFault::TooMany { place: 0, left: 1 };
    assert_eq!(more, FulfillError::Pick(PickError::Lines(vec![fault])));
}

#[test]
fn a_second_delivery_of_the_same_goods_does_nothing() {
    let paid = paid();
    let delivered = delivered(&paid, 1, None);
    assert_eq!(delivered.order.status, S::Completed);
    let again = delivered.order.deliver(&next(&delivered), Uuid::from_u128(501).into()).unwrap();
    assert_eq!(again, None);
    let other = delivered.order.deliver(&next(&delivered), Uuid::from_u128(502).into()).unwrap_err();
    assert_eq!(other, DeliverError::UnknownFulfillment);
}

#[test]
fn whichever_comes_last_completes_the_order() {
    let by_delivery = delivered(&paid(), 1, None);
    assert_eq!(kinds(&by_delivery), ["order.fulfillment_delivered", "order.completed"]);

    let unpaid = delivered(&confirmed(), 1, None);
    assert_eq!((unpaid.order.status, unpaid.order.fulfillment_status), (S::Confirmed, F::Delivered));
    let by_payment = unpaid.order.pay(&next(&unpaid), payment(1, 3500)).unwrap();
    assert_eq!(kinds(&by_payment), ["order.payment_recorded", "order.completed"]);

    let part = delivered(&paid(), 1, Some(&[(1, 2)]));
    assert_eq!(part.order.status, S::Confirmed);
    let by_cancelling_the_rest = part.order.cancel(&next(&part), None).unwrap();
    assert_eq!(kinds(&by_cancelling_the_rest), ["order.rest_cancelled", "order.completed"]);
    assert_eq!(by_cancelling_the_rest.order.payment_status, P::RefundDue);
}

#[test]
fn only_what_arrived_comes_back_and_it_is_counted_in_when_it_can_be_sold() {
    let paid = paid();
    let shipped = paid.order.fulfill(&next(&paid), shipment(1, Some(&[(1, 2)]))).unwrap();
    let early = shipped.order.take_back(&next(&shipped), back(&[(1, 1)], true)).unwrap_err();
    let fault = |left| ReturnError::Pick(PickError::Lines(vec![LineFault::TooMany { place: 0, left }]));
    assert_eq!(early, fault(0));
    let arrived = delivered(&paid, 1, Some(&[(1, 2)]));
    let some = arrived.order.take_back(&next(&arrived), back(&[(1, 1)], true)).unwrap();
    assert_eq!(some.order.fulfillment_status, F::PartiallyReturned);
    assert_eq!(stock(&some), [(MovementKind::Restock, "SKU-1", 1)]);
    assert_eq!(some.stock[0].deltas(), (1, 0));
    let broken = arrived.order.take_back(&next(&arrived), back(&[(1, 2)], false)).unwrap();
    assert!(broken.stock.is_empty());
    let more = some.order.take_back(&next(&some), back(&[(1, 2)], true)).unwrap_err();
    assert_eq!(more, fault(1));
}

#[test]
fn goods_come_back_and_money_goes_back_after_an_order_is_closed() {
    let closed = delivered(&paid(), 1, None);
    let all = closed.order.take_back(&next(&closed), back(&[(1, 3), (2, 1)], true)).unwrap();
    assert_eq!((all.order.status, all.order.fulfillment_status), (S::Completed, F::Returned));
    assert_eq!(kinds(&all), ["order.return_recorded"]);
    let money = all.order.refund(&next(&all), refund(3500)).unwrap();
    assert_eq!((money.order.status, money.order.payment_status), (S::Completed, P::Refunded));
}

#[test]
fn what_was_left_behind_is_confirmed_and_closed_by_the_shop() {
    let mut left = order(&[(1, 1, 100)]);
    left.records = paid().order.records;
    left.records.payments[0].amount = euro(100);
    let left = left.derived().unwrap();
    assert_eq!(left.status, S::Pending);
    let confirmed = left.confirm(&system(), None).unwrap();
    assert_eq!(confirmed.order.status, S::Confirmed);
    let unpaid = order(&[(1, 1, 100)]).confirm(&system(), None).unwrap_err();
    assert!(matches!(unpaid, ChangeError::Refused(_)), "the shop confirms only what is paid");

    let closed = delivered(&paid(), 1, None).order;
    let left = Order { status: S::Confirmed, ..closed };
    let completed = left.complete(&Occasion { now: at(60) + Duration::days(1), ..system() }).unwrap();
    assert_eq!((completed.order.status, kinds(&completed)), (S::Completed, vec!["order.completed"]));
}
