//! A cart that becomes an order, expires, or is thrown away.

use chrono::Duration;

use super::{Cart, CartOccasion, CartRefusal, CartState};
use crate::{
    Instant,
    asker::Asker,
    ids::CartId,
    orders::{
        Item, ItemRef, OrderPlacement, OrderRequest, OrderedCart, PlacementContext, PlacementError,
        PlacementIds,
    },
};

/// Why a cart does not become an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutError {
    /// Not by this asker, or not this cart.
    #[error(transparent)]
    Refused(#[from] CartRefusal),
    /// Nothing in it.
    #[error("the cart is empty")]
    Empty,
    /// What is in it can't be ordered so.
    #[error(transparent)]
    Placement(#[from] PlacementError),
}

/// Decision: a cart that nobody touched any more is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartExpiry {
    /// Which.
    pub cart: CartId,
    /// The version that it was decided on: whoever touched it meanwhile keeps it.
    pub decided_on: i32,
}

impl Cart {
    /// What is in it, as an order asks for it.
    ///
    /// # Errors
    /// [`CheckoutError::Refused`] or [`CheckoutError::Empty`].
    pub fn items(&self, asker: &Asker, now: Instant) -> Result<Vec<Item>, CheckoutError> {
        self.admit(asker, now)?;
        if self.lines.is_empty() {
            return Err(CheckoutError::Empty);
        }
        let item = |line: &super::CartLine| Item {
            what: ItemRef::Variant(line.variant_id),
            quantity: line.quantity,
        };
        Ok(self.lines.iter().map(item).collect())
    }

    /// Orders what is in it, in its currency; what else the request asks for is none of the cart's business. `context`
    /// has an offer for each of [`Cart::items`].
    ///
    /// # Errors
    /// [`CheckoutError`].
    pub fn check_out(
        &self,
        asker: &Asker,
        request: OrderRequest,
        context: &PlacementContext,
        ids: PlacementIds,
        expiry: Duration,
    ) -> Result<OrderPlacement, CheckoutError> {
        let items = self.items(asker, context.now)?;
        let request = OrderRequest { items, currency: self.currency, ..request };
        let placement = request.place(context, ids, expiry)?;
        Ok(OrderPlacement { cart: Some(OrderedCart { id: self.id, decided_on: self.version }), ..placement })
    }

    /// Closes it when nobody has touched it for too long; `None` when that is not so, or it is closed already.
    #[must_use]
    pub fn expire(&self, now: Instant) -> Option<CartExpiry> {
        let is_due = self.state == CartState::Open && self.is_expired(now);
        is_due.then_some(CartExpiry { cart: self.id, decided_on: self.version })
    }

