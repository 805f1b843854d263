//! What the shop offers.

use super::Shortage;
use crate::{
    catalog::Sku,
    ids::{ProductId, VariantId},
    inventory::StockLevel,
    money::Money,
};

/// What the shop has to say about a variant right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The variant.
    pub variant_id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// Its SKU.
    pub sku: Sku,
    /// The product's title.
    pub product_title: String,
    /// The variant's own title.
    pub variant_title: String,
    /// Whether it is there for everybody: neither it nor its product is deleted, and the product is active.
    pub buyable: bool,
    /// Its price in the asked currency.
    pub unit_price: Option<Money>,
    /// Its stock.
    pub level: StockLevel,
    /// Counts the changes to everything above but the stock, which sales change: to the variant, its product and its
    /// prices.
    pub version: i64,
}

impl Offer {
    /// `"Linen shirt – S"`; just the product's title when the variant has none of its own.
    #[must_use]
    pub fn title(&self) -> String {
        if self.variant_title == self.product_title {
            return self.product_title.clone();
        }
        format!("{} – {}", self.product_title, self.variant_title)
    }

    /// How many are there to be bought; none when it is not sold (any more). A backorder does not put any there.
    #[must_use]
    pub fn available(&self) -> u32 {
        if self.buyable { u32::try_from(self.level.available()).unwrap_or(0) } else { 0 }
    }

    /// What is short when `requested` pieces are wanted; `None` when they can be bought.
    #[must_use]
    pub fn shortage(&self, requested: u32) -> Option<Shortage> {
        let can_be_bought = self.buyable && self.level.can_sell(requested);
        (!can_be_bought).then(|| Shortage { sku: self.sku.clone(), requested, available: self.available() })
    }
}
