//! Somebody puts something into a cart.

use std::sync::Arc;

use domain::{idempotency::Keyed, orders::Item};
use ports::{carts::LoadedCart, idempotency::IdempotencyReader};

use super::{CartEdits, CartError, PricedCart, WhoEdits};
use crate::idempotency::{Outcome, once};

/// Adds lines to carts.
#[derive(Clone)]
pub struct AddLine {
    /// Edits carts.
    pub edits: CartEdits,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
}

impl AddLine {
    /// Adds so many of a variant; what is in the cart already adds up. Whose token opens the cart no longer learns nothing,
    /// not even the answer that the same key got before.
    ///
    /// # Errors
    /// [`CartError`].
    pub async fn run(
        &self,
        who: WhoEdits,
        item: Item,
        keyed: Option<Keyed<PricedCart>>,
    ) -> Result<Outcome<PricedCart>, CartError> {
        let (named, items) = ([item.what.clone()], [item]);
        let add = |loaded: &LoadedCart, occasion: &_| {
            let additions = self.edits.additions(&items, &loaded.named);
            loaded.cart.add(occasion, &additions, &loaded.offers)
        };
        match self.edits.edit(&who, &named, keyed.as_ref(), add, PricedCart::of).await {
            Err(CartError::Invisible) => Err(CartError::Invisible),
            attempt => {
                let attempt = attempt.map(|(cart, record)| Outcome::done(cart, record));
                once(&*self.records, keyed.as_ref(), async { attempt }).await
            }
        }
    }
}
