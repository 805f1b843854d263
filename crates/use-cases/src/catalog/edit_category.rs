//! Staff edits or moves a category.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    catalog::{CategoryCycle, CategoryEdit, CategoryInUse, Slug},
    ids::CategoryId,
    version::{Precondition, VersionMismatch},
};
use ports::{
    catalog::{CategoryStore, CommitCategoryError},
    clock::Clock,
    ids::IdGenerator,
    storage::StorageError,
};

use super::list_categories::{CategoryNode, ListCategories};
use crate::{RequestContext, settle::settle};

/// Why a category is not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditCategoryError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such category.
    #[error("there is no such category")]
    NotFound,
    /// It is not in the version that the caller has seen.
    #[error(transparent)]
    VersionMismatch(#[from] VersionMismatch),
    /// Another one has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// There is no such category to stand below.
    #[error("there is no category {0}")]
    UnknownParent(CategoryId),
    /// It would stand below itself.
    #[error(transparent)]
    Cycle(#[from] CategoryCycle),
    /// Something stands in it or below it.
    #[error(transparent)]
    InUse(#[from] CategoryInUse),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Edits categories.
#[derive(Clone)]
pub struct EditCategory {
    /// Keeps categories.
    pub store: Arc<dyn CategoryStore>,
    /// Shows the category afterwards.
    pub categories: ListCategories,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl EditCategory {
    /// Edits the category, and gives it back with everything below it. What changes nothing is no edit.
    ///
    /// # Errors
    /// [`EditCategoryError`]; then nothing has changed.
    pub async fn run(
        &self,
        caller: &Caller,
        id: CategoryId,
        edit: CategoryEdit,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<CategoryNode, EditCategoryError> {
        caller.require(Permission::CategoriesWrite)?;
        settle(async || self.attempt(caller, id, &edit, condition, &context).await).await?;
        self.categories.find(id).await?.ok_or(EditCategoryError::NotFound)
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: CategoryId,
        edit: &CategoryEdit,
        condition: &Precondition,
        context: &RequestContext,
    ) -> Result<Option<()>, EditCategoryError> {
        let category = self.store.find(id).await?.ok_or(EditCategoryError::NotFound)?;
        condition.check(category.version)?;
        let path = match edit.parent_id.flatten() {
            Some(parent) => self.path(parent).await?,
            None => Vec::new(),
        };
        let by = context.origination(caller, self.clock.now());
        let Some(change) = category.edit(edit, &path, self.ids.id(), by)? else { return Ok(Some(())) };
        stored(self.store.commit_change(&change).await)
    }

    /// The new parent with all above it.
    async fn path(&self, parent: CategoryId) -> Result<Vec<CategoryId>, EditCategoryError> {
        let path = self.store.load_path(parent).await?;
        if path.is_empty() { Err(EditCategoryError::UnknownParent(parent)) } else { Ok(path) }
    }
}

/// `None` when the decision has to be made again.
pub(super) fn stored(outcome: Result<(), CommitCategoryError>) -> Result<Option<()>, EditCategoryError> {
    match outcome {
        Ok(()) => Ok(Some(())),
        Err(CommitCategoryError::Conflict) => Ok(None),
        Err(CommitCategoryError::SlugTaken(slug)) => Err(EditCategoryError::SlugTaken(slug)),
        Err(CommitCategoryError::Storage(error)) => Err(EditCategoryError::Storage(error)),
    }
}
