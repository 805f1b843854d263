//! Adding, editing and deleting the variants of a product.

use std::collections::BTreeMap;

use super::{MAX_VARIANTS, ProductChange, ProductEntry};
use crate::{
    actor::Origination,
    catalog::{NewVariant, ProductOption, Sku, Variant, creation::Home, field::set},
    events::{EventData, VariantOf},
    ids::{EventId, PriceId, VariantId},
    text::Name,
};

/// What somebody wants to change of a variant; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VariantEdit {
    /// What it is counted and ordered by.
    pub sku: Option<Sku>,
    /// How it differs; `Some(None)` for what its option values, or the product, say.
    pub title: Option<Option<Name>>,
    /// Its value of some options, by their names; the others stay. Without a text the value goes, which no option of
    /// the product allows.
    pub option_values: BTreeMap<String, Option<String>>,
    /// A GTIN or the like.
    pub barcode: Option<Option<String>>,
    /// Weight in grams.
    pub weight_grams: Option<Option<u32>>,
    /// Whether more may be sold than are there.
    pub backorder: Option<bool>,
}

/// Why a variant does not fit its product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariantFault {
    /// The product has as many variants as it may.
    #[error("a product has at most {MAX_VARIANTS} variants")]
    TooMany,
    /// A value of one of the product's options is missing.
    #[error("a value of the option {0} is missing")]
    MissingOptionValue(String),
    /// The product does not have this option, or not this value of it.
    #[error("{0} is no option of this product, or lacks this value")]
    UnknownOptionValue(String),
    /// Another variant of the product has the same option values.
    #[error("another variant has the same option values")]
    DuplicateOptionValues,
}

/// Why a variant is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariantChangeError {
    /// The product has no such variant (any more).
    #[error("there is no such variant")]
    NotFound,
    /// It is the last one.
    #[error("a product keeps at least one variant")]
    Last,
    /// It would not fit its product.
    #[error("the variant does not fit its product")]
    Faults(Vec<VariantFault>),
}

impl ProductEntry {
    /// Decides to add a variant, as the last one.
    ///
    /// # Errors
    /// Every [`VariantFault`].
    pub fn add_variant(
        &self,
        new: &NewVariant,
        ids: (VariantId, PriceId),
        event_id: EventId,
        origination: Origination,
    ) -> Result<ProductChange, Vec<VariantFault>> {
        let mut faults = self.faults(&new.option_values, None);
        if self.variants.len() >= MAX_VARIANTS {
            faults.push(VariantFault::TooMany);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let last = self.variants.iter().map(|variant| variant.position).max();
        let home = Home {
            product_id: self.product.id,
            options: &self.product.options,
            title: &self.product.title,
            position: last.map_or(0, |last| last.saturating_add(1)),
        };
        let draft = self.draft(origination);
        let added = new.create(home, ids, &draft.by);
        let data = EventData::VariantCreated(self.of(draft.product.version));
        let change = draft.variant_event(event_id, (added.variant.id, added.variant.version), data);
        Ok(ProductChange { added: Some(added), ..change })
    }

    /// Decides on an edit of a variant; `None` when it changes nothing.
    ///
    /// # Errors
    /// [`VariantChangeError::NotFound`], or every fault.
    pub fn edit_variant(
        &self,
        id: VariantId,
        edit: &VariantEdit,
        event_id: EventId,
        origination: Origination,
    ) -> Result<Option<ProductChange>, VariantChangeError> {
        let before = self.variant(id).ok_or(VariantChangeError::NotFound)?;
        let mut after = before.clone();
        let mut fields = Vec::new();
        let option_values = merged(&before.option_values, &edit.option_values);
        set(&mut after.option_values, Some(&option_values), "option_values", &mut fields);
        if !fields.is_empty() {
            let faults = self.faults(&option_values, Some(id));
            if !faults.is_empty() {
                return Err(VariantChangeError::Faults(faults));
            }
        }
        let title = self.title(before, &after, edit);
        set(&mut after.sku, edit.sku.as_ref(), "sku", &mut fields);
        set(&mut after.title, Some(&title), "title", &mut fields);
        set(&mut after.barcode, edit.barcode.as_ref(), "barcode", &mut fields);
        set(&mut after.weight_grams, edit.weight_grams.as_ref(), "weight_grams", &mut fields);
        let backorder = edit.backorder.filter(|wanted| *wanted != self.backordered.contains(&id));
        if backorder.is_some() {
            fields.push("backorder");
        }
        if fields.is_empty() {
            return Ok(None);
        }
        after.version = before.version.saturating_add(1);
        let draft = self.draft(origination);
        let data = EventData::VariantUpdated { of: self.of(draft.product.version), fields };
        let change = draft.variant_event(event_id, (id, after.version), data);
        let backorder = backorder.map(|backorder| (id, backorder));
        Ok(Some(ProductChange { edited: vec![after], backorder, ..change }))
    }

    /// Decides that a variant goes.
    ///
    /// # Errors
    /// [`VariantChangeError::NotFound`] and [`VariantChangeError::Last`].
    pub fn delete_variant(
        &self,
        id: VariantId,
        event_id: EventId,
        origination: Origination,
    ) -> Result<ProductChange, VariantChangeError> {
        let before = self.variant(id).ok_or(VariantChangeError::NotFound)?;
        if self.variants.len() == 1 {
            return Err(VariantChangeError::Last);
        }
        let draft = self.draft(origination);
        let data = EventData::VariantDeleted(self.of(draft.product.version));
        let change = draft.variant_event(event_id, (id, before.version.saturating_add(1)), data);
        Ok(ProductChange { removed: vec![id], ..change })
    }

    /// The variant of this id.
    #[must_use]
    pub fn variant(&self, id: VariantId) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.id == id)
    }

    const fn of(&self, product_version: i32) -> VariantOf {
        VariantOf { product_id: self.product.id, product_version }
    }

    fn title(&self, before: &Variant, after: &Variant, edit: &VariantEdit) -> Name {
        match &edit.title {
            Some(Some(title)) => title.clone(),
            Some(None) => self.default_title(after),
            None if before.title == self.default_title(before) => self.default_title(after),
            None => before.title.clone(),
        }
    }

    /// Why a variant with these option values does not fit, `own` being the one that is edited.
    fn faults(&self, values: &BTreeMap<String, String>, own: Option<VariantId>) -> Vec<VariantFault> {
        let options = &self.product.options;
        let missing = options.iter().filter(|option| !values.contains_key(&option.name));
        let mut faults: Vec<_> =
            missing.map(|option| VariantFault::MissingOptionValue(option.name.clone())).collect();
        let is_known = |(name, value): &(&String, &String)| {
            let has = |option: &ProductOption| option.name == **name && option.values.contains(value);
            options.iter().any(has)
        };
        let unknown = values.iter().filter(|pair| !is_known(pair));
        faults.extend(unknown.map(|(name, _)| VariantFault::UnknownOptionValue(name.clone())));
        let mut sisters = self.variants.iter().filter(|variant| Some(variant.id) != own);
        if !options.is_empty() && sisters.any(|sister| sister.option_values == *values) {
            faults.push(VariantFault::DuplicateOptionValues);
        }
        faults
    }
}

