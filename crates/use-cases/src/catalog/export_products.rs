//! Staff takes the whole catalog out.

use std::sync::Arc;

use domain::accounts::{Caller, Forbidden, Permission};
use ports::{
    catalog::{CatalogSnapshot, ProductExporter},
    storage::StorageError,
};

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportProductsError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed, or too many exports are under way.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Exports products of every status, with their prices in every currency and their stock.
#[derive(Clone)]
pub struct ExportProducts {
    /// Reads the catalog.
    pub exporter: Arc<dyn ProductExporter>,
}

impl ExportProducts {
    /// The catalog as it is now, to be read at leisure.
    ///
    /// # Errors
    /// [`ExportProductsError`].
    pub async fn run(&self, caller: &Caller) -> Result<Box<dyn CatalogSnapshot>, ExportProductsError> {
        caller.require(Permission::ProductsRead)?;
        Ok(self.exporter.open().await?)
    }
}
