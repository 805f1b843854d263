//! A product as a file has it: all that another shop needs to make it, and nothing that only this one knows it by.

use std::collections::BTreeMap;

use domain::catalog::{Image, ProductOption, ProductStatus};
use ports::catalog::{ProductRecord, VariantRecord};
use serde::Serialize;

use crate::{
    catalog::dto::{ImageView, OptionDto},
    money::MoneyDto,
    named::Named,
};

/// A line of a file of products.
#[derive(Serialize)]
pub(in crate::catalog) struct ExportedProduct {
    pub(in crate::catalog) slug: String,
    pub(in crate::catalog) title: String,
    pub(in crate::catalog) description: Option<String>,
    pub(in crate::catalog) status: Named<ProductStatus>,
    /// The slug of its category.
    pub(in crate::catalog) category: Option<String>,
    pub(in crate::catalog) tags: Vec<String>,
    pub(in crate::catalog) attributes: BTreeMap<String, String>,
    pub(in crate::catalog) images: Vec<ImageView>,
    pub(in crate::catalog) options: Vec<OptionDto>,
    pub(in crate::catalog) variants: Vec<ExportedVariant>,
}

/// One of its variants.
#[derive(Serialize)]
pub(in crate::catalog) struct ExportedVariant {
    pub(in crate::catalog) sku: String,
    pub(in crate::catalog) title: String,
    pub(in crate::catalog) option_values: BTreeMap<String, String>,
    pub(in crate::catalog) barcode: Option<String>,
    pub(in crate::catalog) weight_grams: Option<u32>,
    /// What it costs now, in each currency.
    pub(in crate::catalog) prices: Vec<MoneyDto>,
    /// How many are there, whether orders hold them or not.
    pub(in crate::catalog) stock: i32,
    pub(in crate::catalog) backorder: bool,
}

impl From<ProductRecord> for ExportedProduct {
    fn from(ProductRecord { product, category, variants }: ProductRecord) -> Self {
        Self {
            slug: product.slug.to_string(),
            title: product.title.into(),
            description: product.description.map(String::from),
            status: Named(product.status),
            category: category.map(|slug| slug.to_string()),
            tags: product.tags,
            attributes: product.attributes,
            images: product.images.into_iter().map(|Image { url, alt }| ImageView { url, alt }).collect(),
            options: product
                .options
                .into_iter()
                .map(|ProductOption { name, values }| OptionDto { name, values })
                .collect(),
            variants: variants.into_iter().map(ExportedVariant::from).collect(),
        }
    }
}

impl From<VariantRecord> for ExportedVariant {
    fn from(VariantRecord { variant, prices, level }: VariantRecord) -> Self {
        Self {
            sku: variant.sku.to_string(),
            title: variant.title.into(),
            option_values: variant.option_values,
            barcode: variant.barcode,
            weight_grams: variant.weight_grams,
            prices: prices.into_iter().map(MoneyDto::from).collect(),
            stock: level.on_hand,
            backorder: level.backorder,
        }
    }
}
