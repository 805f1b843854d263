//! Pieces that orders move.

use super::MovementKind;
use crate::{catalog::Sku, ids::VariantId};

/// Pieces that an order moves. What the level is then is known at the commit, which refuses to ship what is not there:
/// stock is too hot to be decided on before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// Whose stock.
    pub variant_id: VariantId,
    /// Its SKU, to name it when it is short.
    pub sku: Sku,
    /// Why.
    pub kind: MovementKind,
    /// How many; never none.
    pub quantity: u32,
}

impl StockMove {
    /// By how much it changes `on_hand` and `reserved`.
    #[must_use]
    pub fn deltas(&self) -> (i32, i32) {
        self.kind.deltas(i32::try_from(self.quantity).unwrap_or(i32::MAX))
    }
}
