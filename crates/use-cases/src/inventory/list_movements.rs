//! Staff reads the ledger of a variant.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::VariantId,
    inventory::LedgerLine,
};
use ports::{
    inventory::LedgerReader,
    pagination::{Page, PageRequest},
};

use super::SeeStockError;

/// Lists the ledger of a variant, newest first.
#[derive(Clone)]
pub struct ListMovements {
    /// Shows the ledger.
    pub ledger: Arc<dyn LedgerReader>,
}

impl ListMovements {
    /// A page of the ledger.
    ///
    /// # Errors
    /// [`SeeStockError`].
    pub async fn run(
        &self,
        caller: &Caller,
        variant_id: VariantId,
        page: PageRequest<i64>,
    ) -> Result<Page<LedgerLine, i64>, SeeStockError> {
        caller.require(Permission::InventoryRead)?;
        self.ledger.list(variant_id, page).await?.ok_or(SeeStockError::NotFound)
    }
}
