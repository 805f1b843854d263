//! Putting things into a cart and taking them out.

use chrono::Duration;

use super::{Cart, CartLine, CartOwner, CartRefusal, CartState, Offers};
use crate::{
    Instant,
    asker::Asker,
    catalog::Sku,
    ids::{CartId, CartLineId, VariantId},
    money::{Currency, MoneyError},
    orders::{MAX_LINES, MAX_QUANTITY, Quantity, Shortage},
};

/// Who touches a cart, when, and how long it is kept after that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartOccasion {
    /// Who.
    pub asker: Asker,
    /// When, by the database's clock.
    pub now: Instant,
    /// How long it is kept.
    pub ttl: Duration,
}

/// What a new cart is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCart {
    /// Its id.
    pub id: CartId,
    /// Whose it is.
    pub owner: CartOwner,
    /// The currency of its prices.
    pub currency: Currency,
}

/// Something that comes into a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The id of its line, when it gets one of its own.
    pub line_id: CartLineId,
    /// The variant; `None` when what was named never was one.
    pub variant_id: Option<VariantId>,
    /// How many.
    pub quantity: Quantity,
}

/// Decision: a cart after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartChange {
    /// The cart as it is then.
    pub cart: Cart,
    /// The version that it was decided on. Nothing of the decision holds once the cart has another one.
    pub decided_on: i32,
    /// The lines that are new or have changed.
    pub put: Vec<CartLine>,
    /// The lines that are gone.
    pub removed: Vec<CartLineId>,
}

/// Why a cart is not edited. Places count from 0, among what was to be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Not by this asker, or not this cart.
    #[error(transparent)]
    Refused(#[from] CartRefusal),
    /// The cart has no such line.
    #[error("this cart has no such line")]
    UnknownLine,
    /// What is named at these places never was a variant.
    #[error("there is no such variant")]
    UnknownItems(Vec<usize>),
    /// What is added at these places makes more of one variant than a cart can hold.
    #[error("a cart holds at most {MAX_QUANTITY} of one variant")]
    QuantityTooLarge(Vec<usize>),
    /// More lines than a cart can have.
    #[error("a cart has at most {MAX_LINES} lines")]
    TooManyLines,
    /// Too few of these, together with what is in the cart already.
    #[error("not enough stock")]
    InsufficientStock(Vec<Shortage>),
    /// These have no price in the cart's currency.
    #[error("no price in {currency}")]
    NoPrice {
        /// The cart's currency.
        currency: Currency,
        /// What has no price in it.
        skus: Vec<Sku>,
    },
    /// The cart is in another currency than the one that was asked for.
    #[error("the cart is in {currency}")]
    OtherCurrency {
        /// The cart's currency.
        currency: Currency,
    },
    /// An amount is beyond what Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl NewCart {
    /// Opens a cart with these things in it.
    ///
    /// # Errors
    /// [`EditError`], of what is added.
    pub fn open(
        self,
        occasion: &CartOccasion,
        additions: &[Addition],
        offers: &Offers,
    ) -> Result<Cart, EditError> {
        self.empty(occasion).with(additions, offers, occasion.now)
    }

    /// Opens a cart with nothing in it.
    #[must_use]
    pub fn empty(self, occasion: &CartOccasion) -> Cart {
        Cart {
            id: self.id,
            owner: self.owner,
            currency: self.currency,
            state: CartState::Open,
            lines: Vec::new(),
            created_at: occasion.now,
            updated_at: occasion.now,
            expires_at: occasion.now + occasion.ttl,
            version: 1,
        }
    }
}

impl Cart {
    /// Adds things, all or none; what is in the cart already adds up. No more can be in it than is available.
    ///
    /// # Errors
    /// [`EditError`].
    pub fn add(
        &self,
        occasion: &CartOccasion,
        additions: &[Addition],
        offers: &Offers,
    ) -> Result<CartChange, EditError> {
        self.admit(&occasion.asker, occasion.now)?;
        Ok(self.changed(self.clone().with(additions, offers, occasion.now)?, occasion))
    }

    /// Passes when the cart has the currency that somebody asks for, if they ask for any.
    ///
    /// # Errors
    /// [`EditError::OtherCurrency`].
    pub fn require_currency(&self, asked: Option<Currency>) -> Result<(), EditError> {
        match asked {
            Some(asked) if asked != self.currency => {
                Err(EditError::OtherCurrency { currency: self.currency })
            }
            _ => Ok(()),
        }
    }

