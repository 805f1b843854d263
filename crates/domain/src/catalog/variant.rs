//! Variants: what is sold.

use std::collections::BTreeMap;

use super::Sku;
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
