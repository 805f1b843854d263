//! Products, as staff edits them.

use std::collections::BTreeMap;

use domain::{
    catalog::{AttributesEdit, EditFault, Image, ProductEdit, ProductOption, ProductStatus, Slug},
    ids::CategoryId,
    text::{Description, Name},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    new_product::{MAX_OPTIONS, NewImageBody, add},
    product::OptionDto,
};
use crate::{Change, Edit, Faults, IntoCommand, named::Named};

/// What is to be different about a product. What is absent stays; a list is replaced whole.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProductPatch")]
pub(crate) struct ProductPatchBody {
    /// Its name for people; the slug stays as it is
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["Linen shirt"]))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) title: Edit<String>,
    /// Its name in addresses
    #[schemars(length(min = 1, max = 200), extend("format" = "slug", "examples" = ["linen-shirt"]))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) slug: Edit<String>,
    /// What it is
    #[schemars(length(min = 1, max = 20_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) description: Change<String>,
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) status: Edit<Named<ProductStatus>>,
    /// Where it stands in the category tree
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) category_id: Change<Uuid>,
    /// Words to find it by
    #[schemars(
        length(max = 50),
        extend(
            "uniqueItems" = true,
            "items" = { "type": "string", "minLength": 1, "maxLength": 200, "format": "not-blank" },
        )
    )]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) tags: Change<Vec<String>>,
    /// Free facts, by name: these are set, those with `null` go, the others stay; `null` for none at all. There are
    /// at most 100 afterwards
    #[schemars(
        extend(
            "propertyNames" = { "minLength": 1, "maxLength": 64 },
            "additionalProperties" = { "type": ["string", "null"], "maxLength": 500 },
        )
    )]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) attributes: Change<BTreeMap<String, Option<String>>>,
    /// Pictures, the main one first
    #[schemars(length(max = 50))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) images: Change<Vec<NewImageBody>>,
    /// What its variants differ in. An option, or a value of one, that has another name in the same place is renamed,
    /// and the variants with it; every variant gets the first value of an option that is new. An option can go while
    /// the variants differ without it, a value while no variant has it
    #[schemars(length(max = MAX_OPTIONS))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) options: Change<Vec<OptionDto>>,
}

impl IntoCommand for ProductPatchBody {
    type Command = ProductEdit;

    fn into_command(self, faults: &mut Faults) -> Option<ProductEdit> {
        let title = faults.optional("/title", self.title.into_option(), |title| Name::parse(&title));
        let slug = faults.optional("/slug", self.slug.into_option(), |slug| Slug::parse(&slug));
        let description = self.description.into_option();
        let description = faults.clearable("/description", description, |text| Description::parse(&text));
        let attributes = self.attributes.into_option().map(|edits| match edits {
            Some(edits) => AttributesEdit::Merge(edits),
            None => AttributesEdit::Clear,
        });
        Some(ProductEdit {
            title: title?,
            slug: slug?,
            description: description?,
            status: self.status.into_option().map(|status| status.0),
            category_id: self.category_id.into_option().map(|id| id.map(CategoryId::from)),
            tags: self.tags.into_option().map(Option::unwrap_or_default),
            attributes,
            images: list(self.images).map(|images| images.into_iter().map(Image::from).collect()),
            options: list(self.options).map(|options| options.into_iter().map(ProductOption::from).collect()),
        })
    }
}

/// A list that is cleared is empty.
fn list<T>(change: Change<Vec<T>>) -> Option<Vec<T>> {
    change.into_option().map(Option::unwrap_or_default)
}

/// Adds what the product can't become, with its place in the patch.
pub(crate) fn add_edit_fault(fault: &EditFault, faults: &mut Faults) {
    let (pointer, code) = match fault {
        EditFault::Options(fault) => return add(fault, faults),
        EditFault::ValueInUse { option } => (format!("/options/{option}/values"), "option-value-in-use"),
        EditFault::Indistinct => ("/options".to_owned(), "duplicate-option-values"),
        EditFault::TooManyAttributes => ("/attributes".to_owned(), "too-many-items"),
    };
    faults.add(&pointer, code, fault.to_string());
}
