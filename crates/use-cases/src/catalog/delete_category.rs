//! Staff deletes a category.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::CategoryId,
    version::Precondition,
};
use ports::{catalog::CategoryStore, clock::Clock, ids::IdGenerator};

pub use super::EditCategoryError as DeleteCategoryError;
use super::edit_category::stored;
use crate::{RequestContext, settle::settle};

/// Deletes categories.
#[derive(Clone)]
pub struct DeleteCategory {
    /// Keeps categories.
    pub store: Arc<dyn CategoryStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl DeleteCategory {
    /// Deletes a category in which and below which nothing stands.
    ///
    /// # Errors
    /// As for an edit; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        id: CategoryId,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<(), DeleteCategoryError> {
        caller.require(Permission::CategoriesWrite)?;
        settle(async || self.attempt(caller, id, condition, &context).await).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: CategoryId,
        condition: &Precondition,
        context: &RequestContext,
    ) -> Result<Option<()>, DeleteCategoryError> {
        let category = self.store.find(id).await?.ok_or(DeleteCategoryError::NotFound)?;
        condition.check(category.version)?;
        let occupancy = self.store.load_occupancy(id).await?;
        let by = context.origination(caller, self.clock.now());
        let deletion = category.delete(occupancy, self.ids.id(), by)?;
        stored(self.store.commit_deletion(&deletion).await)
    }
}
