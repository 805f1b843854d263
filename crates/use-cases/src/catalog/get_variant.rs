//! Somebody looks at a variant.

use std::sync::Arc;

use domain::{accounts::Caller, ids::VariantId, money::Currency};
use ports::{
    catalog::{ProductReader, VariantView},
    storage::StorageError,
};

use super::get_product::visibility;

/// Shows one variant.
#[derive(Clone)]
pub struct GetVariant {
    /// Shows products.
    pub products: Arc<dyn ProductReader>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
}

impl GetVariant {
    /// The variant; `None` when it is deleted, or its product is not for the asker's eyes.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(
        &self,
        caller: Option<&Caller>,
        id: VariantId,
        currency: Option<Currency>,
    ) -> Result<Option<VariantView>, StorageError> {
        let currency = currency.unwrap_or(self.store_currency);
        self.products.find_variant(id, currency, visibility(caller)).await
    }
}
