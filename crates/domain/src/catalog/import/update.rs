//! A row about a product that is there already.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ImportDecision, ImportFault, ImportStep, KnownProduct, ProductImport, ProductRow, VariantIds, VariantRow,
};
use crate::{
    Instant,
    catalog::{
        AttributesEdit, CreationFault, PriceEdit, PriceTimeline, PriceWish, PricedVariant, ProductChange,
        ProductEdit, Variant, VariantChangeError, VariantCreation, VariantEdit,
    },
    events::Event,
    ids::{CategoryId, VariantId},
    inventory::{ByHand, StockCommand},
    version::Precondition,
};

type Faults = Vec<ImportFault>;

/// Decides command by command, each on what those before it leave behind.
#[expect(clippy::option_option, reason = "staying and having none are two things")]
pub(super) fn decide(
    import: &ProductImport,
    known: &KnownProduct,
    category: Option<Option<CategoryId>>,
    now: Instant,
) -> Result<ImportDecision, Faults> {
    let mut seen = BTreeSet::new();
    let rows = import.row.variants.iter().enumerate();
    let again = rows.filter(|(_, row)| !seen.insert(&row.sku));
    let fault =
        |(variant, row): (usize, &VariantRow)| CreationFault::DuplicateSku { variant, sku: row.sku.clone() };
    let twice: Faults = again.map(fault).map(ImportFault::Creation).collect();
    if !twice.is_empty() {
        return Err(twice);
    }
    let mut update = Update { import, known: known.clone(), now, steps: Vec::new() };
    update.edit(category)?;
    let mut faults = Faults::new();
    for (place, (row, ids)) in import.row.variants.iter().zip(&import.ids.variants).enumerate() {
        if let Err(found) = update.variant(place, row, ids) {
            faults.extend(found);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(ImportDecision { product_id: known.entry.product.id, steps: update.steps })
}

/// A product on its way to what the row says.
struct Update<'a> {
    import: &'a ProductImport,
    known: KnownProduct,
    now: Instant,
    steps: Vec<ImportStep>,
}

impl Update<'_> {
    #[expect(clippy::option_option, reason = "staying and having none are two things")]
    fn edit(&mut self, category: Option<Option<CategoryId>>) -> Result<(), Faults> {
        let edit = self.import.row.edit(self.known.entry.product.attributes.keys(), category);
        let by = self.import.origination(self.now);
        let change = self.known.entry.edit(&edit, self.import.ids.event, by);
        let change =
            change.map_err(|faults| faults.into_iter().map(ImportFault::Edit).collect::<Faults>())?;
        self.follow(change);
        Ok(())
    }

    fn variant(&mut self, place: usize, row: &VariantRow, ids: &VariantIds) -> Result<(), Faults> {
        let known = self.known.entry.variants.iter().find(|variant| variant.sku == row.sku).cloned();
        let Some(known) = known else { return self.add(place, row, ids) };
        let by = self.import.origination(self.now);
        let change = self.known.entry.edit_variant(known.id, &row.edit(&known), ids.event, by);
        let change = change.map_err(|error| match error {
            VariantChangeError::Faults(faults) => {
                faults.into_iter().map(|fault| ImportFault::Variant { variant: place, fault }).collect()
            }
            // It was just found.
            VariantChangeError::NotFound | VariantChangeError::Last => Faults::new(),
        })?;
        self.follow(change);
        self.set_prices(place, known.id, row, ids)?;
        self.count(place, known.id, row, ids)
    }

    fn add(&mut self, place: usize, row: &VariantRow, ids: &VariantIds) -> Result<(), Faults> {
        let by = self.import.origination(self.now);
        let added = self.known.entry.add_variant(&row.as_new(), ids.pair(), ids.event, by.clone());
        let fault = |fault| ImportFault::Variant { variant: place, fault };
        let mut change = added.map_err(|faults| faults.into_iter().map(fault).collect::<Faults>())?;
        if let Some(added) = &mut change.added {
            row.price_further(added, ids, by);
        }
        self.follow(Some(change));
        Ok(())
    }

    /// Prices that are scheduled stay: the new one ends where they begin.
    fn set_prices(
        &mut self,
        place: usize,
        id: VariantId,
        row: &VariantRow,
        ids: &VariantIds,
    ) -> Result<(), Faults> {
        for (which, (price, (price_id, event_id))) in row.prices.iter().zip(&ids.prices).enumerate() {
            let Some(variant) = self.known.entry.variant(id) else { continue };
            let timeline = self.known.prices.get(&(id, price.currency())).cloned();
            let prices = timeline.or_else(|| PriceTimeline::new(price.currency(), Vec::new()).ok());
            let Some(prices) = prices else { continue };
            let product = &self.known.entry.product;
            let found = PricedVariant {
                variant_id: id,
                variant_version: variant.version,
                product_id: product.id,
                product_version: product.version,
                prices,
                now: self.now.max(product.updated_at),
            };
            let wish =
                PriceWish::Set { variant_id: id, price_id: *price_id, price: *price, valid_from: None };
            let edit = PriceEdit {
                wish,
                condition: Precondition::None,
                actor: self.import.actor,
                request_id: self.import.request_id.clone(),
                event_id: *event_id,
            };
            let refused = |refusal| vec![ImportFault::Price { variant: place, price: which, refusal }];
            let decision = edit.decide(&found).map_err(refused)?;
            if decision.effect.is_some() {
                self.known.entry.product.version = decision.product_version;
                let of = |variant: &&mut Variant| variant.id == id;
                if let Some(variant) = self.known.entry.variants.iter_mut().find(of) {
                    variant.version = decision.variant_version;
                }
                self.steps.push(ImportStep::Price(Box::new(decision)));
            }
        }
        Ok(())
    }

    fn count(
        &mut self,
        place: usize,
        id: VariantId,
        row: &VariantRow,
        ids: &VariantIds,
    ) -> Result<(), Faults> {
        let (Some(on_hand), Some((level, lines))) = (row.stock, self.known.levels.get(&id)) else {
            return Ok(());
        };
        if i64::from(on_hand) == i64::from(level.on_hand) {
            return Ok(());
        }
        let mut level = level.clone();
        level.backorder = self.known.entry.backordered.contains(&id);
        let command = StockCommand {
            variant_id: id,
            what: ByHand::Count { on_hand },
            force: false,
            condition: Precondition::None,
            event_id: ids.count,
            by: self.import.origination(self.now),
        };
        let refused = |refusal| vec![ImportFault::Stock { variant: place, refusal }];
        let change = command.decide(&level, *lines).map_err(refused)?;
        self.steps.push(ImportStep::Count(Box::new(change)));
        Ok(())
    }

    /// Goes on from what `change` leaves behind.
    fn follow(&mut self, change: Option<ProductChange>) {
        let Some(change) = change else { return };
        let entry = &mut self.known.entry;
        entry.product = change.product.clone();
        for edited in &change.edited {
            if let Some(variant) = entry.variants.iter_mut().find(|variant| variant.id == edited.id) {
                *variant = edited.clone();
            }
        }
        if let Some(VariantCreation { variant, .. }) = &change.added {
            entry.variants.push(variant.clone());
        }
        match change.backorder {
            Some((id, true)) => {
                entry.backordered.insert(id);
            }
            Some((id, false)) => {
                entry.backordered.remove(&id);
            }
            None => {}
        }
        self.steps.push(ImportStep::Change(Box::new(change)));
    }
}

