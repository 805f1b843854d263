//! A shirt to change.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::ProductEntry;
use crate::{
    Instant,
    actor::{Actor, Origination},
    catalog::{Product, ProductOption, ProductStatus, Sku, Slug, Variant},
    text::Name,
};

pub(super) fn at(second: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

pub(super) fn by(second: i64) -> Origination {
    Origination { actor: Actor::System, request_id: None, at: at(second) }
}

pub(super) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(super) fn texts<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

pub(super) fn option(name: &str, values: &[&str]) -> ProductOption {
    ProductOption { name: name.to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }
}

pub(super) fn variant(n: u128, sku: &str, title: &str, option_values: BTreeMap<String, String>) -> Variant {
    Variant {
        id: Uuid::from_u128(n).into(),
        product_id: Uuid::from_u128(1).into(),
        sku: Sku::parse(sku).unwrap(),
        title: name(title),
        option_values,
        barcode: Some("4006381333931".to_owned()),
        weight_grams: Some(180),
        position: u16::try_from(n).unwrap(),
        version: 3,
    }
}

/// In the sizes S and M, red and blue; of the four variants there are three. The last one has a title of its own.
pub(super) fn shirt() -> ProductEntry {
    let values = |size, colour| texts([("size", size), ("colour", colour)]);
    ProductEntry {
        product: product(vec![option("size", &["S", "M"]), option("colour", &["red", "blue"])]),
        deleted_at: None,
        variants: vec![
            variant(10, "S-RED", "S / red", values("S", "red")),
            variant(11, "M-RED", "M / red", values("M", "red")),
            variant(12, "M-BLUE", "The blue one", values("M", "blue")),
        ],
        backordered: BTreeSet::from([Uuid::from_u128(11).into()]),
    }
}

/// One variant, called as the product.
pub(super) fn mug() -> ProductEntry {
    let variants = vec![variant(10, "MUG", "Linen shirt", BTreeMap::new())];
    ProductEntry { product: product(vec![]), deleted_at: None, variants, backordered: BTreeSet::new() }
}

fn product(options: Vec<ProductOption>) -> Product {
    Product {
        id: Uuid::from_u128(1).into(),
        slug: Slug::parse("linen-shirt").unwrap(),
        title: name("Linen shirt"),
        description: None,
        status: ProductStatus::Active,
        category_id: Some(Uuid::from_u128(2).into()),
        tags: vec!["summer".to_owned()],
        attributes: texts([("material", "linen"), ("fit", "wide")]),
        images: vec![],
        options,
        created_at: at(0),
        updated_at: at(0),
        version: 7,
    }
}