    /// Passes when the asker may throw it away. One that was ordered stays: it says that it was.
    ///
    /// # Errors
    /// [`CartRefusal::Invisible`] or [`CartRefusal::Ordered`].
    pub fn discard(&self, occasion: &CartOccasion) -> Result<(), CartRefusal> {
        match self.admit(&occasion.asker, occasion.now) {
            Err(CartRefusal::Expired) => Ok(()),
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        accounts::Email,
        carts::fixtures::{at, by, cart, euro, guest, guest_cart, offer, user},
        money::Currency,
        orders::{Buyer, OrderStatus},
    };

    fn order(cart: &Cart, asker: &Asker, buyer: Buyer, stock: i32) -> Result<OrderPlacement, CheckoutError> {
        let request = OrderRequest {
            buyer,
            items: vec![],
            currency: Currency::parse("JPY").unwrap(),
            shipping_address: None,
            billing_address: None,
            note: None,
            expected_total: None,
            expected_prices: vec![],
        };
        let numbers = [(1, 120), (2, 500)];
        let context = PlacementContext {
            now: at(10),
            number: 100_001,
            email: Email::parse("ada@example.com").unwrap(),
            offers: numbers.map(|(n, cents)| Some(offer(n, stock, cents))).into(),
        };
        let ids = PlacementIds {
            order: Uuid::from_u128(9).into(),
            lines: [91, 92].map(|n| Uuid::from_u128(n).into()).into(),
            event: Uuid::from_u128(99).into(),
            request_id: None,
        };
        cart.check_out(asker, request, &context, ids, Duration::minutes(15))
    }

    fn customer() -> Buyer {
        Buyer::customer(Uuid::from_u128(7).into(), None)
    }

    #[test]
    fn an_order_is_what_was_in_the_cart_at_today_s_prices() {
        let cart = cart(&[(1, 2, 100), (2, 1, 500)]);
        let placement = order(&cart, &user(7), customer(), 9).unwrap();
        let order = &placement.order;
        let lines: Vec<_> = order.lines.iter().map(|line| (line.variant_id, line.quantity)).collect();
        assert_eq!(lines, cart.lines.iter().map(|line| (line.variant_id, line.quantity)).collect::<Vec<_>>());
        assert_eq!(order.totals.total, euro(740));
        assert_eq!(placement.cart, Some(OrderedCart { id: cart.id, decided_on: cart.version }));
    }

    #[test]
    fn a_guest_s_order_is_opened_by_its_own_token() {
        let cart = guest_cart(&[(1, 2, 100), (2, 1, 500)]);
        let placement = order(&cart, &guest(), Buyer::guest([42; 32], None), 9).unwrap();
        let order = &placement.order;
        assert!(order.is_owned_by(&Asker::Guest([42; 32]), at(10)) && !order.is_owned_by(&guest(), at(10)));
        assert_eq!((order.customer_id, order.status), (None, OrderStatus::Pending));
        assert_eq!(order.expires_at, Some(at(10) + Duration::minutes(15)));
    }

    #[test]
    fn a_closed_empty_or_foreign_cart_gives_no_order() {
        let full = cart(&[(1, 2, 100), (2, 1, 500)]);
        let refused = |cart: &Cart, asker: &Asker| order(cart, asker, customer(), 9).unwrap_err();
        assert_eq!(refused(&full, &user(8)), CheckoutError::Refused(CartRefusal::Invisible));
        assert_eq!(refused(&cart(&[]), &user(7)), CheckoutError::Empty);
        let number = Uuid::from_u128(5).into();
        let ordered = Cart { state: CartState::Ordered(number), ..full.clone() };
        assert_eq!(refused(&ordered, &user(7)), CheckoutError::Refused(CartRefusal::Ordered(number)));
        let expired = Cart { expires_at: at(10), ..full.clone() };
        assert_eq!(refused(&expired, &user(7)), CheckoutError::Refused(CartRefusal::Expired));
        let short = order(&full, &user(7), customer(), 1).unwrap_err();
        assert!(
            matches!(short, CheckoutError::Placement(PlacementError::InsufficientStock(lines)) if lines.len() == 1)
        );
    }

    #[test]
    fn a_cart_expires_once() {
        let cart = cart(&[(1, 1, 100)]);
        assert_eq!(cart.expire(at(999)), None);
        assert_eq!(cart.expire(at(1000)), Some(CartExpiry { cart: cart.id, decided_on: 1 }));
        for state in [CartState::Expired, CartState::Merged, CartState::Ordered(Uuid::nil().into())] {
            assert_eq!(Cart { state, ..cart.clone() }.expire(at(1000)), None);
        }
    }

    #[test]
    fn a_cart_can_be_thrown_away_until_it_is_ordered() {
        let cart = cart(&[(1, 1, 100)]);
        assert!(cart.discard(&by(user(7))).is_ok());
        assert!(cart.discard(&CartOccasion { now: at(5000), ..by(user(7)) }).is_ok());
        assert_eq!(cart.discard(&by(user(8))), Err(CartRefusal::Invisible));
        let number = Uuid::from_u128(5).into();
        let ordered = Cart { state: CartState::Ordered(number), ..cart };
        assert_eq!(ordered.discard(&by(user(7))), Err(CartRefusal::Ordered(number)));
    }
}
