//! The category tree of a made-up shop: made by the first run, found again by those that follow.

use std::collections::BTreeMap;

use domain::{
    actor::{Actor, Origination},
    catalog::{Category, CategoryCreation, Slug},
    ids::CategoryId,
    text::Name,
};
use ports::{
    catalog::{CatalogStore, CategoryReader},
    ids::IdGenerator,
};

use super::{
    assortment::{DEPARTMENTS, Shelf},
    months::Months,
};
use crate::failure::Failure;

/// A shelf and the category that it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub shelf: &'static Shelf,
    pub category_id: CategoryId,
}

/// The tree, and what of it has yet to be made.
struct Tree<'a> {
    known: BTreeMap<Slug, CategoryId>,
    missing: Vec<CategoryCreation>,
    ids: &'a dyn IdGenerator,
    months: Months,
}

/// The shelves with their categories; those that are missing are made.
///
/// # Errors
/// A sentence about what the database says.
pub(super) async fn set_up(
    reader: &dyn CategoryReader,
    store: &dyn CatalogStore,
    ids: &dyn IdGenerator,
    months: Months,
) -> Result<Vec<Place>, Failure> {
    let known = reader.list().await?.into_iter().map(|view| (view.category.slug, view.category.id)).collect();
    let mut tree = Tree { known, missing: Vec::new(), ids, months };
    let places = tree.plan()?;
    for creation in &tree.missing {
        store.commit_category_creation(creation, None).await?;
    }
    Ok(places)
}

impl Tree<'_> {
    fn plan(&mut self) -> Result<Vec<Place>, Failure> {
        let mut places = Vec::new();
        for (position, department) in (0..).zip(DEPARTMENTS) {
            let parent_id = self.category(department.name, None, position)?;
            for (position, shelf) in (0..).zip(department.shelves) {
                places.push(Place {
                    shelf,
                    category_id: self.category(shelf.name, Some(parent_id), position)?,
                });
            }
        }
        Ok(places)
    }

    /// The category with this name's slug, wherever it stands by now; or a new one.
    fn category(
        &mut self,
        name: &str,
        parent_id: Option<CategoryId>,
        position: u32,
    ) -> Result<CategoryId, Failure> {
        let at = self.months.opening();
        let new = Category::new(self.ids.id(), Name::parse(name)?, None, parent_id, position, at);
        if let Some(id) = self.known.get(&new.slug) {
            return Ok(*id);
        }
        let by = Origination { actor: Actor::System, request_id: None, at };
        self.known.insert(new.slug.clone(), new.id);
        let id = new.id;
        self.missing.push(new.create(self.ids.id(), by));
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::testing::{Counter, months};

    fn tree(known: BTreeMap<Slug, CategoryId>) -> (Tree<'static>, Vec<Place>) {
        let ids: &'static Counter = Box::leak(Box::default());
        let mut tree = Tree { known, missing: Vec::new(), ids, months: months() };
        let places = tree.plan().unwrap();
        (tree, places)
    }

    #[test]
    fn the_first_run_makes_every_category_with_those_above_first() {
        let (tree, places) = tree(BTreeMap::new());
        let shelves: usize = DEPARTMENTS.iter().map(|department| department.shelves.len()).sum();
        assert_eq!((places.len(), tree.missing.len()), (shelves, shelves + DEPARTMENTS.len()));
        for (index, creation) in tree.missing.iter().enumerate() {
            let parent = creation.category.parent_id;
            assert!(
                parent.is_none_or(|id| tree.missing[..index].iter().any(|above| above.category.id == id))
            );
        }
    }

    #[test]
    fn a_second_run_finds_them() {
        let (first, places) = tree(BTreeMap::new());
        let (second, again) = tree(first.known);
        assert_eq!(second.missing, []);
        let ids = |places: &[Place]| places.iter().map(|place| place.category_id).collect::<Vec<_>>();
        assert_eq!(ids(&again), ids(&places));
    }

    #[test]
    fn one_that_is_gone_is_made_again_under_its_department() {
        let (first, _) = tree(BTreeMap::new());
        let mut known = first.known;
        known.remove(&Slug::parse("shirts").unwrap());
        let clothing = known[&Slug::parse("clothing").unwrap()];
        let (second, _) = tree(known);
        assert_eq!(second.missing.len(), 1);
        assert_eq!(second.missing[0].category.parent_id, Some(clothing));
    }
}
