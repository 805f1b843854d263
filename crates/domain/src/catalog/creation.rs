//! Making a product: one decision for the product, its variants, first prices and opening stock.

use std::collections::{BTreeMap, BTreeSet};

use super::{Attributes, Image, PricePeriod, Product, ProductOption, ProductStatus, Sku, Slug, Variant};
use crate::{
    actor::Origination,
    events::{Event, EventData},
    ids::{CategoryId, EventId, PriceId, ProductId, VariantId},
    inventory::{StockLevel, StockMovement},
    money::Money,
    text::{Description, Name},
};

/// What somebody wants to sell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProduct {
    /// Its name for people.
    pub title: Name,
    /// Its name in addresses; made from the title when absent.
    pub slug: Option<Slug>,
    /// What it is.
    pub description: Option<Description>,
    /// Who can see it.
    pub status: ProductStatus,
    /// Where it stands in the category tree.
    pub category_id: Option<CategoryId>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Free facts.
    pub attributes: Attributes,
    /// Pictures.
    pub images: Vec<Image>,
    /// What its variants differ in.
    pub options: Vec<ProductOption>,
    /// Its variants, one at least.
    pub variants: Vec<NewVariant>,
}

/// One variant of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVariant {
    /// What it is counted and ordered by.
    pub sku: Sku,
    /// How it differs; made from the option values, or the product's title, when absent.
    pub title: Option<Name>,
    /// Its value of each option.
    pub option_values: BTreeMap<String, String>,
    /// Its first price; without one it can't be bought yet.
    pub price: Option<Money>,
    /// How many are there.
    pub stock: u32,
    /// A GTIN or the like.
    pub barcode: Option<String>,
    /// Weight in grams.
    pub weight_grams: Option<u32>,
    /// Whether more may be sold than are there.
    pub backorder: bool,
}

/// The ids that a new product needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIds {
    /// The product's.
    pub product: ProductId,
    /// For each variant its own and its first price's.
    pub variants: Vec<(VariantId, PriceId)>,
    /// The event's.
    pub event: EventId,
}

/// Decision: a new product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductCreation {
    /// The product.
    pub product: Product,
    /// Its variants.
    pub variants: Vec<VariantCreation>,
    /// `product.created`.
    pub event: Event,
}

/// One variant of a new product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantCreation {
    /// The variant.
    pub variant: Variant,
    /// Its prices: the first one, from now on.
    pub prices: Vec<PricePeriod>,
    /// Its stock.
    pub level: StockLevel,
    /// The ledger's first line, when there is any stock.
    pub opening: Option<StockMovement>,
}

/// Something in a new product that does not fit together, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreationFault {
    /// No variant.
    #[error("a product needs at least one variant")]
    NoVariant,
    /// A SKU stands twice.
    #[error("the SKU {sku} stands twice")]
    DuplicateSku {
        /// The later variant's place.
        variant: usize,
        /// The SKU.
        sku: Sku,
    },
    /// An option stands twice.
    #[error("the option {name} stands twice")]
    DuplicateOption {
        /// The later option's place.
        option: usize,
        /// Its name.
        name: String,
    },
    /// An option has a value twice.
    #[error("an earlier value of this option is the same")]
    DuplicateOptionValue {
        /// The option's place.
        option: usize,
        /// The later value's place among the option's.
        value: usize,
    },
    /// The product has options and the variant lacks a value of one.
    #[error("a value of the option {option} is missing")]
    MissingOptionValue {
        /// The variant's place.
        variant: usize,
        /// The option's name.
        option: String,
    },
    /// The variant names an option or a value that the product does not have.
    #[error("{option} is no option of this product, or lacks this value")]
    UnknownOptionValue {
        /// The variant's place.
        variant: usize,
        /// The option's name.
        option: String,
    },
    /// Two variants have the same option values.
    #[error("an earlier variant has the same option values")]
    DuplicateOptionValues {
        /// The later variant's place.
        variant: usize,
    },
}

impl CreationFault {
    /// Every fault in how options and variants fit together.
    #[must_use]
    pub fn find(options: &[ProductOption], variants: &[NewVariant]) -> Vec<Self> {
        let mut faults = Vec::new();
        if variants.is_empty() {
            faults.push(Self::NoVariant);
        }
        Self::find_in_options(options, &mut faults);
        Self::find_in_variants(options, variants, &mut faults);
        faults
    }

