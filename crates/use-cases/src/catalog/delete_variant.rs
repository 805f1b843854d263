//! Staff deletes a variant.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::VariantId,
    version::Precondition,
};
use ports::{
    catalog::{ProductRef, ProductStore},
    clock::Clock,
    ids::IdGenerator,
};

use super::{
    EditProductError,
    edit_product::{present, stored},
};
use crate::{RequestContext, settle::settle};

/// Deletes variants.
#[derive(Clone)]
pub struct DeleteVariant {
    /// Keeps products.
    pub store: Arc<dyn ProductStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl DeleteVariant {
    /// Deletes the variant, unless it is the product's last one; orders keep what they have of it.
    ///
    /// # Errors
    /// [`EditProductError`]; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        id: VariantId,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<(), EditProductError> {
        caller.require(Permission::ProductsWrite)?;
        settle(async || self.attempt(caller, id, condition, &context).await).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: VariantId,
        condition: &Precondition,
        context: &RequestContext,
    ) -> Result<Option<()>, EditProductError> {
        let entry = present(&*self.store, ProductRef::OfVariant(id)).await?;
        let variant = entry.variant(id).ok_or(EditProductError::NotFound)?;
        condition.check(variant.version)?;
        let by = context.origination(caller, self.clock.now());
        let change = entry.delete_variant(id, self.ids.id(), by)?;
        stored(self.store.commit_change(&change, None).await)
    }
}
