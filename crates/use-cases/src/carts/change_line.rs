//! Somebody wants more or less of something in a cart.

use domain::{carts::EditError, ids::CartLineId, orders::Quantity};

use ports::carts::LoadedCart;

use super::{CartEdits, CartError, PricedCart, WhoEdits};

/// Changes the quantities of lines.
#[derive(Clone)]
pub struct ChangeLine(pub CartEdits);

impl ChangeLine {
    /// Gives a line another quantity; without one it stays as it is, and the cart was touched.
    ///
    /// # Errors
    /// [`CartError`].
    pub async fn run(
        &self,
        who: WhoEdits,
        line: CartLineId,
        quantity: Option<Quantity>,
    ) -> Result<PricedCart, CartError> {
        let change = |LoadedCart { cart, offers, .. }: &LoadedCart, occasion: &_| {
            let known = cart.lines.iter().find(|known| known.id == line).ok_or(EditError::UnknownLine)?;
            cart.set_quantity(occasion, line, quantity.unwrap_or(known.quantity), offers)
        };
        let (cart, _) = self.0.edit(&who, &[], None, change, PricedCart::of).await?;
        Ok(cart)
    }
}
