//! Storage of changes to what is in the catalog already.

use async_trait::async_trait;
use domain::{
    Instant,
    catalog::{
        Category, CategoryChange, CategoryDeletion, Occupancy, ProductChange, ProductEntry, Sku, Slug,
    },
    idempotency::IdempotencyRecord,
    ids::{CategoryId, ProductId, VariantId},
    money::Currency,
};

use super::ProductView;
use crate::{idempotency::KeyConflict, storage::StorageError};

/// Why a change of a category was not stored.
#[derive(Debug, thiserror::Error)]
pub enum CommitCategoryError {
    /// The category, what is above it, or what stands in it, is not what it was when the decision was made.
    #[error("the tree has changed meanwhile")]
    Conflict,
    /// Another category has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps categories that are edited.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CategoryStore: Send + Sync {
    /// The category.
    async fn find(&self, id: CategoryId) -> Result<Option<Category>, StorageError>;

    /// The category and every one above it; empty when there is none of this id.
    async fn load_path(&self, id: CategoryId) -> Result<Vec<CategoryId>, StorageError>;

    /// What stands in it and below it.
    async fn load_occupancy(&self, id: CategoryId) -> Result<Occupancy, StorageError>;

    /// Stores an edit with its event.
    async fn commit_change(&self, change: &CategoryChange) -> Result<(), CommitCategoryError>;

    /// Deletes a category, with its event. Deleted products that stood in it stand nowhere then.
    async fn commit_deletion(&self, deletion: &CategoryDeletion) -> Result<(), CommitCategoryError>;
}

/// Why a change of a product was not stored.
#[derive(Debug, thiserror::Error)]
pub enum CommitChangeError {
    /// The product, one of its variants or their prices have changed since the decision was made.
    #[error("the product has changed meanwhile")]
    Conflict,
    /// Another product has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// Another variant has the SKU.
    #[error("the SKU {0} is taken")]
    SkuTaken(Sku),
    /// There is no such category (any more).
    #[error("there is no category {0}")]
    UnknownCategory(CategoryId),
    /// Another call with the same idempotency key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Which product is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductRef {
    /// The one of this id.
    Product(ProductId),
    /// The one that has, or had, this variant.
    OfVariant(VariantId),
}

/// A deleted product, and how it will look when it is back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedProduct {
    /// With the variants that went with it.
    pub view: ProductView,
    /// Since when it is deleted.
    pub deleted_at: Instant,
}

/// Keeps products that are edited.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProductStore: Send + Sync {
    /// The product, also when it is deleted.
    async fn find(&self, which: ProductRef) -> Result<Option<ProductEntry>, StorageError>;

    /// The product when it is deleted, with prices in `currency`.
    async fn find_deleted(
        &self,
        id: ProductId,
        currency: Currency,
    ) -> Result<Option<DeletedProduct>, StorageError>;

    /// Stores a change of a product and its variants, with its event; and the answer of the call, when it came with an
    /// idempotency key.
    async fn commit_change<'a>(
        &self,
        change: &ProductChange,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitChangeError>;

    /// Keeps the answer of a call that changed nothing, so that it is the same when the call comes again.
    async fn commit_answer(&self, record: &IdempotencyRecord) -> Result<(), CommitChangeError>;
}
