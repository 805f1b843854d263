//! Lines of an order: what was bought, as it was when it was bought.

use std::fmt;

use crate::{
    catalog::Sku,
    ids::{OrderLineId, ProductId, VariantId},
    money::Money,
};

/// The most pieces of one variant in an order.
pub const MAX_QUANTITY: u32 = 999;
/// The most lines of an order.
pub const MAX_LINES: usize = 200;

/// How many pieces: 1 to [`MAX_QUANTITY`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u32);

/// Not a quantity that can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {MAX_QUANTITY}")]
pub struct QuantityError;

/// One variant of an order, with its name and price as they were then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Identity.
    pub id: OrderLineId,
    /// What was bought.
    pub variant_id: VariantId,
    /// Of which product.
    pub product_id: ProductId,
    /// Its SKU then.
    pub sku: Sku,
    /// Its name then.
    pub title: String,
    /// How many.
    pub quantity: Quantity,
    /// What one cost then.
    pub unit_price: Money,
    /// `unit_price` times `quantity`.
    pub line_total: Money,
    /// How many were shipped.
    pub fulfilled_quantity: u32,
    /// How many of those arrived.
    pub delivered_quantity: u32,
    /// How many were called off.
    pub cancelled_quantity: u32,
    /// How many of those that arrived came back.
    pub returned_quantity: u32,
}

impl Quantity {
    /// Takes a number of pieces.
    ///
    /// # Errors
    /// [`QuantityError`] when it is 0 or above [`MAX_QUANTITY`].
    pub fn new(quantity: u32) -> Result<Self, QuantityError> {
        if (1..=MAX_QUANTITY).contains(&quantity) { Ok(Self(quantity)) } else { Err(QuantityError) }
    }

    /// The number of pieces.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Both together.
    ///
    /// # Errors
    /// [`QuantityError`] when the sum is above [`MAX_QUANTITY`].
    pub fn plus(self, other: Self) -> Result<Self, QuantityError> {
        Self::new(self.0.saturating_add(other.0))
    }
}

impl OrderLine {
    /// How many were not called off.
    #[must_use]
    pub const fn wanted(&self) -> u32 {
        self.quantity.get().saturating_sub(self.cancelled_quantity)
    }

    /// How many are still to be shipped: what the order holds of the variant's stock.
    #[must_use]
    pub const fn open(&self) -> u32 {
        self.wanted().saturating_sub(self.fulfilled_quantity)
    }

    /// How many can still come back.
    #[must_use]
    pub const fn returnable(&self) -> u32 {
        self.delivered_quantity.saturating_sub(self.returned_quantity)
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
