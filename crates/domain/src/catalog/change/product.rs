//! Editing a product.

use std::collections::BTreeMap;

use super::{MAX_ATTRIBUTES, ProductChange, ProductEntry, options::carried_over};
use crate::{
    actor::Origination,
    catalog::{
        Attributes, CreationFault, Image, Product, ProductOption, ProductStatus, Slug, Variant, field::set,
    },
    events::EventData,
    ids::{CategoryId, EventId},
    text::{Description, Name},
};

/// What somebody wants to change; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductEdit {
    /// Its name for people. The slug stays.
    pub title: Option<Name>,
    /// Its name in addresses.
    pub slug: Option<Slug>,
    /// What it is.
    pub description: Option<Option<Description>>,
    /// Who can see it.
    pub status: Option<ProductStatus>,
    /// Where it stands in the category tree.
    pub category_id: Option<Option<CategoryId>>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
    /// Free facts.
    pub attributes: Option<AttributesEdit>,
    /// Pictures.
    pub images: Option<Vec<Image>>,
    /// What its variants differ in. Options and values that are renamed in their place take the variants along; a new
    /// option has its first value for every variant.
    pub options: Option<Vec<ProductOption>>,
}

/// What becomes of a product's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributesEdit {
    /// All go.
    Clear,
    /// These are set or, where there is no text, go; the others stay.
    Merge(BTreeMap<String, Option<String>>),
}

/// Why a product can't become what somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditFault {
    /// An option or one of its values stands twice.
    #[error(transparent)]
    Options(CreationFault),
    /// A value that a variant has would be gone.
    #[error("a variant has a value that would be gone: change or delete the variant first")]
    ValueInUse {
        /// The option's place.
        option: usize,
    },
    /// Two variants would not differ any more.
    #[error("two variants would have the same option values")]
    Indistinct,
    /// More attributes than a product may have.
    #[error("there would be more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes,
}

