//! Categories: the tree that products stand in.

use super::Slug;
use crate::{
    Instant,
    actor::Origination,
    events::{Event, EventData},
    ids::{CategoryId, EventId},
    text::Name,
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
    /// Where it stands among its sisters; equal positions are ordered by name.
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
    /// Makes a category.
    #[must_use]
    pub fn create(self, event_id: EventId, origination: Origination) -> CategoryCreation {
        let data = EventData::CategoryCreated { parent_id: self.parent_id };
        let event = Event::new(event_id, self.id.uuid(), self.version, data, origination);
        CategoryCreation { category: self, event }
    }
}
