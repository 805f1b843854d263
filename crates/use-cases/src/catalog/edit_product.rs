//! Staff edits a product.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    catalog::{EditFault, ProductEdit, ProductEntry, Sku, Slug, VariantChangeError},
    idempotency::KeyReused,
    ids::{CategoryId, ProductId},
    money::Currency,
    version::{Precondition, VersionMismatch},
};
use ports::{
    catalog::{CommitChangeError, ProductReader, ProductRef, ProductStore, ProductView, Visibility},
    clock::Clock,
    idempotency::KeyConflict,
    ids::IdGenerator,
    storage::StorageError,
};

use crate::{RequestContext, settle::settle};

/// Why a product or one of its variants is not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditProductError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is none, or it is deleted.
    #[error("there is no such product or variant")]
    NotFound,
    /// It is not in the version that the caller has seen.
    #[error(transparent)]
    VersionMismatch(#[from] VersionMismatch),
    /// The product can't become what was asked for.
    #[error("the parts of the product would not fit together")]
    Faults(Vec<EditFault>),
    /// The variant can't become what was asked for, or can't go.
    #[error(transparent)]
    Variant(VariantChangeError),
    /// Another product has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// Another variant has the SKU.
    #[error("the SKU {0} is taken")]
    SkuTaken(Sku),
    /// There is no such category.
    #[error("there is no category {0}")]
    UnknownCategory(CategoryId),
    /// The idempotency key came with another request.
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// A call with the same key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Edits products.
#[derive(Clone)]
pub struct EditProduct {
    /// Keeps products.
    pub store: Arc<dyn ProductStore>,
    /// Shows the product afterwards.
    pub products: Arc<dyn ProductReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The currency in which it is shown.
    pub store_currency: Currency,
}

impl EditProduct {
    /// Edits the product, and gives it back. What changes nothing is no edit.
    ///
    /// # Errors
    /// [`EditProductError`]; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        id: ProductId,
        edit: ProductEdit,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<ProductView, EditProductError> {
        caller.require(Permission::ProductsWrite)?;
        settle(async || self.attempt(caller, id, &edit, condition, &context).await).await?;
        let view = self.products.find(id, self.store_currency, Visibility::Staff).await?;
        view.ok_or(EditProductError::NotFound)
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: ProductId,
        edit: &ProductEdit,
        condition: &Precondition,
        context: &RequestContext,
    ) -> Result<Option<()>, EditProductError> {
        let entry = present(&*self.store, ProductRef::Product(id)).await?;
        condition.check(entry.product.version)?;
        let by = context.origination(caller, self.clock.now());
        let decided = entry.edit(edit, self.ids.id(), by).map_err(EditProductError::Faults)?;
        let Some(change) = decided else { return Ok(Some(())) };
        stored(self.store.commit_change(&change, None).await)
    }
}

/// The product, unless it is deleted.
pub(super) async fn present(
    store: &dyn ProductStore,
    which: ProductRef,
) -> Result<ProductEntry, EditProductError> {
    let entry = store.find(which).await?;
    entry.filter(|entry| entry.deleted_at.is_none()).ok_or(EditProductError::NotFound)
}

/// `None` when the decision has to be made again.
pub(super) fn stored(outcome: Result<(), CommitChangeError>) -> Result<Option<()>, EditProductError> {
    match outcome {
        Ok(()) => Ok(Some(())),
        Err(CommitChangeError::Conflict) => Ok(None),
        Err(CommitChangeError::SlugTaken(slug)) => Err(EditProductError::SlugTaken(slug)),
        Err(CommitChangeError::SkuTaken(sku)) => Err(EditProductError::SkuTaken(sku)),
        Err(CommitChangeError::UnknownCategory(id)) => Err(EditProductError::UnknownCategory(id)),
        Err(CommitChangeError::Key(conflict)) => Err(EditProductError::Key(conflict)),
        Err(CommitChangeError::Storage(error)) => Err(EditProductError::Storage(error)),
    }
}

impl From<VariantChangeError> for EditProductError {
    fn from(error: VariantChangeError) -> Self {
        match error {
            VariantChangeError::NotFound => Self::NotFound,
            error => Self::Variant(error),
        }
    }
}
