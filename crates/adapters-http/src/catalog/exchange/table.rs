//! Products as a table: which column has what.

use super::{ExportedProduct, cells, exported::ExportedVariant};
use crate::{csv, money::MoneyDto};

/// The columns, in their order: those of the product, and from `sku` on those of the variant.
pub(super) const COLUMNS: [&str; 17] = [
    "slug",
    "title",
    "description",
    "status",
    "category",
    "tags",
    "attributes",
    "images",
    "options",
    "sku",
    "variant_title",
    "option_values",
    "barcode",
    "weight_grams",
    "prices",
    "stock",
    "backorder",
];

/// Appends the lines of a product.
pub(super) fn write(out: &mut Vec<u8>, product: &ExportedProduct) {
    let slug = product.slug.clone();
    let own = [
        slug.clone(),
        product.title.clone(),
        product.description.clone().unwrap_or_default(),
        product.status.0.name().to_owned(),
        product.category.clone().unwrap_or_default(),
        cells::list(product.tags.iter().map(String::as_str)),
        cells::map(&product.attributes),
        cells::captions(product.images.iter().map(|image| (image.url.as_str(), image.alt.as_deref()))),
        cells::lists(product.options.iter().map(|option| (&option.name, &option.values))),
    ];
    let of_others = std::array::from_fn(|place| if place == 0 { slug.clone() } else { String::new() });
    for (variant, own) in
        product.variants.iter().zip(std::iter::once(own).chain(std::iter::repeat(of_others)))
    {
        csv::write(out, own.iter().chain(&variant_cells(variant)).map(String::as_str));
    }
}

fn variant_cells(variant: &ExportedVariant) -> [String; 8] {
    let price = |MoneyDto { amount, currency }: &MoneyDto| format!("{amount} {currency}");
    let prices: Vec<String> = variant.prices.iter().map(price).collect();
    [
        variant.sku.clone(),
        variant.title.clone(),
        cells::map(&variant.option_values),
        variant.barcode.clone().unwrap_or_default(),
        variant.weight_grams.map(|grams| grams.to_string()).unwrap_or_default(),
        cells::list(prices.iter().map(String::as_str)),
        variant.stock.to_string(),
        variant.backorder.to_string(),
    ]
}