fn merged(
    values: &BTreeMap<String, String>,
    edits: &BTreeMap<String, Option<String>>,
) -> BTreeMap<String, String> {
    let mut merged = values.clone();
    for (name, value) in edits {
        match value {
            Some(value) => merged.insert(name.clone(), value.clone()),
            None => merged.remove(name),
        };
    }
    merged
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{super::samples::*, *};

    fn new(sku: &str, values: BTreeMap<String, String>) -> NewVariant {
        NewVariant {
            sku: Sku::parse(sku).unwrap(),
            title: None,
            option_values: values,
            price: None,
            stock: 2,
            barcode: None,
            weight_grams: None,
            backorder: false,
        }
    }

    fn add(entry: &ProductEntry, new: &NewVariant) -> Result<ProductChange, Vec<VariantFault>> {
        let ids = (Uuid::from_u128(20).into(), Uuid::from_u128(21).into());
        entry.add_variant(new, ids, Uuid::from_u128(9).into(), by(60))
    }

    fn edit(id: u128, edit: &VariantEdit) -> Result<Option<ProductChange>, VariantChangeError> {
        shirt().edit_variant(Uuid::from_u128(id).into(), edit, Uuid::from_u128(9).into(), by(60))
    }

    fn values(pairs: &[(&str, Option<&str>)]) -> VariantEdit {
        let owned = |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(ToOwned::to_owned));
        VariantEdit { option_values: pairs.iter().map(owned).collect(), ..VariantEdit::default() }
    }

    #[test]
    fn a_new_variant_is_the_last_one_and_moves_the_product() {
        let change = add(&shirt(), &new("S-BLUE", texts([("size", "S"), ("colour", "blue")]))).unwrap();
        let added = change.added.unwrap();
        assert_eq!((added.variant.title.as_str(), added.variant.position), ("S / blue", 13));
        assert_eq!((added.variant.version, added.level.on_hand, change.product.version), (1, 2, 8));
        assert_eq!(change.event.aggregate_id, added.variant.id.uuid());
        let of = VariantOf { product_id: shirt().product.id, product_version: 8 };
        assert_eq!(change.event.data, EventData::VariantCreated(of));
    }

    #[test]
    fn a_new_variant_has_a_combination_of_its_own() {
        let twice = add(&shirt(), &new("X", texts([("size", "S"), ("colour", "red")])));
        assert_eq!(twice, Err(vec![VariantFault::DuplicateOptionValues]));
        let odd = add(&shirt(), &new("X", texts([("size", "XL"), ("cut", "slim")])));
        let unknown = |name: &str| VariantFault::UnknownOptionValue(name.to_owned());
        let missing = VariantFault::MissingOptionValue("colour".to_owned());
        assert_eq!(odd, Err(vec![missing, unknown("cut"), unknown("size")]));
        assert!(add(&mug(), &new("MUG-2", BTreeMap::new())).is_ok(), "without options they need not differ");
    }

    #[test]
    fn there_is_room_for_250_variants() {
        let mut full = mug();
        full.variants = (0..249).map(|n| variant(n, "SKU", "Title", BTreeMap::new())).collect();
        assert!(add(&full, &new("LAST", BTreeMap::new())).is_ok());
        full.variants.push(variant(249, "SKU", "Title", BTreeMap::new()));
        assert_eq!(add(&full, &new("MORE", BTreeMap::new())), Err(vec![VariantFault::TooMany]));
    }

    #[test]
    fn an_edit_moves_the_variant_and_its_product() {
        let wanted = VariantEdit {
            sku: Some(Sku::parse("RED-S").unwrap()),
            barcode: Some(None),
            weight_grams: Some(Some(180)),
            ..VariantEdit::default()
        };
        let change = edit(10, &wanted).unwrap().unwrap();
        let [after] = &change.edited[..] else { panic!("{:?}", change.edited) };
        assert_eq!((after.sku.as_str(), &after.barcode, after.version), ("RED-S", &None, 4));
        assert_eq!((change.product.version, change.event.aggregate_version), (8, 4));
        let of = VariantOf { product_id: shirt().product.id, product_version: 8 };
        assert_eq!(change.event.data, EventData::VariantUpdated { of, fields: vec!["sku", "barcode"] });
        assert_eq!(
            edit(10, &VariantEdit { weight_grams: Some(Some(180)), ..VariantEdit::default() }),
            Ok(None)
        );
        assert_eq!(edit(13, &wanted), Err(VariantChangeError::NotFound));
    }

    #[test]
    fn option_values_are_merged_and_the_title_follows() {
        let change = edit(10, &values(&[("colour", Some("blue"))])).unwrap().unwrap();
        let after = &change.edited[0];
        assert_eq!(after.option_values, texts([("size", "S"), ("colour", "blue")]));
        assert_eq!(after.title.as_str(), "S / blue");
        let faults = |edit| match edit {
            Err(VariantChangeError::Faults(faults)) => faults,
            other => panic!("{other:?}"),
        };
        let twice = faults(edit(10, &values(&[("size", Some("M"))])));
        assert_eq!(twice, [VariantFault::DuplicateOptionValues]);
        let missing = faults(edit(10, &values(&[("size", None)])));
        assert_eq!(missing, [VariantFault::MissingOptionValue("size".to_owned())]);
    }

    #[test]
    fn a_title_is_chosen_kept_or_given_back() {
        let title = |title| VariantEdit { title: Some(title), ..VariantEdit::default() };
        assert_eq!(edit(10, &title(Some(name("Tiny")))).unwrap().unwrap().edited[0].title.as_str(), "Tiny");
        assert_eq!(edit(12, &title(None)).unwrap().unwrap().edited[0].title.as_str(), "M / blue");
        let moved = edit(12, &values(&[("size", Some("S"))])).unwrap().unwrap();
        assert_eq!(moved.edited[0].title.as_str(), "The blue one");
    }

    #[test]
    fn backorder_is_switched_where_it_is_otherwise() {
        let wanted = VariantEdit { backorder: Some(true), ..VariantEdit::default() };
        let change = edit(10, &wanted).unwrap().unwrap();
        assert_eq!(
            (change.backorder, change.edited[0].version),
            (Some((Uuid::from_u128(10).into(), true)), 4)
        );
        assert_eq!(edit(11, &wanted), Ok(None));
    }

    #[test]
    fn all_but_the_last_variant_can_go() {
        let delete = |entry: &ProductEntry, id: u128| {
            entry.delete_variant(Uuid::from_u128(id).into(), Uuid::from_u128(9).into(), by(60))
        };
        let change = delete(&shirt(), 11).unwrap();
        assert_eq!((change.removed, change.product.version), (vec![Uuid::from_u128(11).into()], 8));
        assert_eq!(change.event.aggregate_version, 4);
        assert_eq!(delete(&mug(), 10), Err(VariantChangeError::Last));
        assert_eq!(delete(&mug(), 11), Err(VariantChangeError::NotFound));
    }
}
