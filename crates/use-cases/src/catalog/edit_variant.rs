//! Staff edits a variant.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    catalog::VariantEdit,
    ids::VariantId,
    money::Currency,
    version::Precondition,
};
use ports::{
    catalog::{ProductReader, ProductRef, ProductStore, VariantView, Visibility},
    clock::Clock,
    ids::IdGenerator,
};

use super::{
    EditProductError,
    edit_product::{present, stored},
};
use crate::{RequestContext, settle::settle};

/// Edits variants.
#[derive(Clone)]
pub struct EditVariant {
    /// Keeps products.
    pub store: Arc<dyn ProductStore>,
    /// Shows the variant afterwards.
    pub products: Arc<dyn ProductReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The currency in which it is shown.
    pub store_currency: Currency,
}

impl EditVariant {
    /// Edits the variant, and gives it back. What changes nothing is no edit.
    ///
    /// # Errors
    /// [`EditProductError`]; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        id: VariantId,
        edit: VariantEdit,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<VariantView, EditProductError> {
        caller.require(Permission::ProductsWrite)?;
        settle(async || self.attempt(caller, id, &edit, condition, &context).await).await?;
        let view = self.products.find_variant(id, self.store_currency, Visibility::Staff).await?;
        view.ok_or(EditProductError::NotFound)
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: VariantId,
        edit: &VariantEdit,
        condition: &Precondition,
        context: &RequestContext,
    ) -> Result<Option<()>, EditProductError> {
        let entry = present(&*self.store, ProductRef::OfVariant(id)).await?;
        let variant = entry.variant(id).ok_or(EditProductError::NotFound)?;
        condition.check(variant.version)?;
        let by = context.origination(caller, self.clock.now());
        let Some(change) = entry.edit_variant(id, edit, self.ids.id(), by)? else { return Ok(Some(())) };
        stored(self.store.commit_change(&change, None).await)
    }
}
