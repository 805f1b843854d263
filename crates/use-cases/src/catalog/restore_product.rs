//! Staff brings a deleted product back.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    accounts::{Caller, Permission},
    catalog::ProductEntry,
    ids::ProductId,
    money::Currency,
};
use ports::{
    catalog::{DeletedProduct, ProductReader, ProductStore, ProductView, Visibility},
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
};

use super::{EditProductError, edit_product::stored};
use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
    settle::settle,
};

/// Restores products.
#[derive(Clone)]
pub struct RestoreProduct {
    /// Keeps products.
    pub store: Arc<dyn ProductStore>,
    /// Shows one that is not deleted.
    pub products: Arc<dyn ProductReader>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The currency in which it is shown.
    pub store_currency: Currency,
}

type Restored = Outcome<ProductView>;

impl RestoreProduct {
    /// Brings the product back with the variants that went with it. One that is there stays as it is.
    ///
    /// # Errors
    /// [`EditProductError`]; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        id: ProductId,
        keyed: Option<Keyed<ProductView>>,
        context: RequestContext,
    ) -> Result<Restored, EditProductError> {
        caller.require(Permission::ProductsWrite)?;
        let keyed = keyed.as_ref();
        let attempt = async || self.attempt(caller, id, keyed, &context).await;
        once(&*self.records, keyed, settle(attempt)).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: ProductId,
        keyed: Option<&Keyed<ProductView>>,
        context: &RequestContext,
    ) -> Result<Option<Restored>, EditProductError> {
        let by = context.origination(caller, self.clock.now());
        let now = by.at;
        let Some(deleted) = self.store.find_deleted(id, self.store_currency).await? else {
            let view = self.products.find(id, self.store_currency, Visibility::Staff).await?;
            let view = view.ok_or(EditProductError::NotFound)?;
            let record = keyed.map(|keyed| keyed.record(&view, now));
            if let Some(record) = &record {
                stored(self.store.commit_answer(record).await)?;
            }
            return Ok(Some(Outcome::done(view, record)));
        };
        let Some(change) = entry(&deleted).restore(self.ids.id(), by) else { return Ok(None) };
        let view = ProductView { product: change.product.clone(), ..deleted.view };
        let record = keyed.map(|keyed| keyed.record(&view, now));
        let done = stored(self.store.commit_change(&change, record.as_ref()).await)?;
        Ok(done.map(|()| Outcome::done(view, record)))
    }
}

fn entry(DeletedProduct { view, deleted_at }: &DeletedProduct) -> ProductEntry {
    ProductEntry {
        product: view.product.clone(),
        deleted_at: Some(*deleted_at),
        variants: view.variants.iter().map(|shown| shown.variant.clone()).collect(),
        backordered: view
            .variants
            .iter()
            .filter(|shown| shown.level.backorder)
            .map(|shown| shown.variant.id)
            .collect::<BTreeSet<_>>(),
    }
}
