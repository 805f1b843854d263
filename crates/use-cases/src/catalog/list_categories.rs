//! Somebody looks at the category tree.

use std::{collections::BTreeMap, sync::Arc};

use domain::ids::CategoryId;
use ports::{
    catalog::{CategoryReader, CategoryView},
    storage::StorageError,
};

/// The most levels of one tree. What stands deeper is left out, and can be seen by asking for a category further down:
/// nested answers must not exhaust anybody's stack, and many readers of JSON give up at 128 brackets, two a level.
pub const MAX_LEVELS: usize = 50;

/// A category with everything below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryNode {
    /// The category.
    pub view: CategoryView,
    /// What stands right below it.
    pub children: Vec<CategoryNode>,
}

/// Shows the categories.
#[derive(Clone)]
pub struct ListCategories {
    /// Shows categories.
    pub categories: Arc<dyn CategoryReader>,
}

impl ListCategories {
    /// The whole tree, [`MAX_LEVELS`] deep at most, as the list of what stands at its top.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(&self) -> Result<Vec<CategoryNode>, StorageError> {
        Ok(tree(self.categories.list().await?))
    }

    /// One category with everything below it, [`MAX_LEVELS`] deep at most.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn find(&self, id: CategoryId) -> Result<Option<CategoryNode>, StorageError> {
        let mut below = by_parent(self.categories.list().await?);
        let found = below.values_mut().find_map(|sisters| {
            let place = sisters.iter().position(|view| view.category.id == id)?;
            Some(sisters.remove(place))
        });
        Ok(found.map(|view| node(view, MAX_LEVELS - 1, &mut below)))
    }
}

fn tree(views: Vec<CategoryView>) -> Vec<CategoryNode> {
    let mut below = by_parent(views);
    let top = below.remove(&None).unwrap_or_default();
    top.into_iter().map(|view| node(view, MAX_LEVELS - 1, &mut below)).collect()
}

fn by_parent(views: Vec<CategoryView>) -> BTreeMap<Option<CategoryId>, Vec<CategoryView>> {
    let mut below: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for view in views {
        below.entry(view.category.parent_id).or_default().push(view);
    }
    below
}

/// Each node takes its children out of `below`, so that no row can be shown twice, whatever the rows say.
fn node(
    view: CategoryView,
    levels_below: usize,
    below: &mut BTreeMap<Option<CategoryId>, Vec<CategoryView>>,
) -> CategoryNode {
    let children = match levels_below.checked_sub(1) {
        Some(deeper) => {
            let children = below.remove(&Some(view.category.id)).unwrap_or_default();
            children.into_iter().map(|child| node(child, deeper, below)).collect()
        }
        None => Vec::new(),
    };
    CategoryNode { view, children }
}
