//! Somebody takes something out of a cart.

use domain::ids::CartLineId;

use ports::carts::LoadedCart;

use super::{CartEdits, CartError, WhoEdits};

/// Removes lines from carts.
#[derive(Clone)]
pub struct RemoveLine(pub CartEdits);

impl RemoveLine {
    /// Takes the line out.
    ///
    /// # Errors
    /// [`CartError`].
    pub async fn run(&self, who: WhoEdits, line: CartLineId) -> Result<(), CartError> {
        let remove = |loaded: &LoadedCart, occasion: &_| loaded.cart.remove(occasion, line);
        self.0.edit(&who, &[], None, remove, |_, _| Ok(())).await.map(drop)
    }
}
