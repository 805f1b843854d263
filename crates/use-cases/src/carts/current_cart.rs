//! A user asks for the open cart.

use std::sync::Arc;

use domain::accounts::Caller;
use ports::carts::{CartStore, WhichCart};

use super::{CartError, PricedCart};

/// Shows users' open carts.
#[derive(Clone)]
pub struct CurrentCart {
    /// Keeps carts.
    pub carts: Arc<dyn CartStore>,
}

impl CurrentCart {
    /// The user's open cart, at today's prices. It makes none.
    ///
    /// # Errors
    /// [`CartError::NotFound`] when there is none, or another [`CartError`].
    pub async fn run(&self, caller: &Caller) -> Result<PricedCart, CartError> {
        let loaded = self.carts.load(WhichCart::OpenOf(caller.user_id), &[]).await?;
        let open = loaded.filter(|loaded| !loaded.cart.is_expired(loaded.now));
        open.ok_or(CartError::NotFound)?.try_into()
    }
}
