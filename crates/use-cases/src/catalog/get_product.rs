//! Somebody looks at a product.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::ProductId,
    money::Currency,
};
use ports::{
    catalog::{ProductReader, ProductView, Visibility},
    storage::StorageError,
};

/// Shows one product.
#[derive(Clone)]
pub struct GetProduct {
    /// Shows products.
    pub products: Arc<dyn ProductReader>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
}

impl GetProduct {
    /// The product; `None` when it is deleted, or not for the asker's eyes.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(
        &self,
        caller: Option<&Caller>,
        id: ProductId,
        currency: Option<Currency>,
    ) -> Result<Option<ProductView>, StorageError> {
        self.products.find(id, currency.unwrap_or(self.store_currency), visibility(caller)).await
    }
}

/// What the asker may see.
pub(super) fn visibility(caller: Option<&Caller>) -> Visibility {
    match caller {
        Some(caller) if caller.roles.allow(Permission::ProductsRead) => Visibility::Staff,
        _ => Visibility::Public,
    }
}