    pub(super) fn find_in_options(options: &[ProductOption], faults: &mut Vec<Self>) {
        let mut names = BTreeSet::new();
        for (option, ProductOption { name, values }) in options.iter().enumerate() {
            if !names.insert(name) {
                faults.push(Self::DuplicateOption { option, name: name.clone() });
            }
            let mut seen = BTreeSet::new();
            for (value, _) in values.iter().enumerate().filter(|(_, text)| !seen.insert(*text)) {
                faults.push(Self::DuplicateOptionValue { option, value });
            }
        }
    }

    fn find_in_variants(options: &[ProductOption], variants: &[NewVariant], faults: &mut Vec<Self>) {
        let (mut skus, mut combinations) = (BTreeSet::new(), BTreeSet::new());
        for (place, variant) in variants.iter().enumerate() {
            if !skus.insert(&variant.sku) {
                faults.push(Self::DuplicateSku { variant: place, sku: variant.sku.clone() });
            }
            if !options.is_empty() && !combinations.insert(&variant.option_values) {
                faults.push(Self::DuplicateOptionValues { variant: place });
            }
            for ProductOption { name, .. } in options {
                if !variant.option_values.contains_key(name) {
                    faults.push(Self::MissingOptionValue { variant: place, option: name.clone() });
                }
            }
            for (name, value) in &variant.option_values {
                let known =
                    options.iter().any(|option| option.name == *name && option.values.contains(value));
                if !known {
                    faults.push(Self::UnknownOptionValue { variant: place, option: name.clone() });
                }
            }
        }
    }
}

impl NewProduct {
    /// Makes the product. `ids` has a pair for each variant; its prices begin now.
    ///
    /// # Errors
    /// Every [`CreationFault`].
    pub fn create(
        self,
        ids: NewIds,
        origination: Origination,
    ) -> Result<ProductCreation, Vec<CreationFault>> {
        let faults = CreationFault::find(&self.options, &self.variants);
        if !faults.is_empty() {
            return Err(faults);
        }
        let from_title = || {
            Slug::from_title(self.title.as_str())
                .unwrap_or_else(|| Slug::from_id("product", ids.product.uuid()))
        };
        let slug = self.slug.clone().unwrap_or_else(from_title);
        let variants: Vec<_> = (0u16..)
            .zip(self.variants.iter().zip(&ids.variants))
            .map(|(position, (new, id))| {
                let home =
                    Home { product_id: ids.product, options: &self.options, title: &self.title, position };
                new.create(home, *id, &origination)
            })
            .collect();
        let data =
            EventData::ProductCreated { variant_ids: variants.iter().map(|new| new.variant.id).collect() };
        let at = origination.at;
        let event = Event::new(ids.event, ids.product.uuid(), 1, data, origination);
        let product = Product {
            id: ids.product,
            slug,
            title: self.title,
            description: self.description,
            status: self.status,
            category_id: self.category_id,
            tags: self.tags,
            attributes: self.attributes,
            images: self.images,
            options: self.options,
            created_at: at,
            updated_at: at,
            version: 1,
        };
        Ok(ProductCreation { product, variants, event })
    }
}

/// Where a new variant belongs.
#[derive(Clone, Copy)]
pub(super) struct Home<'a> {
    pub(super) product_id: ProductId,
    pub(super) options: &'a [ProductOption],
    /// The product's title.
    pub(super) title: &'a Name,
    pub(super) position: u16,
}

impl NewVariant {
    pub(super) fn create(
        &self,
        home: Home<'_>,
        (id, price_id): (VariantId, PriceId),
        by: &Origination,
    ) -> VariantCreation {
        let title = || Variant::default_title(&self.option_values, home.options, home.title);
        let variant = Variant {
            id,
            product_id: home.product_id,
            sku: self.sku.clone(),
            title: self.title.clone().unwrap_or_else(title),
            option_values: self.option_values.clone(),
            barcode: self.barcode.clone(),
            weight_grams: self.weight_grams,
            position: home.position,
            version: 1,
        };
        let prices = self
            .price
            .map(|price| PricePeriod {
                id: price_id,
                price,
                valid_from: by.at,
                valid_to: None,
                changed_by: by.actor,
            })
            .into_iter()
            .collect();
        let empty = StockLevel::empty(id, self.backorder);
        let (level, opening) = match self.stock {
            0 => (empty, None),
            stock => {
                let (level, movement) = empty.open(stock, by.clone());
                (level, Some(movement))
            }
        };
        VariantCreation { variant, prices, level, opening }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Instant, actor::Actor};

