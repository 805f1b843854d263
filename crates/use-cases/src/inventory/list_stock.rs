//! Staff looks for what runs low.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    catalog::Sku,
};
use ports::{
    inventory::{StockPlace, StockQuery, StockReader, StockView},
    pagination::{Page, PageRequest},
};

use super::SeeStockError;

/// Which stock somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StockFilter {
    /// What has fewer available than this.
    pub below: Option<i32>,
    /// The variant with this SKU.
    pub sku: Option<Sku>,
}

/// Lists stock: what runs low, the emptiest first, or all, by their SKUs.
#[derive(Clone)]
pub struct ListStock {
    /// Shows stock.
    pub stock: Arc<dyn StockReader>,
}

impl ListStock {
    /// A page of stock.
    ///
    /// # Errors
    /// [`SeeStockError`].
    pub async fn run(
        &self,
        caller: &Caller,
        filter: StockFilter,
        page: PageRequest<StockPlace>,
    ) -> Result<Page<StockView, StockPlace>, SeeStockError> {
        caller.require(Permission::InventoryRead)?;
        let StockFilter { below, sku } = filter;
        Ok(self.stock.list(&StockQuery { below, sku, page }).await?)
    }
}
