//! Storage of the catalog, and the views of it that people see.

mod editing;
mod export;
mod import;
mod listing;
mod prices;

use async_trait::async_trait;
use domain::{
    catalog::{Category, CategoryCreation, Product, ProductCreation, Sku, Slug, Variant, VariantCreation},
    idempotency::IdempotencyRecord,
    ids::{CategoryId, ProductId, VariantId},
    inventory::StockLevel,
    money::{Currency, Money},
};

pub use self::editing::{
    CategoryStore, CommitCategoryError, CommitChangeError, DeletedProduct, ProductRef, ProductStore,
};
#[cfg(feature = "mocks")]
pub use self::editing::{MockCategoryStore, MockProductStore};
pub use self::export::{CatalogSnapshot, ProductExporter, ProductRecord, VariantRecord};
#[cfg(feature = "mocks")]
pub use self::export::{MockCatalogSnapshot, MockProductExporter};
#[cfg(feature = "mocks")]
pub use self::import::MockProductImporter;
pub use self::import::{CommitImportError, ImportMode, ProductImporter};
pub use self::listing::{ProductPlace, ProductQuery, ProductSort, SortKey};
pub use self::prices::{
    CommitPriceError, PriceAsOf, PriceHistoryQuery, PriceReader, PriceStore, PriceView, VariantPrices,
};
#[cfg(feature = "mocks")]
pub use self::prices::{MockPriceReader, MockPriceStore};
use crate::{idempotency::KeyConflict, pagination::Page, storage::StorageError};

/// A product as people see it: with its variants, their prices in one currency, and their stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductView {
    /// The product.
    pub product: Product,
    /// Its variants that are not deleted, in their order.
    pub variants: Vec<VariantView>,
}

/// A variant as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantView {
    /// The variant.
    pub variant: Variant,
    /// Its price now, in the asked currency.
    pub price: Option<Money>,
    /// The lowest price in the 30 days before that price began ([`domain::catalog::PriceTimeline::lowest_in_30_days`]).
    pub lowest_price_30d: Option<Money>,
    /// Its stock.
    pub level: StockLevel,
}

impl VariantView {
    /// A variant that has just been made, at its first price.
    #[must_use]
    pub fn of_new(new: &VariantCreation) -> Self {
        Self {
            variant: new.variant.clone(),
            price: new.prices.last().map(|period| period.price),
            lowest_price_30d: None,
            level: new.level.clone(),
        }
    }
}

/// Whose products are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Active ones only.
    Public,
    /// Those of any status, for staff.
    Staff,
}

/// Shows products.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProductReader: Send + Sync {
    /// The product, unless it is deleted or the asker may not see it.
    async fn find(
        &self,
        id: ProductId,
        currency: Currency,
        visibility: Visibility,
    ) -> Result<Option<ProductView>, StorageError>;

    /// The variant, with its price in `currency`, unless it is deleted or the asker may not see its product.
    async fn find_variant(
        &self,
        id: VariantId,
        currency: Currency,
        visibility: Visibility,
    ) -> Result<Option<VariantView>, StorageError>;

    /// A page of products, as [`ProductQuery`] says. A page costs the same however deep it is; one of a search costs
    /// the search.
    async fn list(&self, query: &ProductQuery) -> Result<Page<ProductView, ProductPlace>, StorageError>;
}

/// A category as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryView {
    /// The category.
    pub category: Category,
    /// How many active products stand in it, those of the categories below not counted.
    pub product_count: u64,
}

/// Shows categories.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CategoryReader: Send + Sync {
    /// Every category; sisters are ordered by position, then name.
    async fn list(&self) -> Result<Vec<CategoryView>, StorageError>;

    /// One category.
    async fn find(&self, id: CategoryId) -> Result<Option<CategoryView>, StorageError>;
}

/// Why a product or category was not stored.
#[derive(Debug, thiserror::Error)]
pub enum CommitCatalogError {
    /// Another product or category has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// Another variant has the SKU.
    #[error("the SKU {0} is taken")]
    SkuTaken(Sku),
    /// There is no such category.
    #[error("there is no category {0}")]
    UnknownCategory(CategoryId),
    /// Another call with the same idempotency key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps the catalog.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CatalogStore: Send + Sync {
    /// Stores a new product with its variants, prices, stock, ledger lines and event; and the answer of the call, when
    /// it came with an idempotency key.
    async fn commit_product_creation<'a>(
        &self,
        creation: &ProductCreation,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCatalogError>;

    /// Stores a new category with its event; and the answer of the call, when it came with an idempotency key.
    async fn commit_category_creation<'a>(
        &self,
        creation: &CategoryCreation,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCatalogError>;
}
