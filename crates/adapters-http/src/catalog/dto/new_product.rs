//! Products, as staff makes them.

use std::collections::BTreeMap;

use domain::{
    catalog::{
        CreationFault, Image, NewProduct, NewVariant, ProductOption, ProductStatus, Sku, Slug,
        change::MAX_VARIANTS,
    },
    ids::CategoryId,
    text::{Description, Name},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::product::OptionDto;
use crate::{Faults, IntoCommand, json::pointer_step, money::MoneyDto, named::Named};

/// The most options of a product.
pub(crate) const MAX_OPTIONS: usize = 5;

/// A new product, with all that it needs to be sold.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewProduct")]
pub(crate) struct NewProductBody {
    /// Its name for people
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["Linen shirt"]))]
    pub(crate) title: String,
    /// Its name in addresses; made from the title when absent
    #[schemars(length(min = 1, max = 200), extend("format" = "slug", "examples" = ["linen-shirt"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) slug: Option<String>,
    /// What it is
    #[schemars(length(min = 1, max = 20_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default = "active")]
    pub(crate) status: Named<ProductStatus>,
    /// Where it stands in the category tree
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) category_id: Option<Uuid>,
    /// Words to find it by
    #[schemars(
        length(max = 50),
        extend(
            "uniqueItems" = true,
            "items" = { "type": "string", "minLength": 1, "maxLength": 200, "format": "not-blank" },
        )
    )]
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Free facts, by name: at most 100, names of at most 64 characters
    #[schemars(
        extend(
            "maxProperties" = 100,
            "propertyNames" = { "minLength": 1, "maxLength": 64 },
            "additionalProperties" = { "type": "string", "maxLength": 500 },
        )
    )]
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    /// Pictures, the main one first
    #[schemars(length(max = 50))]
    #[serde(default)]
    pub(crate) images: Vec<NewImageBody>,
    /// What its variants differ in; a product with a single variant needs none
    #[schemars(length(max = MAX_OPTIONS))]
    #[serde(default)]
    pub(crate) options: Vec<OptionDto>,
    /// What can be bought
    #[schemars(length(min = 1, max = MAX_VARIANTS))]
    pub(crate) variants: Vec<NewVariantBody>,
}

/// One SKU of a new product.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewVariant")]
pub(crate) struct NewVariantBody {
    /// What it is counted and ordered by; case counts
    #[schemars(length(min = 1, max = 64), extend("format" = "sku", "examples" = ["SHIRT-S"]))]
    pub(crate) sku: String,
    /// How it differs from its sisters; made from the option values, or the product's title, when absent
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// Its value of each of the product's options, by the option's name
    #[schemars(extend("examples" = [{ "size": "S" }]))]
    #[serde(default)]
    pub(crate) option_values: BTreeMap<String, String>,
    /// What it costs from now on
    pub(crate) price: MoneyDto,
    /// How many are there
    #[schemars(range(max = 1_000_000_000))]
    #[serde(default)]
    pub(crate) stock: u32,
    /// A GTIN or the like
    #[schemars(length(min = 1, max = 64), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) barcode: Option<String>,
    /// What it weighs, in grams
    #[schemars(range(max = 1_000_000_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) weight_grams: Option<u32>,
    /// Whether more may be sold than there are
    #[serde(default)]
    pub(crate) backorder: bool,
}

/// A picture of a new product.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewImage")]
pub(crate) struct NewImageBody {
    /// Its address, with http or https
    #[schemars(length(min = 1, max = 2_000), extend("format" = "image-address"))]
    pub(crate) url: String,
    /// What it shows, for those who can't see it
    #[schemars(length(min = 1, max = 1_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) alt: Option<String>,
}

/// Whoever makes a product wants to sell it.
const fn active() -> Named<ProductStatus> {
    Named(ProductStatus::Active)
}

impl IntoCommand for NewProductBody {
    type Command = NewProduct;

    fn into_command(self, faults: &mut Faults) -> Option<NewProduct> {
        let title = faults.field("/title", Name::parse(&self.title));
        let slug = faults.optional("/slug", self.slug, |slug| Slug::parse(&slug));
        let description = faults.optional("/description", self.description, |text| Description::parse(&text));
        let options: Vec<_> = self.options.into_iter().map(ProductOption::from).collect();
        let variants = faults.each("/variants", self.variants, NewVariantBody::read)?;
        // What is too much has been refused already, and comparing it could take long.
        if options.len() <= MAX_OPTIONS && variants.len() <= MAX_VARIANTS {
            CreationFault::find(&options, &variants).iter().for_each(|fault| add(fault, faults));
        }
        Some(NewProduct {
            title: title?,
            slug: slug?,
            description: description?,
            status: self.status.0,
            category_id: self.category_id.map(CategoryId::from),
            tags: self.tags,
            attributes: self.attributes,
            images: self.images.into_iter().map(Image::from).collect(),
            options,
            variants,
        })
    }
}

impl IntoCommand for NewVariantBody {
    type Command = NewVariant;

    fn into_command(self, faults: &mut Faults) -> Option<NewVariant> {
        self.read(faults)
    }
}

impl NewVariantBody {
    fn read(self, faults: &mut Faults) -> Option<NewVariant> {
        let sku = faults.field_as("/sku", "sku", Sku::parse(&self.sku));
        let title = faults.optional("/title", self.title, |title| Name::parse(&title));
        let price = faults.within("/price", |faults| self.price.read(faults));
        Some(NewVariant {
            sku: sku?,
            title: title?,
            option_values: self.option_values,
            price: Some(price?),
            stock: self.stock,
            barcode: self.barcode,
            weight_grams: self.weight_grams,
            backorder: self.backorder,
        })
    }
}

impl From<NewImageBody> for Image {
    fn from(NewImageBody { url, alt }: NewImageBody) -> Self {
        Self { url, alt }
    }
}

impl From<OptionDto> for ProductOption {
    fn from(OptionDto { name, values }: OptionDto) -> Self {
        Self { name, values }
    }
}

/// Adds what does not fit together, with its place in the body.
pub(crate) fn add(fault: &CreationFault, faults: &mut Faults) {
    let value =
        |variant: &usize, option: &str| format!("/variants/{variant}/option_values/{}", pointer_step(option));
    let (pointer, code) = match fault {
        CreationFault::NoVariant => ("/variants".to_owned(), "too-few-items"),
        CreationFault::DuplicateSku { variant, .. } => (format!("/variants/{variant}/sku"), "duplicate-sku"),
        CreationFault::DuplicateOption { option, .. } => {
            (format!("/options/{option}/name"), "duplicate-option")
        }
        CreationFault::DuplicateOptionValue { option, value } => {
            (format!("/options/{option}/values/{value}"), "duplicate-option-value")
        }
        CreationFault::MissingOptionValue { variant, option } => (value(variant, option), "required"),
        CreationFault::UnknownOptionValue { variant, option } => {
            (value(variant, option), "unknown-option-value")
        }
        CreationFault::DuplicateOptionValues { variant } => {
            (format!("/variants/{variant}/option_values"), "duplicate-option-values")
        }
    };
    faults.add(&pointer, code, fault.to_string());
}
