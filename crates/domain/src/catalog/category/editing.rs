//! Editing, moving and deleting categories.

use super::Category;
use crate::{
    actor::Origination,
    catalog::{Slug, field::set},
    events::{Event, EventData},
    ids::{CategoryId, EventId},
    text::Name,
};

/// What somebody wants to change; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryEdit {
    /// Its name for people. The slug stays.
    pub name: Option<Name>,
    /// Its name in addresses.
    pub slug: Option<Slug>,
    /// The category above it; `Some(None)` moves it to the top.
    pub parent_id: Option<Option<CategoryId>>,
    /// Where it stands among its sisters.
    pub position: Option<u32>,
}

/// Decision: a category is another by an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryChange {
    /// The category afterwards. It was decided on the version before.
    pub category: Category,
    /// `category.moved` when it stands below another one now, or else `category.updated`.
    pub event: Event,
}

/// Decision: a category goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryDeletion {
    /// The category as it was; it goes only while it has this version.
    pub category: Category,
    /// `category.deleted`.
    pub event: Event,
}

/// What holds a category back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Occupancy {
    /// Whether other categories stand right below it.
    pub children: bool,
    /// Whether products stand in it, of any status; deleted ones don't count.
    pub products: bool,
}

/// The category would stand below itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a category can't stand below itself")]
pub struct CategoryCycle;

/// The category has products or children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the category still has {}", .0.words())]
pub struct CategoryInUse(pub Occupancy);

impl Occupancy {
    const fn words(self) -> &'static str {
        match (self.children, self.products) {
            (true, true) => "categories below it and products",
            (true, false) => "categories below it",
            (false, _) => "products",
        }
    }
}

impl CategoryChange {
    /// The version that the change was decided on.
    #[must_use]
    pub const fn decided_on(&self) -> i32 {
        self.category.version.saturating_sub(1)
    }
}

impl Category {
    /// Decides on an edit; `None` when it changes nothing. `path` is the new parent, if there is one, with every
    /// category above that.
    ///
    /// # Errors
    /// [`CategoryCycle`] when the category stands on that path itself.
    pub fn edit(
        &self,
        edit: &CategoryEdit,
        path: &[CategoryId],
        event_id: EventId,
        origination: Origination,
    ) -> Result<Option<CategoryChange>, CategoryCycle> {
        let mut category = self.clone();
        let mut fields = Vec::new();
        set(&mut category.name, edit.name.as_ref(), "name", &mut fields);
        set(&mut category.slug, edit.slug.as_ref(), "slug", &mut fields);
        set(&mut category.parent_id, edit.parent_id.as_ref(), "parent_id", &mut fields);
        set(&mut category.position, edit.position.as_ref(), "position", &mut fields);
        if fields.is_empty() {
            return Ok(None);
        }
        let is_moved = category.parent_id != self.parent_id;
        if is_moved && path.contains(&self.id) {
            return Err(CategoryCycle);
        }
        category.version = self.version.saturating_add(1);
        let position = category.position;
        let data = if is_moved {
            let (from, to) = (self.parent_id, category.parent_id);
            EventData::CategoryMoved { from, to, fields, position }
        } else {
            EventData::CategoryUpdated { fields, position }
        };
        let event = Event::new(event_id, self.id.uuid(), category.version, data, origination);
        Ok(Some(CategoryChange { category, event }))
    }

