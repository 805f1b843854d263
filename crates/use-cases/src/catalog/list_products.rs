//! Somebody looks through the products.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    catalog::ProductStatus,
    ids::CategoryId,
    money::Currency,
};
use ports::{
    catalog::{ProductQuery, ProductReader, ProductView},
    pagination::{Page, PageRequest},
    storage::StorageError,
};

use super::get_product::visibility;

/// Which products somebody wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductFilter {
    /// Those of this category or any below it.
    pub category_id: Option<CategoryId>,
    /// Those of this status; for staff.
    pub status: Option<ProductStatus>,
    /// The currency of the prices.
    pub currency: Option<Currency>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListProductsError {
    /// The filter is for staff.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lists products, newest first.
#[derive(Clone)]
pub struct ListProducts {
    /// Shows products.
    pub products: Arc<dyn ProductReader>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
}

impl ListProducts {
    /// A page of products. Without a status everybody sees the active ones.
    ///
    /// # Errors
    /// [`ListProductsError`].
    pub async fn run(
        &self,
        caller: Option<&Caller>,
        filter: ProductFilter,
        page: PageRequest,
    ) -> Result<Page<ProductView>, ListProductsError> {
        let allowed = caller.map_or(Err(Forbidden(Permission::ProductsRead)), |caller| {
            caller.require(Permission::ProductsRead)
        });
        if filter.status.is_some() {
            allowed?;
        }
        let query = ProductQuery {
            category_id: filter.category_id,
            status: Some(filter.status.unwrap_or(ProductStatus::Active)),
            visibility: visibility(caller),
            currency: filter.currency.unwrap_or(self.store_currency),
            page,
        };
        Ok(self.products.list(&query).await?)
    }
}
