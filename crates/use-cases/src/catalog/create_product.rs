//! Staff makes a product, with variants, first prices and opening stock.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    catalog::{CreationFault, NewIds, NewProduct, ProductCreation, Sku, Slug},
    idempotency::KeyReused,
    ids::CategoryId,
    money::Currency,
};
use ports::{
    catalog::{CatalogStore, CommitCatalogError, ProductView, VariantView},
    clock::Clock,
    idempotency::{IdempotencyReader, KeyConflict},
    ids::IdGenerator,
    storage::StorageError,
};

use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
};

/// Why there is no new product or category.
#[derive(Debug, thiserror::Error)]
pub enum CreateProductError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Its parts do not fit together.
    #[error("the parts of the product do not fit together")]
    Faults(Vec<CreationFault>),
    /// Another one has the slug.
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

/// Makes products.
#[derive(Clone)]
pub struct CreateProduct {
    /// Keeps the catalog.
    pub catalog: Arc<dyn CatalogStore>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The currency in which a new product is shown when it has no price.
    pub store_currency: Currency,
}

impl CreateProduct {
    /// Makes the product, all of it or nothing.
    ///
    /// # Errors
    /// [`CreateProductError`]; then nothing is stored.
    pub async fn run(
        &self,
        caller: &Caller,
        new: NewProduct,
        keyed: Option<Keyed<ProductView>>,
        context: RequestContext,
    ) -> Result<Outcome<ProductView>, CreateProductError> {
        caller.require(Permission::ProductsWrite)?;
        once(&*self.records, keyed.as_ref(), self.attempt(caller, new, keyed.as_ref(), context)).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        new: NewProduct,
        keyed: Option<&Keyed<ProductView>>,
        context: RequestContext,
    ) -> Result<Outcome<ProductView>, CreateProductError> {
        let now = self.clock.now();
        let by = context.origination(caller, now);
        let variants = new.variants.iter().map(|_| (self.ids.id(), self.ids.id())).collect();
        let ids = NewIds { product: self.ids.id(), variants, event: self.ids.id() };
        let creation = new.create(ids, by).map_err(CreateProductError::Faults)?;
        let view = self.view(&creation);
        let record = keyed.map(|keyed| keyed.record(&view, now));
        self.catalog.commit_product_creation(&creation, record.as_ref()).await?;
        Ok(Outcome::done(view, record))
    }

    /// The new product as its maker sees it: in the currency of its first price.
    fn view(&self, creation: &ProductCreation) -> ProductView {
        let prices = creation.variants.iter().filter_map(|new| new.prices.last());
        let currency = prices.map(|period| period.price.currency()).next().unwrap_or(self.store_currency);
        let variants = creation
            .variants
            .iter()
            .map(VariantView::of_new)
            .map(|view| VariantView {
                price: view.price.filter(|price| price.currency() == currency),
                ..view
            })
            .collect();
        ProductView { product: creation.product.clone(), variants }
    }
}

impl From<CommitCatalogError> for CreateProductError {
    fn from(error: CommitCatalogError) -> Self {
        match error {
            CommitCatalogError::SlugTaken(slug) => Self::SlugTaken(slug),
            CommitCatalogError::SkuTaken(sku) => Self::SkuTaken(sku),
            CommitCatalogError::UnknownCategory(id) => Self::UnknownCategory(id),
            CommitCatalogError::Key(conflict) => Self::Key(conflict),
            CommitCatalogError::Storage(error) => Self::Storage(error),
        }
    }
}
