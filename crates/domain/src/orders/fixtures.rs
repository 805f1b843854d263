//! Orders and people for the tests of the rules.

use uuid::Uuid;

use super::{
    FulfillmentStatus, GuestAccess, HistoryEnd, LineQuantity, Occasion, Order, OrderChange, OrderLine,
    OrderStatus, Quantity, Records, Totals,
};
use crate::{
    Instant,
    accounts::{Caller, Email, Role, Roles},
    asker::Asker,
    catalog::Sku,
    money::{Currency, Money},
};

pub(super) fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap()).unwrap()
}

pub(super) fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// `quantity` pieces of variant n, at `cents` each, on line n.
pub(super) fn line(n: u128, quantity: u32, cents: i64) -> OrderLine {
    OrderLine {
        id: Uuid::from_u128(n).into(),
        variant_id: Uuid::from_u128(1000 - n).into(),
        product_id: Uuid::from_u128(2000 + n).into(),
        sku: Sku::parse(&format!("SKU-{n}")).unwrap(),
        title: format!("Variant {n}"),
        quantity: Quantity::new(quantity).unwrap(),
        unit_price: euro(cents),
        line_total: euro(cents).times(quantity).unwrap(),
        fulfilled_quantity: 0,
        delivered_quantity: 0,
        cancelled_quantity: 0,
        returned_quantity: 0,
    }
}

/// Pieces of lines.
pub(super) fn picks(lines: &[(u128, u32)]) -> Vec<LineQuantity> {
    let pick = |(n, quantity): &(u128, u32)| LineQuantity {
        line_id: Uuid::from_u128(*n).into(),
        quantity: Quantity::new(*quantity).unwrap(),
    };
    lines.iter().map(pick).collect()
}

/// Customer 7's pending order, which waits an hour for its money.
pub(super) fn order(lines: &[(u128, u32, i64)]) -> Order {
    let lines: Vec<_> = lines.iter().map(|(n, quantity, cents)| line(*n, *quantity, *cents)).collect();
    let totals = Totals::of_lines(Currency::parse("EUR").unwrap(), &lines).unwrap();
    Order {
        id: Uuid::from_u128(9).into(),
        number: 100_001,
        customer_id: Some(Uuid::from_u128(7).into()),
        guest: None,
        email: Some(Email::parse("ada@example.com").unwrap()),
        placed_ip: None,
        currency: totals.total.currency(),
        status: OrderStatus::Pending,
        payment_status: totals.payment_status(),
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        lines,
        totals,
        records: Records::default(),
        shipping_address: None,
        billing_address: None,
        note: None,
        placed_at: at(0),
        expires_at: Some(at(3600)),
        version: 1,
    }
}

/// The same order of somebody without an account.
pub(super) fn guest_order(lines: &[(u128, u32, i64)]) -> Order {
    Order { customer_id: None, guest: Some(GuestAccess::grant([7; 32], at(0))), ..order(lines) }
}

pub(super) fn user(n: u128, roles: &[Role]) -> Asker {
    Asker::User(Caller {
        user_id: Uuid::from_u128(n).into(),
        session_id: Uuid::nil().into(),
        roles: Roles::from_iter(roles.iter().copied()),
    })
}

pub(super) fn owner() -> Asker {
    user(7, &[])
}

pub(super) fn stranger() -> Asker {
    user(8, &[])
}

pub(super) fn guest() -> Asker {
    Asker::Guest([7; 32])
}

pub(super) fn manager() -> Asker {
    user(20, &[Role::OrderManager])
}

/// A minute after the order was placed, as its first command.
pub(super) fn by(asker: Asker) -> Occasion {
    Occasion {
        asker,
        now: at(60),
        request_id: Some("r-1".to_owned()),
        history: HistoryEnd { sequence: 3, at: at(0) },
        events: [Uuid::from_u128(31).into(), Uuid::from_u128(32).into()],
    }
}

/// The occasion after a change.
pub(super) fn after(change: &OrderChange, asker: Asker) -> Occasion {
    let history = HistoryEnd::of(&change.history).unwrap_or(HistoryEnd { sequence: 3, at: at(60) });
    Occasion { history, now: at(120), ..by(asker) }
}
