//! Putting things into a cart and taking them out.

#[cfg(test)]
mod tests;

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