    /// Decides that it goes.
    ///
    /// # Errors
    /// [`CategoryInUse`] while anything stands in it or below it.
    pub fn delete(
        self,
        occupancy: Occupancy,
        event_id: EventId,
        origination: Origination,
    ) -> Result<CategoryDeletion, CategoryInUse> {
        if occupancy.children || occupancy.products {
            return Err(CategoryInUse(occupancy));
        }
        let data = EventData::CategoryDeleted { parent_id: self.parent_id };
        let version = self.version.saturating_add(1);
        let event = Event::new(event_id, self.id.uuid(), version, data, origination);
        Ok(CategoryDeletion { category: self, event })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{Instant, actor::Actor};

    fn id(n: u128) -> CategoryId {
        Uuid::from_u128(n).into()
    }

    fn by() -> Origination {
        Origination { actor: Actor::System, request_id: None, at: Instant::UNIX_EPOCH }
    }

    fn category(parent: Option<u128>) -> Category {
        let name = Name::parse("Shirts").unwrap();
        Category::new(id(1), name, None, parent.map(id), 4, Instant::UNIX_EPOCH)
    }

    fn edit(edit: &CategoryEdit, path: &[CategoryId]) -> Result<Option<CategoryChange>, CategoryCycle> {
        category(Some(2)).edit(edit, path, Uuid::nil().into(), by())
    }

    #[test]
    fn an_edit_moves_the_version_and_says_what_changed() {
        let wanted = CategoryEdit {
            name: Some(Name::parse("Tops").unwrap()),
            position: Some(9),
            slug: Some(Slug::parse("shirts").unwrap()),
            ..CategoryEdit::default()
        };
        let change = edit(&wanted, &[]).unwrap().unwrap();
        assert_eq!((change.category.name.as_str(), change.category.slug.as_str()), ("Tops", "shirts"));
        assert_eq!((change.category.version, change.decided_on(), change.event.aggregate_version), (2, 1, 2));
        let fields = vec!["name", "position"];
        assert_eq!(change.event.data, EventData::CategoryUpdated { fields, position: 9 });
    }

    #[test]
    fn an_edit_to_what_it_is_already_changes_nothing() {
        let wanted =
            CategoryEdit { parent_id: Some(Some(id(2))), position: Some(4), ..CategoryEdit::default() };
        assert_eq!(edit(&wanted, &[id(2), id(1)]), Ok(None));
    }

    #[test]
    fn a_move_says_from_where_to_where() {
        let wanted = CategoryEdit { parent_id: Some(None), ..CategoryEdit::default() };
        let change = edit(&wanted, &[]).unwrap().unwrap();
        let fields = vec!["parent_id"];
        let moved = EventData::CategoryMoved { from: Some(id(2)), to: None, fields, position: 4 };
        assert_eq!(change.event.data, moved);
    }

    #[test]
    fn what_is_in_use_stays_and_says_why() {
        for (children, products, word) in
            [(true, false, "categories below it"), (false, true, "products"), (true, true, "and products")]
        {
            let occupancy = Occupancy { children, products };
            let refused = category(None).delete(occupancy, Uuid::nil().into(), by()).unwrap_err();
            assert!(refused.to_string().ends_with(word), "{refused}");
        }
        let gone = category(None).delete(Occupancy::default(), Uuid::nil().into(), by()).unwrap();
        assert_eq!((gone.category.version, gone.event.aggregate_version), (1, 2));
    }

    proptest! {
        /// Whatever is moved wherever, a tree stays one.
        #[test]
        fn moves_never_make_a_cycle(moves in prop::collection::vec((0..8u128, prop::option::of(0..8u128)), 1..40)) {
            let mut parents: Vec<Option<u128>> = vec![None; 8];
            let path = |parents: &[Option<u128>], from: Option<u128>| {
                let up = |n: &u128| parents[usize::try_from(*n).unwrap()];
                std::iter::successors(from, up).take(9).map(id).collect::<Vec<_>>()
            };
            for (who, below) in moves {
                let place = usize::try_from(who).unwrap();
                let mut moved = category(parents[place]);
                moved.id = id(who);
                let wanted = CategoryEdit { parent_id: Some(below.map(id)), ..CategoryEdit::default() };
                let decided = moved.edit(&wanted, &path(&parents, below), Uuid::nil().into(), by());
                if decided.is_ok() {
                    parents[place] = below;
                }
                prop_assert!((0..8).all(|n| path(&parents, Some(n)).len() <= 8));
            }
        }
    }
}
