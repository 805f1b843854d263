//! Staff deletes a product.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::ProductId,
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

/// Deletes products.
#[derive(Clone)]
pub struct DeleteProduct {
    /// Keeps products.
    pub store: Arc<dyn ProductStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl DeleteProduct {
    /// Deletes the product with all its variants; orders keep what they have of them.
    ///
    /// # Errors
    /// [`EditProductError`]; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        id: ProductId,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<(), EditProductError> {
        caller.require(Permission::ProductsWrite)?;
        settle(async || self.attempt(caller, id, condition, &context).await).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: ProductId,
        condition: &Precondition,
        context: &RequestContext,
    ) -> Result<Option<()>, EditProductError> {
        let entry = present(&*self.store, ProductRef::Product(id)).await?;
        condition.check(entry.product.version)?;
        let change = entry.delete(self.ids.id(), context.origination(caller, self.clock.now()));
        stored(self.store.commit_change(&change, None).await)
    }
}
