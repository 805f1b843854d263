//! The one way of every edit of a cart: load it, let the domain decide, commit; again when somebody else was faster.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    Instant,
    asker::Asker,
    carts::{Addition, Cart, CartChange, CartOccasion, EditError, Offers},
    idempotency::{IdempotencyRecord, Keyed},
    ids::{CartId, VariantId},
    orders::{Item, ItemRef},
    version::Precondition,
};
use ports::{
    carts::{CartStore, LoadedCart, WhichCart},
    ids::IdGenerator,
};

use super::{CartError, committed};
use crate::settle::settle;

/// What every edit of a cart needs.
#[derive(Clone)]
pub struct CartEdits {
    /// Keeps carts.
    pub carts: Arc<dyn CartStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// How long a cart is kept after it was touched.
    pub ttl: Duration,
}

/// Who edits which cart, and of which version it must be.
#[derive(Debug, Clone)]
pub struct WhoEdits {
    /// Who.
    pub asker: Asker,
    /// Which cart.
    pub cart: CartId,
    /// Its version.
    pub condition: Precondition,
}

impl CartEdits {
    /// The occasion to decide on.
    pub(super) fn occasion(&self, asker: &Asker, now: Instant) -> CartOccasion {
        CartOccasion { asker: asker.clone(), now, ttl: self.ttl }
    }

    /// What comes into a cart, once it is known what the items name.
    pub(super) fn additions(&self, items: &[Item], named: &[Option<VariantId>]) -> Vec<Addition> {
        let addition = |(item, variant_id): (&Item, &Option<VariantId>)| Addition {
            line_id: self.ids.id(),
            variant_id: *variant_id,
            quantity: item.quantity,
        };
        items.iter().zip(named).map(addition).collect()
    }

    /// Edits the cart; `items` are what the edit names, and `show` says what of the edited cart the caller gets to see.
    ///
    /// # Errors
    /// [`CartError`].
    pub(super) async fn edit<T>(
        &self,
        who: &WhoEdits,
        items: &[ItemRef],
        keyed: Option<&Keyed<T>>,
        decide: impl Fn(&LoadedCart, &CartOccasion) -> Result<CartChange, EditError>,
        show: impl Fn(Cart, &Offers) -> Result<T, CartError>,
    ) -> Result<(T, Option<IdempotencyRecord>), CartError> {
        settle(async || {
            let loaded = self.carts.load(WhichCart::Id(who.cart), items).await?.ok_or(CartError::NotFound)?;
            let occasion = self.occasion(&who.asker, loaded.now);
            loaded.cart.admit(&who.asker, occasion.now)?;
            who.condition.check(loaded.cart.version)?;
            let change = decide(&loaded, &occasion)?;
            let shown = show(change.cart.clone(), &loaded.offers)?;
            let record = keyed.map(|keyed| keyed.record(&shown, occasion.now));
            let done = committed(self.carts.commit_change(&change, record.as_ref()).await)?;
            Ok(done.map(|()| (shown, record)))
        })
        .await
    }
}