impl ProductEntry {
    /// Decides on an edit; `None` when it changes nothing.
    ///
    /// # Errors
    /// Every [`EditFault`].
    pub fn edit(
        &self,
        edit: &ProductEdit,
        event_id: EventId,
        origination: Origination,
    ) -> Result<Option<ProductChange>, Vec<EditFault>> {
        let mut draft = self.draft(origination);
        let fields = apply(&mut draft.product, edit);
        if fields.is_empty() {
            return Ok(None);
        }
        let mut faults = Vec::new();
        if draft.product.attributes.len() > MAX_ATTRIBUTES {
            faults.push(EditFault::TooManyAttributes);
        }
        let edited = self.variants_of(&draft.product).unwrap_or_else(|found| {
            faults.extend(found);
            Vec::new()
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        let variant_ids = edited.iter().map(|variant| variant.id).collect();
        let data = EventData::ProductUpdated { fields, variant_ids };
        Ok(Some(ProductChange { edited, ..draft.product_event(event_id, data) }))
    }

    /// The variants that change with the product, as they are then: by its options, and because a title that nobody
    /// chose follows what it is made of.
    fn variants_of(&self, product: &Product) -> Result<Vec<Variant>, Vec<EditFault>> {
        let values = if product.options == self.product.options {
            self.variants.iter().map(|variant| variant.option_values.clone()).collect()
        } else {
            carried_over(&self.product.options, &product.options, &self.variants)?
        };
        let fields = self.variants.iter().zip(values).filter_map(|(before, option_values)| {
            let title = if before.title == self.default_title(before) {
                Variant::default_title(&option_values, &product.options, &product.title)
            } else {
                before.title.clone()
            };
            let after = Variant { option_values, title, ..before.clone() };
            (after != *before).then(|| Variant { version: before.version.saturating_add(1), ..after })
        });
        Ok(fields.collect())
    }

    /// What a variant is called when nobody says otherwise.
    pub(super) fn default_title(&self, variant: &Variant) -> Name {
        Variant::default_title(&variant.option_values, &self.product.options, &self.product.title)
    }
}

/// Makes the product what is wanted, and gives the names of the fields that changes.
fn apply(product: &mut Product, edit: &ProductEdit) -> Vec<&'static str> {
    let attributes = edit.attributes.as_ref().map(|edit| edit.applied_to(&product.attributes));
    let mut fields = Vec::new();
    set(&mut product.title, edit.title.as_ref(), "title", &mut fields);
    set(&mut product.slug, edit.slug.as_ref(), "slug", &mut fields);
    set(&mut product.description, edit.description.as_ref(), "description", &mut fields);
    set(&mut product.status, edit.status.as_ref(), "status", &mut fields);
    set(&mut product.category_id, edit.category_id.as_ref(), "category_id", &mut fields);
    set(&mut product.tags, edit.tags.as_ref(), "tags", &mut fields);
    set(&mut product.attributes, attributes.as_ref(), "attributes", &mut fields);
    set(&mut product.images, edit.images.as_ref(), "images", &mut fields);
    set(&mut product.options, edit.options.as_ref(), "options", &mut fields);
    fields
}

impl AttributesEdit {
    fn applied_to(&self, attributes: &Attributes) -> Attributes {
        let Self::Merge(edits) = self else { return Attributes::new() };
        let mut merged = attributes.clone();
        for (name, text) in edits {
            match text {
                Some(text) => merged.insert(name.clone(), text.clone()),
                None => merged.remove(name),
            };
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{super::samples::*, *};

    fn edit(entry: &ProductEntry, edit: &ProductEdit) -> Result<Option<ProductChange>, Vec<EditFault>> {
        entry.edit(edit, Uuid::from_u128(9).into(), by(60))
    }

    #[test]
    fn what_is_not_named_stays() {
        let wanted = ProductEdit {
            description: Some(Some(Description::parse("Cool.").unwrap())),
            category_id: Some(None),
            status: Some(ProductStatus::Active),
            ..ProductEdit::default()
        };
        let change = edit(&shirt(), &wanted).unwrap().unwrap();
        let expected = Product {
            description: wanted.description.clone().unwrap(),
            category_id: None,
            updated_at: at(60),
            version: 8,
            ..shirt().product
        };
        assert_eq!((change.product, change.edited, change.deleted_at), (expected, vec![], None));
        let data =
            EventData::ProductUpdated { fields: vec!["description", "category_id"], variant_ids: vec![] };
        assert_eq!(change.event.data, data);
    }

    #[test]
    fn an_edit_to_what_it_is_already_changes_nothing() {
        let Product { title, slug, tags, options, .. } = shirt().product;
        let wanted = ProductEdit {
            title: Some(title),
            slug: Some(slug),
            tags: Some(tags),
            options: Some(options),
            attributes: Some(AttributesEdit::Merge([("no such".to_owned(), None)].into())),
            ..ProductEdit::default()
        };
        assert_eq!(edit(&shirt(), &wanted), Ok(None));
    }

    #[test]
    fn attributes_are_merged_by_name() {
        let merge = [("material".to_owned(), Some("hemp".to_owned())), ("fit".to_owned(), None)];
        let attributes = |edit| ProductEdit { attributes: Some(edit), ..ProductEdit::default() };
        let change = edit(&shirt(), &attributes(AttributesEdit::Merge(merge.into()))).unwrap().unwrap();
        assert_eq!(change.product.attributes, texts([("material", "hemp")]));
        let change = edit(&shirt(), &attributes(AttributesEdit::Clear)).unwrap().unwrap();
        assert_eq!(change.product.attributes, Attributes::new());
        let many = |n: usize| (0..n).map(|n| (format!("a{n}"), Some("x".to_owned()))).collect();
        assert!(
            edit(&shirt(), &attributes(AttributesEdit::Merge(many(98)))).is_ok(),
            "100 with those it has"
        );
        let refused = edit(&shirt(), &attributes(AttributesEdit::Merge(many(99))));
        assert_eq!(refused, Err(vec![EditFault::TooManyAttributes]));
    }

    #[test]
    fn a_title_that_nobody_chose_follows_what_it_is_made_of() {
        let retitled = ProductEdit { title: Some(name("Cup")), ..ProductEdit::default() };
        let change = edit(&mug(), &retitled).unwrap().unwrap();
        assert_eq!((change.edited[0].title.as_str(), change.edited[0].version), ("Cup", 4));

        let options = vec![option("size", &["Small", "M"]), option("colour", &["red", "blue"])];
        let renamed = ProductEdit { options: Some(options), ..ProductEdit::default() };
        let change = edit(&shirt(), &renamed).unwrap().unwrap();
        let [only] = &change.edited[..] else { panic!("{:?}", change.edited) };
        assert_eq!((only.sku.as_str(), only.title.as_str()), ("S-RED", "Small / red"));
        let data = EventData::ProductUpdated { fields: vec!["options"], variant_ids: vec![only.id] };
        assert_eq!(change.event.data, data);
        assert!(edit(&shirt(), &retitled).unwrap().unwrap().edited.is_empty());
    }

    #[test]
    fn a_title_that_somebody_chose_stays() {
        let options = vec![option("size", &["S", "M"]), option("colour", &["red", "navy"])];
        let renamed = ProductEdit { options: Some(options), ..ProductEdit::default() };
        let change = edit(&shirt(), &renamed).unwrap().unwrap();
        assert_eq!(change.edited[0].title.as_str(), "The blue one");
        assert_eq!(change.edited[0].option_values["colour"], "navy");
    }
}
