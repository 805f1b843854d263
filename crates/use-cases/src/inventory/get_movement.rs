//! Staff looks at one line of the ledger.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::VariantId,
    inventory::LedgerLine,
};
use ports::inventory::LedgerReader;

use super::SeeStockError;

/// Shows one line of the ledger.
#[derive(Clone)]
pub struct GetMovement {
    /// Shows the ledger.
    pub ledger: Arc<dyn LedgerReader>,
}

impl GetMovement {
    /// The line of this number of the variant's ledger.
    ///
    /// # Errors
    /// [`SeeStockError`].
    pub async fn run(
        &self,
        caller: &Caller,
        variant_id: VariantId,
        sequence: i64,
    ) -> Result<LedgerLine, SeeStockError> {
        caller.require(Permission::InventoryRead)?;
        self.ledger.find(variant_id, sequence).await?.ok_or(SeeStockError::NotFound)
    }
}
