//! Categories: the tree that products stand in.

mod editing;

use super::Slug;
use crate::{
    Instant,
    actor::Origination,
    events::{Event, EventData},
    ids::{CategoryId, EventId},
    text::Name,
};

pub use self::editing::{
    CategoryChange, CategoryCycle, CategoryDeletion, CategoryEdit, CategoryInUse, Occupancy,
};

/// A node of the category tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Identity.
    pub id: CategoryId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name for people.
    pub name: Name,
    /// The category above it; `None` at the top.
    pub parent_id: Option<CategoryId>,
    /// Where it stands among its sisters: they are ordered by it, equal ones by name. It is no count, and an edit moves
    /// no sister: whoever wants room between two leaves some.
    pub position: u32,
    /// When it was made.
    pub created_at: Instant,
    /// Counts edits.
    pub version: i32,
}

/// Decision: a new category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryCreation {
    /// The category.
    pub category: Category,
    /// `category.created`.
    pub event: Event,
}

impl Category {
    /// A new category; its slug is made from its name when none is given.
    #[must_use]
    pub fn new(
        id: CategoryId,
        name: Name,
        slug: Option<Slug>,
        parent_id: Option<CategoryId>,
        position: u32,
        now: Instant,
    ) -> Self {
        let from_name =
            || Slug::from_title(name.as_str()).unwrap_or_else(|| Slug::from_id("category", id.uuid()));
        Self {
            id,
            slug: slug.unwrap_or_else(from_name),
            name,
            parent_id,
            position,
            created_at: now,
            version: 1,
        }
    }

    /// Decides to make it.
    #[must_use]
    pub fn create(self, event_id: EventId, origination: Origination) -> CategoryCreation {
        let data = EventData::CategoryCreated { parent_id: self.parent_id };
        let event = Event::new(event_id, self.id.uuid(), self.version, data, origination);
        CategoryCreation { category: self, event }
    }
}
