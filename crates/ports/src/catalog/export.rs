//! The whole catalog as it was at one instant, read piece by piece.

use async_trait::async_trait;
use domain::{
    catalog::{Product, Slug, Variant},
    inventory::StockLevel,
    money::Money,
};

use crate::storage::StorageError;

/// A product with all that another shop, or this one again, needs to make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRecord {
    /// The product.
    pub product: Product,
    /// The slug of its category.
    pub category: Option<Slug>,
    /// Its variants that are not deleted, in their order.
    pub variants: Vec<VariantRecord>,
}

/// A variant of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantRecord {
    /// The variant.
    pub variant: Variant,
    /// Its prices in force, one for each currency, by the currencies' codes.
    pub prices: Vec<Money>,
    /// Its stock.
    pub level: StockLevel,
}

/// Reads the catalog for export.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProductExporter: Send + Sync {
    /// Fixes the catalog as it is now. [`StorageError::Overloaded`] when too many are reading it already.
    async fn open(&self) -> Result<Box<dyn CatalogSnapshot>, StorageError>;
}

/// The catalog at one instant, whatever is changed meanwhile. Whoever drops it before its end lets go of it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CatalogSnapshot: Send {
    /// The next products that are not deleted, the oldest first, and of a bounded number; none at the end.
    async fn next(&mut self) -> Result<Vec<ProductRecord>, StorageError>;
}
