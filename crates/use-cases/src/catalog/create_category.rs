//! Staff makes a category.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    catalog::{Category, Slug},
    ids::CategoryId,
    text::Name,
};
use ports::{
    catalog::{CatalogStore, CategoryView},
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
};

pub use super::CreateProductError as CreateCategoryError;
use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
};

/// The category that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCategoryCommand {
    /// Its name for people.
    pub name: Name,
    /// Its name in addresses; made from the name when absent.
    pub slug: Option<Slug>,
    /// The category above it.
    pub parent_id: Option<CategoryId>,
    /// Where it stands among its sisters.
    pub position: u32,
}

/// Makes categories.
#[derive(Clone)]
pub struct CreateCategory {
    /// Keeps the catalog.
    pub catalog: Arc<dyn CatalogStore>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl CreateCategory {
    /// Makes the category.
    ///
    /// # Errors
    /// As for a product; then nothing is stored.
    pub async fn run(
        &self,
        caller: &Caller,
        command: CreateCategoryCommand,
        keyed: Option<Keyed<CategoryView>>,
        context: RequestContext,
    ) -> Result<Outcome<CategoryView>, CreateCategoryError> {
        caller.require(Permission::CategoriesWrite)?;
        once(&*self.records, keyed.as_ref(), self.attempt(caller, command, keyed.as_ref(), context)).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        command: CreateCategoryCommand,
        keyed: Option<&Keyed<CategoryView>>,
        context: RequestContext,
    ) -> Result<Outcome<CategoryView>, CreateCategoryError> {
        let now = self.clock.now();
        let by = context.origination(caller, now);
        let creation = Category::new(
            self.ids.id(),
            command.name,
            command.slug,
            command.parent_id,
            command.position,
            now,
        )
        .create(self.ids.id(), by);
        let view = CategoryView { category: creation.category.clone(), product_count: 0 };
        let record = keyed.map(|keyed| keyed.record(&view, now));
        self.catalog.commit_category_creation(&creation, record.as_ref()).await?;
        Ok(Outcome::done(view, record))
    }
}
