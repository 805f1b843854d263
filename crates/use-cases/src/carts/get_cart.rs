//! Somebody looks at a cart.

use std::sync::Arc;

use domain::{asker::Asker, ids::CartId};
use ports::carts::{CartStore, WhichCart};

use super::{CartError, PricedCart};

/// Shows carts.
#[derive(Clone)]
pub struct GetCart {
    /// Keeps carts.
    pub carts: Arc<dyn CartStore>,
}

impl GetCart {
    /// The asker's own cart, at today's prices; also one that has expired or was ordered.
    ///
    /// # Errors
    /// [`CartError`].
    pub async fn run(&self, asker: &Asker, id: CartId) -> Result<PricedCart, CartError> {
        let loaded = self.carts.load(WhichCart::Id(id), &[]).await?.ok_or(CartError::NotFound)?;
        if !loaded.cart.is_visible_to(asker) {
            return Err(CartError::Invisible);
        }
        loaded.try_into()
    }
}
