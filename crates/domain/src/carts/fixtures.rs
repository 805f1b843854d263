//! Carts, people and offers for the tests of the rules.

use chrono::Duration;
use uuid::Uuid;

use super::{Addition, Cart, CartLine, CartOccasion, CartOwner, CartState, Offers};
use crate::{
    Instant,
    accounts::{Caller, Roles},
    asker::Asker,
    catalog::Sku,
    ids::CartLineId,
    inventory::StockLevel,
    money::{Currency, Money},
    orders::{Offer, Quantity},
};

pub(super) fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap()).unwrap()
}

pub(super) fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

pub(super) fn user(n: u128) -> Asker {
    Asker::User(Caller {
        user_id: Uuid::from_u128(n).into(),
        session_id: Uuid::nil().into(),
        roles: Roles::customer(),
    })
}

pub(super) fn guest() -> Asker {
    Asker::Guest([7; 32])
}

/// The asker touches a cart at 10; carts are kept for 1000 seconds.
pub(super) fn by(asker: Asker) -> CartOccasion {
    CartOccasion { asker, now: at(10), ttl: Duration::seconds(1000) }
}

pub(super) fn line_id(n: u128) -> CartLineId {
    Uuid::from_u128(300 + n).into()
}

/// User 7's cart, which expires at 1000: variant, pieces, and the price in cents when it was added.
pub(super) fn cart(lines: &[(u128, u32, i64)]) -> Cart {
    let line = |(n, pieces, cents): &(u128, u32, i64)| CartLine {
        id: line_id(*n),
        variant_id: Uuid::from_u128(*n).into(),
        quantity: Quantity::new(*pieces).unwrap(),
        added_price: Some(euro(*cents)),
        added_at: at(0),
    };
    Cart {
        id: Uuid::from_u128(4).into(),
        owner: CartOwner::User(Uuid::from_u128(7).into()),
        currency: Currency::parse("EUR").unwrap(),
        state: CartState::Open,
        lines: lines.iter().map(line).collect(),
        created_at: at(0),
        updated_at: at(0),
        expires_at: at(1000),
        version: 1,
    }
}

/// The same cart of somebody without an account.
pub(super) fn guest_cart(lines: &[(u128, u32, i64)]) -> Cart {
    Cart { id: Uuid::from_u128(5).into(), owner: CartOwner::Guest([7; 32]), ..cart(lines) }
}

pub(super) fn offer(n: u128, on_hand: i32, cents: i64) -> Offer {
    let variant_id = Uuid::from_u128(n).into();
    Offer {
        variant_id,
        product_id: Uuid::from_u128(100 + n).into(),
        sku: Sku::parse(&format!("SKU-{n}")).unwrap(),
        product_title: "Mug".into(),
        variant_title: "Mug".into(),
        buyable: true,
        unit_price: Some(euro(cents)),
        level: StockLevel { on_hand, ..StockLevel::empty(variant_id, false) },
        version: 1,
    }
}

pub(super) fn offers(offers: impl IntoIterator<Item = Offer>) -> Offers {
    offers.into_iter().map(|offer| (offer.variant_id, offer)).collect()
}

pub(super) fn addition(n: u128, pieces: u32) -> Addition {
    Addition {
        line_id: line_id(n),
        variant_id: Some(Uuid::from_u128(n).into()),
        quantity: Quantity::new(pieces).unwrap(),
    }
}

/// What is in a cart: variant and pieces, in its order.
pub(super) fn quantities(cart: &Cart) -> Vec<(u128, u32)> {
    cart.lines.iter().map(|line| (line.variant_id.uuid().as_u128(), line.quantity.get())).collect()
}
