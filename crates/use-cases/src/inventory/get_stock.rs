//! Staff looks at the stock of a variant.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    ids::VariantId,
};
use ports::{
    inventory::{StockReader, StockView},
    storage::StorageError,
};

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum SeeStockError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such variant, or it is deleted, or its ledger has no such line.
    #[error("there is nothing of this name")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Shows the stock of one variant.
#[derive(Clone)]
pub struct GetStock {
    /// Shows stock.
    pub stock: Arc<dyn StockReader>,
}

impl GetStock {
    /// The stock of the variant.
    ///
    /// # Errors
    /// [`SeeStockError`].
    pub async fn run(&self, caller: &Caller, id: VariantId) -> Result<StockView, SeeStockError> {
        caller.require(Permission::InventoryRead)?;
        self.stock.find(id).await?.ok_or(SeeStockError::NotFound)
    }
}
