//! Somebody throws a cart away.

use std::sync::Arc;

use ports::carts::{CartStore, WhichCart};

use super::{CartEdits, CartError, WhoEdits, committed};
use crate::settle::settle;

/// Throws carts away.
#[derive(Clone)]
pub struct DeleteCart(pub CartEdits);

impl DeleteCart {
    /// Throws the cart away, unless it was ordered.
    ///
    /// # Errors
    /// [`CartError`].
    pub async fn run(&self, who: WhoEdits) -> Result<(), CartError> {
        let carts: &Arc<dyn CartStore> = &self.0.carts;
        settle(async || {
            let loaded = carts.load(WhichCart::Id(who.cart), &[]).await?.ok_or(CartError::NotFound)?;
            loaded.cart.discard(&self.0.occasion(&who.asker, loaded.now))?;
            who.condition.check(loaded.cart.version)?;
            committed(carts.commit_removal(who.cart, loaded.cart.version).await)
        })
        .await
    }
}