impl ProductRow {
    /// The row as an edit of a product that has these attributes.
    #[expect(clippy::option_option, reason = "staying and having none are two things")]
    fn edit<'a>(
        &self,
        attributes: impl Iterator<Item = &'a String>,
        category_id: Option<Option<CategoryId>>,
    ) -> ProductEdit {
        let attributes = self.attributes.as_ref().map(|all| {
            let gone = attributes.filter(|name| !all.contains_key(*name)).map(|name| (name.clone(), None));
            let set = all.iter().map(|(name, text)| (name.clone(), Some(text.clone())));
            AttributesEdit::Merge(gone.chain(set).collect())
        });
        ProductEdit {
            title: self.title.clone(),
            slug: self.slug.clone(),
            description: self.description.clone(),
            status: self.status,
            category_id,
            tags: self.tags.clone(),
            attributes,
            images: self.images.clone(),
            options: self.options.clone(),
        }
    }
}

impl VariantRow {
    /// The row as an edit of the variant.
    fn edit(&self, known: &Variant) -> VariantEdit {
        let option_values = self.option_values.as_ref().map(|all| {
            let gone = known.option_values.keys().filter(|name| !all.contains_key(*name));
            let set = all.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
            gone.map(|name| (name.clone(), None)).chain(set).collect::<BTreeMap<_, _>>()
        });
        VariantEdit {
            sku: None,
            title: self.title.clone(),
            option_values: option_values.unwrap_or_default(),
            barcode: self.barcode.clone(),
            weight_grams: self.weight_grams,
            backorder: self.backorder,
        }
    }
}

impl ImportDecision {
    /// What the world is told, in its order.
    #[must_use]
    pub fn events(&self) -> Vec<&Event> {
        self.steps.iter().filter_map(ImportStep::event).collect()
    }
}

impl ImportStep {
    fn event(&self) -> Option<&Event> {
        match self {
            Self::Create(creation) => Some(&creation.event),
            Self::Change(change) => Some(&change.event),
            Self::Price(decision) => decision.effect.as_ref().map(|effect| &effect.event),
            Self::Count(change) => Some(&change.event),
        }
    }
}
