//! Staff adds a variant to a product.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    catalog::{NewVariant, VariantChangeError},
    ids::ProductId,
};
use ports::{
    catalog::{ProductRef, ProductStore, VariantView},
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
};

use super::{
    EditProductError,
    edit_product::{present, stored},
};
use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
    settle::settle,
};

/// Adds variants.
#[derive(Clone)]
pub struct AddVariant {
    /// Keeps products.
    pub store: Arc<dyn ProductStore>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl AddVariant {
    /// Adds the variant with its first price and opening stock, as the last one of the product.
    ///
    /// # Errors
    /// [`EditProductError`]; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        product: ProductId,
        new: NewVariant,
        keyed: Option<Keyed<VariantView>>,
        context: RequestContext,
    ) -> Result<Outcome<VariantView>, EditProductError> {
        caller.require(Permission::ProductsWrite)?;
        let keyed = keyed.as_ref();
        let attempt = async || self.attempt(caller, product, &new, keyed, &context).await;
        once(&*self.records, keyed, settle(attempt)).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        product: ProductId,
        new: &NewVariant,
        keyed: Option<&Keyed<VariantView>>,
        context: &RequestContext,
    ) -> Result<Option<Outcome<VariantView>>, EditProductError> {
        let entry = present(&*self.store, ProductRef::Product(product)).await?;
        let by = context.origination(caller, self.clock.now());
        let now = by.at;
        let ids = (self.ids.id(), self.ids.id());
        let change = entry.add_variant(new, ids, self.ids.id(), by).map_err(VariantChangeError::Faults)?;
        let Some(view) = change.added.as_ref().map(VariantView::of_new) else { return Ok(None) };
        let record = keyed.map(|keyed| keyed.record(&view, now));
        let done = stored(self.store.commit_change(&change, record.as_ref()).await)?;
        Ok(done.map(|()| Outcome::done(view, record)))
    }
}