    /// Gives a line another quantity; no more than is available.
    ///
    /// # Errors
    /// [`EditError`].
    pub fn set_quantity(
        &self,
        occasion: &CartOccasion,
        line: CartLineId,
        quantity: Quantity,
        offers: &Offers,
    ) -> Result<CartChange, EditError> {
        self.admit(&occasion.asker, occasion.now)?;
        let mut cart = self.clone();
        let line = cart.lines.iter_mut().find(|known| known.id == line).ok_or(EditError::UnknownLine)?;
        line.quantity = quantity;
        let variant = line.variant_id;
        cart.check(&[variant], offers)?;
        Ok(self.changed(cart, occasion))
    }

    /// Takes a line out.
    ///
    /// # Errors
    /// [`EditError::Refused`] or [`EditError::UnknownLine`].
    pub fn remove(&self, occasion: &CartOccasion, line: CartLineId) -> Result<CartChange, EditError> {
        self.admit(&occasion.asker, occasion.now)?;
        let mut cart = self.clone();
        cart.lines.retain(|known| known.id != line);
        if cart.lines.len() == self.lines.len() {
            return Err(EditError::UnknownLine);
        }
        Ok(self.changed(cart, occasion))
    }

    fn with(mut self, additions: &[Addition], offers: &Offers, now: Instant) -> Result<Self, EditError> {
        let (mut unknown, mut too_many, mut added) = (Vec::new(), Vec::new(), Vec::new());
        for (place, addition) in additions.iter().enumerate() {
            let offer = addition.variant_id.and_then(|variant| offers.get(&variant));
            let Some(offer) = offer else {
                unknown.push(place);
                continue;
            };
            let known = self.lines.iter_mut().find(|line| line.variant_id == offer.variant_id);
            match known.map(|line| (line.quantity.plus(addition.quantity), line)) {
                Some((Ok(sum), line)) => line.quantity = sum,
                Some((Err(_), _)) => too_many.push(place),
                None => self.lines.push(CartLine {
                    id: addition.line_id,
                    variant_id: offer.variant_id,
                    quantity: addition.quantity,
                    added_price: offer.unit_price,
                    added_at: now,
                }),
            }
            added.push(offer.variant_id);
        }
        match () {
            () if !unknown.is_empty() => Err(EditError::UnknownItems(unknown)),
            () if !too_many.is_empty() => Err(EditError::QuantityTooLarge(too_many)),
            () if self.lines.len() > MAX_LINES => Err(EditError::TooManyLines),
            () => self.check(&added, offers).map(|()| self),
        }
    }

    /// Passes when the cart can hold so much of these variants, and its sums can be counted.
    fn check(&self, variants: &[VariantId], offers: &Offers) -> Result<(), EditError> {
        let touched = || self.lines.iter().filter(|line| variants.contains(&line.variant_id));
        let offered = || touched().filter_map(|line| Some((line, offers.get(&line.variant_id)?)));
        let short: Vec<_> =
            offered().filter_map(|(line, offer)| offer.shortage(line.quantity.get())).collect();
        if !short.is_empty() {
            return Err(EditError::InsufficientStock(short));
        }
        let unpriced = offered().filter(|(_, offer)| offer.unit_price.is_none());
        let skus: Vec<_> = unpriced.map(|(_, offer)| offer.sku.clone()).collect();
        if !skus.is_empty() {
            return Err(EditError::NoPrice { currency: self.currency, skus });
        }
        self.quote(offers)?;
        Ok(())
    }

    /// The decision that makes `cart` of this one: it was touched, and counts it when anything of it is another.
    pub(super) fn changed(&self, cart: Self, occasion: &CartOccasion) -> CartChange {
        let put: Vec<_> = cart.lines.iter().filter(|line| !self.lines.contains(line)).cloned().collect();
        let gone = self.lines.iter().filter(|line| cart.lines.iter().all(|kept| kept.id != line.id));
        let removed: Vec<_> = gone.map(|line| line.id).collect();
        let is_another = !(put.is_empty() && removed.is_empty());
        let cart = Self {
            updated_at: occasion.now,
            expires_at: occasion.now + occasion.ttl,
            version: self.version.saturating_add(i32::from(is_another)),
            ..cart
        };
        CartChange { cart, decided_on: self.version, put, removed }
    }
}

#[cfg(test)]
mod tests {
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
        let (before, shelf) =
            (cart(&[(1, 2, 100), (2, 1, 100)]), offers([offer(1, 9, 100), offer(2, 9, 100)]));
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
}
