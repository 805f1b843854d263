//! Products, as everybody sees them.

use std::collections::BTreeMap;

use domain::catalog::{Image, ProductOption, ProductStatus};
use ports::catalog as read;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{instant::Timestamp, money::MoneyDto, named::Named};

/// What is shown; its variants are what is sold.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Product")]
pub(crate) struct ProductView {
    /// Identity
    pub(crate) id: Uuid,
    /// Its name in addresses
    pub(crate) slug: String,
    /// Its name for people
    pub(crate) title: String,
    /// What it is
    pub(crate) description: Option<String>,
    pub(crate) status: Named<ProductStatus>,
    /// Where it stands in the category tree
    pub(crate) category_id: Option<Uuid>,
    /// Words to find it by
    pub(crate) tags: Vec<String>,
    /// Free facts, by name
    pub(crate) attributes: BTreeMap<String, String>,
    /// Pictures, the main one first
    pub(crate) images: Vec<ImageView>,
    /// What its variants differ in
    pub(crate) options: Vec<OptionDto>,
    /// What can be bought, one at least
    pub(crate) variants: Vec<VariantView>,
    /// When it was made
    pub(crate) created_at: Timestamp,
    /// When it was last edited
    pub(crate) updated_at: Timestamp,
    /// Counts edits of the product, its variants and their prices; sales don't count
    pub(crate) version: i32,
}

/// One SKU of a product.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Variant")]
pub(crate) struct VariantView {
    /// Identity
    pub(crate) id: Uuid,
    /// What it is counted and ordered by
    pub(crate) sku: String,
    /// How it differs from its sisters
    pub(crate) title: String,
    /// Its value of each of the product's options, by the option's name
    pub(crate) option_values: BTreeMap<String, String>,
    /// A GTIN or the like
    pub(crate) barcode: Option<String>,
    /// What it weighs, in grams
    pub(crate) weight_grams: Option<u32>,
    /// What it costs now, in the asked currency; `null` when it has no price in it
    pub(crate) price: Option<MoneyDto>,
    /// The lowest price in force during the 30 days before `price` began (the EU's Omnibus Directive, art. 6a); `null`
    /// when there was none
    pub(crate) lowest_price_30d: Option<MoneyDto>,
    /// How many can be bought without a backorder; negative when more are promised than there are
    pub(crate) available: i32,
    /// Whether any is available
    pub(crate) in_stock: bool,
    /// Whether more may be sold than there are
    pub(crate) backorder: bool,
    /// Counts edits of the variant and its prices
    pub(crate) version: i32,
}

/// A picture.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Image")]
pub(crate) struct ImageView {
    /// Its address
    #[schemars(extend("format" = "uri"))]
    pub(crate) url: String,
    /// What it shows, for those who can't see it
    pub(crate) alt: Option<String>,
}

/// Something that variants differ in, such as size.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProductOption")]
pub(crate) struct OptionDto {
    /// Its name
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["size"]))]
    pub(crate) name: String,
    /// Its values, in their order
    #[schemars(
        length(min = 1, max = 250),
        extend("items" = { "type": "string", "minLength": 1, "maxLength": 200, "format": "not-blank" })
    )]
    pub(crate) values: Vec<String>,
}

impl From<read::ProductView> for ProductView {
    fn from(read::ProductView { product, variants }: read::ProductView) -> Self {
        Self {
            id: product.id.uuid(),
            slug: product.slug.to_string(),
            title: product.title.into(),
            description: product.description.map(String::from),
            status: Named(product.status),
            category_id: product.category_id.map(|id| id.uuid()),
            tags: product.tags,
            attributes: product.attributes,
            images: product.images.into_iter().map(|Image { url, alt }| ImageView { url, alt }).collect(),
            options: product
                .options
                .into_iter()
                .map(|ProductOption { name, values }| OptionDto { name, values })
                .collect(),
            variants: variants.into_iter().map(VariantView::from).collect(),
            created_at: product.created_at.into(),
            updated_at: product.updated_at.into(),
            version: product.version,
        }
    }
}

impl From<read::VariantView> for VariantView {
    fn from(view: read::VariantView) -> Self {
        let read::VariantView { variant, price, lowest_price_30d, level } = view;
        Self {
            id: variant.id.uuid(),
            sku: variant.sku.to_string(),
            title: variant.title.into(),
            option_values: variant.option_values,
            barcode: variant.barcode,
            weight_grams: variant.weight_grams,
            price: price.map(MoneyDto::from),
            lowest_price_30d: lowest_price_30d.map(MoneyDto::from),
            available: level.available(),
            in_stock: level.in_stock(),
            backorder: level.backorder,
            version: variant.version,
        }
    }
}
