//! Changing what is in the catalog: a product and its variants, as one thing with one version.
//!
//! Every change of a product, of its variants and of their prices moves the product's version, so that a decision made
//! on one version is stored on exactly that, and whoever comes second decides again.

mod options;
mod product;
mod variants;

use std::collections::BTreeSet;

use chrono::Duration;

use super::{Product, Variant, VariantCreation};
use crate::{
    Instant,
    actor::Origination,
    events::{Event, EventData},
    ids::{EventId, VariantId},
};

pub use self::{
    product::{AttributesEdit, EditFault, ProductEdit},
    variants::{VariantChangeError, VariantEdit, VariantFault},
};

/// The most variants of a product.
pub const MAX_VARIANTS: usize = 250;
/// The most attributes of a product.
pub const MAX_ATTRIBUTES: usize = 100;

/// A product with its variants: what changes of either are decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductEntry {
    /// The product.
    pub product: Product,
    /// Since when it is deleted.
    pub deleted_at: Option<Instant>,
    /// Its variants, in their order: those that are not deleted or, of a deleted product, those that went with it.
    pub variants: Vec<Variant>,
    /// The variants of which more may be sold than are there.
    pub backordered: BTreeSet<VariantId>,
}

/// Decision: a product and its variants are others than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductChange {
    /// The product afterwards. It was decided on the version before.
    pub product: Product,
    /// Since when it is deleted, afterwards.
    pub deleted_at: Option<Instant>,
    /// A new variant.
    pub added: Option<VariantCreation>,
    /// The variants that are edited, afterwards.
    pub edited: Vec<Variant>,
    /// The variants that are deleted, at the instant of the change.
    pub removed: Vec<VariantId>,
    /// The deleted variants that come back.
    pub returned: Vec<VariantId>,
    /// Whether more of a variant may be sold than are there, where that changes.
    pub backorder: Option<(VariantId, bool)>,
    /// What the world is told.
    pub event: Event,
}

impl ProductChange {
    /// The version that the change was decided on.
    #[must_use]
    pub const fn decided_on(&self) -> i32 {
        self.product.version.saturating_sub(1)
    }
}

impl ProductEntry {
    /// Decides that the product goes, with all its variants at the same instant.
    #[must_use]
    pub fn delete(&self, event_id: EventId, origination: Origination) -> ProductChange {
        let removed = self.variant_ids();
        let draft = self.draft(origination);
        let data = EventData::ProductDeleted { variant_ids: removed.clone() };
        let deleted_at = Some(draft.by.at);
        ProductChange { deleted_at, removed, ..draft.product_event(event_id, data) }
    }

    /// Decides that a deleted product comes back, with the variants that went with it; `None` when it is not deleted.
    #[must_use]
    pub fn restore(&self, event_id: EventId, origination: Origination) -> Option<ProductChange> {
        self.deleted_at?;
        let returned = self.variant_ids();
        let data = EventData::ProductRestored { variant_ids: returned.clone() };
        let change = self.draft(origination).product_event(event_id, data);
        Some(ProductChange { deleted_at: None, returned, ..change })
    }

    fn variant_ids(&self) -> Vec<VariantId> {
        self.variants.iter().map(|variant| variant.id).collect()
    }

    /// The product's next version. Its instant is later than that of any change before it, whatever the clocks say:
    /// else a restore could not tell what went with the product from what went before it.
    fn draft(&self, origination: Origination) -> Draft {
        let earliest = self.product.updated_at + Duration::microseconds(1);
        let at = origination.at.max(earliest);
        let version = self.product.version.saturating_add(1);
        let product = Product { updated_at: at, version, ..self.product.clone() };
        Draft { product, deleted_at: self.deleted_at, by: Origination { at, ..origination } }
    }
}

/// A change in the making: the product of the next version.
struct Draft {
    product: Product,
    deleted_at: Option<Instant>,
    by: Origination,
}

impl Draft {
    /// The change, told as an event of the product.
    fn product_event(self, id: EventId, data: EventData) -> ProductChange {
        let event = Event::new(id, self.product.id.uuid(), self.product.version, data, self.by);
        ProductChange::new(self.product, self.deleted_at, event)
    }

    /// The change, told as an event of a variant in its version after it.
    fn variant_event(self, id: EventId, variant: (VariantId, i32), data: EventData) -> ProductChange {
        let event = Event::new(id, variant.0.uuid(), variant.1, data, self.by);
        ProductChange::new(self.product, self.deleted_at, event)
    }
}

impl ProductChange {
    const fn new(product: Product, deleted_at: Option<Instant>, event: Event) -> Self {
        Self {
            product,
            deleted_at,
            added: None,
            edited: Vec::new(),
            removed: Vec::new(),
            returned: Vec::new(),
            backorder: None,
            event,
        }
    }
}

#[cfg(test)]
mod samples;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{samples::*, *};

    fn event_id() -> EventId {
        Uuid::from_u128(9).into()
    }

    #[test]
    fn a_product_goes_and_comes_back_with_the_same_variants() {
        let before = shirt();
        let gone = before.delete(event_id(), by(100));
        assert_eq!((gone.product.version, gone.decided_on(), gone.deleted_at), (8, 7, Some(at(100))));
        assert_eq!(gone.removed, before.variant_ids());
        assert_eq!(gone.event.data, EventData::ProductDeleted { variant_ids: before.variant_ids() });

        let deleted = ProductEntry { product: gone.product, deleted_at: gone.deleted_at, ..before.clone() };
        let back = deleted.restore(event_id(), by(200)).unwrap();
        assert_eq!((back.product.version, back.deleted_at), (9, None));
        assert_eq!((back.returned, back.removed), (before.variant_ids(), vec![]));
        assert_eq!(back.event.aggregate_version, 9);
    }

    #[test]
    fn what_is_not_deleted_is_not_restored() {
        assert_eq!(shirt().restore(event_id(), by(100)), None);
    }

    #[test]
    fn a_change_is_later_than_the_one_before_it_on_any_clock() {
        let slow = shirt().delete(event_id(), by(-5));
        assert!(slow.product.updated_at > shirt().product.updated_at);
        assert_eq!(
            (slow.deleted_at, slow.event.origination.at),
            (Some(slow.product.updated_at), slow.product.updated_at)
        );
    }
}
