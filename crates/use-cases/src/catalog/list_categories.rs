//! Somebody looks at the category tree.

use std::{collections::BTreeMap, sync::Arc};

use domain::ids::CategoryId;
use ports::{
    catalog::{CategoryReader, CategoryView},
    storage::StorageError,
};

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
    /// The whole tree, as the list of what stands at its top.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(&self) -> Result<Vec<CategoryNode>, StorageError> {
        Ok(tree(self.categories.list().await?))
    }

    /// One category with everything below it.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn find(&self, id: CategoryId) -> Result<Option<CategoryNode>, StorageError> {
        let mut below = by_parent(self.categories.list().await?);
        let found = below.values_mut().find_map(|sisters| {
            let place = sisters.iter().position(|view| view.category.id == id)?;
            Some(sisters.remove(place))
        });
        Ok(found.map(|view| node(view, &mut below)))
    }
}

fn tree(views: Vec<CategoryView>) -> Vec<CategoryNode> {
    let mut below = by_parent(views);
    let top = below.remove(&None).unwrap_or_default();
    top.into_iter().map(|view| node(view, &mut below)).collect()
}

fn by_parent(views: Vec<CategoryView>) -> BTreeMap<Option<CategoryId>, Vec<CategoryView>> {
    let mut below: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for view in views {
        below.entry(view.category.parent_id).or_default().push(view);
    }
    below
}

/// Each node takes its children out of `below`, so that no row can be shown twice, whatever the rows say.
fn node(view: CategoryView, below: &mut BTreeMap<Option<CategoryId>, Vec<CategoryView>>) -> CategoryNode {
    let children = below.remove(&Some(view.category.id)).unwrap_or_default();
    CategoryNode { view, children: children.into_iter().map(|child| node(child, below)).collect() }
}
