//! Variants: what is sold.

use std::collections::BTreeMap;

use super::{ProductOption, Sku};
use crate::{
    ids::{ProductId, VariantId},
    text::Name,
};

/// One SKU of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Identity.
    pub id: VariantId,
    /// The product that it is a variant of.
    pub product_id: ProductId,
    /// What it is counted and ordered by.
    pub sku: Sku,
    /// How it differs from its sisters, or the product's title when it has none.
    pub title: Name,
    /// Its value of each of the product's options, by the option's name.
    pub option_values: BTreeMap<String, String>,
    /// A GTIN or the like.
    pub barcode: Option<String>,
    /// Weight in grams.
    pub weight_grams: Option<u32>,
    /// Where it stands among its sisters, from 0.
    pub position: u16,
    /// Counts edits of the variant and its prices.
    pub version: i32,
}

impl Variant {
    /// What a variant is called when nobody says otherwise: its option values in the options' order, `"M / blue"`; as
    /// the product when that has no options.
    #[must_use]
    pub fn default_title(
        option_values: &BTreeMap<String, String>,
        options: &[ProductOption],
        product_title: &Name,
    ) -> Name {
        let values: Vec<&str> =
            options.iter().filter_map(|option| option_values.get(&option.name).map(String::as_str)).collect();
        Name::parse(&values.join(" / ")).unwrap_or_else(|_| product_title.clone())
    }
}