    fn variant(sku: &str, size: Option<&str>) -> NewVariant {
        NewVariant {
            sku: Sku::parse(sku).unwrap(),
            title: None,
            option_values: size.map(|size| ("size".to_owned(), size.to_owned())).into_iter().collect(),
            price: None,
            stock: 3,
            barcode: None,
            weight_grams: None,
            backorder: false,
        }
    }

    fn product(sizes: &[&str], variants: Vec<NewVariant>) -> NewProduct {
        let values = sizes.iter().map(|size| (*size).to_owned()).collect();
        let options =
            if sizes.is_empty() { vec![] } else { vec![ProductOption { name: "size".into(), values }] };
        NewProduct {
            title: Name::parse("Linen shirt").unwrap(),
            slug: None,
            description: None,
            status: ProductStatus::Active,
            category_id: None,
            tags: vec![],
            attributes: BTreeMap::new(),
            images: vec![],
            options,
            variants,
        }
    }

    fn create(product: NewProduct) -> Result<ProductCreation, Vec<CreationFault>> {
        let id = |n: u128| Uuid::from_u128(n);
        let variants = (0..product.variants.len()).map(|_| (id(2).into(), id(3).into())).collect();
        let at = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        let by = Origination { actor: Actor::System, request_id: None, at };
        product.create(NewIds { product: id(1).into(), variants, event: id(4).into() }, by)
    }

    #[test]
    fn a_simple_product_names_its_variant_after_itself() {
        let creation = create(product(&[], vec![variant("A", None)])).unwrap();
        assert_eq!(creation.product.slug.as_str(), "linen-shirt");
        assert_eq!(creation.variants[0].variant.title.as_str(), "Linen shirt");
        assert_eq!(creation.variants[0].level.on_hand, 3);
    }

    #[test]
    fn opening_stock_is_the_first_line_of_the_ledger() {
        let creation = create(product(&[], vec![variant("A", None)])).unwrap();
        let opening = creation.variants[0].opening.as_ref().unwrap();
        assert_eq!((opening.delta_on_hand, opening.on_hand_after), (3, 3));
        let empty = NewVariant { stock: 0, ..variant("A", None) };
        assert_eq!(create(product(&[], vec![empty])).unwrap().variants[0].opening, None);
    }

    #[test]
    fn variants_are_named_after_their_options() {
        let creation =
            create(product(&["S", "M"], vec![variant("A", Some("S")), variant("B", Some("M"))])).unwrap();
        assert_eq!(creation.variants[1].variant.title.as_str(), "M");
    }

    #[test]
    fn every_fault_is_found() {
        let faults = create(product(
            &["S", "S"],
            vec![
                variant("A", Some("S")),
                variant("A", Some("S")),
                variant("C", Some("XL")),
                variant("D", None),
            ],
        ));
        assert_eq!(
            faults.unwrap_err(),
            vec![
                CreationFault::DuplicateOptionValue { option: 0, value: 1 },
                CreationFault::DuplicateSku { variant: 1, sku: Sku::parse("A").unwrap() },
                CreationFault::DuplicateOptionValues { variant: 1 },
                CreationFault::UnknownOptionValue { variant: 2, option: "size".into() },
                CreationFault::MissingOptionValue { variant: 3, option: "size".into() },
            ]
        );
        assert_eq!(create(product(&[], vec![])).unwrap_err(), vec![CreationFault::NoVariant]);
    }

    #[test]
    fn a_title_without_letters_gives_a_slug_from_the_id() {
        let mut new = product(&[], vec![variant("A", None)]);
        new.title = Name::parse("✨").unwrap();
        assert_eq!(create(new).unwrap().product.slug.as_str(), "product-000000000001");
    }
}
