//! A product as a file that comes in has it. What is absent stays as it is, or is as for any new product.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    catalog::{Image, ProductOption, ProductRow, ProductStatus, Sku, Slug, VariantRow, change::MAX_VARIANTS},
    text::{Description, Name},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Change, Edit, Faults, IntoCommand,
    catalog::dto::{MAX_OPTIONS, NewImageBody, OptionDto},
    money::MoneyDto,
    named::Named,
};

/// A line of a file of products, or the lines of one product in a table.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ImportedProduct")]
pub(super) struct ImportedProduct {
    /// Its name in addresses; made from the title of a new product when absent
    #[schemars(length(min = 1, max = 200), extend("format" = "slug"))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    slug: Edit<String>,
    /// Its name for people; a new product must have one
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    title: Edit<String>,
    /// What it is
    #[schemars(length(min = 1, max = 20_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    description: Change<String>,
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    status: Edit<Named<ProductStatus>>,
    /// The slug of the category in which it stands
    #[schemars(length(min = 1, max = 200), extend("format" = "slug"))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    category: Change<String>,
    /// Words to find it by
    #[schemars(
        length(max = 50),
        extend(
            "uniqueItems" = true,
            "items" = { "type": "string", "minLength": 1, "maxLength": 200, "format": "not-blank" },
        )
    )]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    tags: Edit<Vec<String>>,
    /// Free facts, by name: all that it has
    #[schemars(
        extend(
            "maxProperties" = 100,
            "propertyNames" = { "minLength": 1, "maxLength": 64 },
            "additionalProperties" = { "type": "string", "maxLength": 500 },
        )
    )]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    attributes: Edit<BTreeMap<String, String>>,
    /// Pictures, the main one first
    #[schemars(length(max = 50))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    images: Edit<Vec<NewImageBody>>,
    /// What its variants differ in
    #[schemars(length(max = MAX_OPTIONS))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    options: Edit<Vec<OptionDto>>,
    /// Those of its variants that the file is about; others stay
    #[schemars(length(min = 1, max = MAX_VARIANTS))]
    variants: Vec<ImportedVariant>,
}

/// A variant as a file has it.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ImportedVariant")]
struct ImportedVariant {
    /// What it is known by
    #[schemars(length(min = 1, max = 64), extend("format" = "sku"))]
    sku: String,
    /// How it differs from its sisters; `null` for what its option values, or the product's title, say
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    title: Change<String>,
    /// Its value of each of the product's options
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    option_values: Edit<BTreeMap<String, String>>,
    /// A GTIN or the like
    #[schemars(length(min = 1, max = 64), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    barcode: Change<String>,
    /// What it weighs, in grams
    #[schemars(range(max = 1_000_000_000))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    weight_grams: Change<u32>,
    /// What it costs from now on, in each currency that it names; in others its prices stay
    #[serde(default)]
    prices: Vec<MoneyDto>,
    /// How many are there
    #[schemars(range(max = 1_000_000_000))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    stock: Edit<u32>,
    /// Whether more may be sold than there are
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    backorder: Edit<bool>,
}

impl IntoCommand for ImportedProduct {
    type Command = ProductRow;

    fn into_command(self, faults: &mut Faults) -> Option<ProductRow> {
        let slug = faults.optional("/slug", self.slug.into_option(), |slug| Slug::parse(&slug));
        let title = faults.optional("/title", self.title.into_option(), |title| Name::parse(&title));
        let description = self.description.into_option();
        let description = faults.clearable("/description", description, |text| Description::parse(&text));
        let category = faults.clearable("/category", self.category.into_option(), |slug| Slug::parse(&slug));
        let variants = faults.each("/variants", self.variants, ImportedVariant::read);
        Some(ProductRow {
            slug: slug?,
            title: title?,
            description: description?,
            status: self.status.into_option().map(|status| status.0),
            category: category?,
            tags: self.tags.into_option(),
            attributes: self.attributes.into_option(),
            images: self.images.into_option().map(|images| images.into_iter().map(Image::from).collect()),
            options: self
                .options
                .into_option()
                .map(|options| options.into_iter().map(ProductOption::from).collect()),
            variants: variants?,
        })
    }
}

impl ImportedVariant {
    fn read(self, faults: &mut Faults) -> Option<VariantRow> {
        let sku = faults.field_as("/sku", "sku", Sku::parse(&self.sku));
        let title = faults.clearable("/title", self.title.into_option(), |title| Name::parse(&title));
        let mut currencies = BTreeSet::new();
        let prices = faults.each("/prices", &self.prices, |price, faults| {
            let money = price.read(faults)?;
            if !currencies.insert(money.currency()) {
                faults.add("/currency", "duplicate-currency", "an earlier price is in the same currency");
                return None;
            }
            Some(money)
        });
        Some(VariantRow {
            sku: sku?,
            title: title?,
            option_values: self.option_values.into_option(),
            barcode: self.barcode.into_option(),
            weight_grams: self.weight_grams.into_option(),
            prices: prices?,
            stock: self.stock.into_option(),
            backorder: self.backorder.into_option(),
        })
    }
}
