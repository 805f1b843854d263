//! Taking products in from a file: each is known again by the SKUs of its variants.
//!
//! A row of a file is the commands that a person would have given one after another, made true together or not at all:
//! making the product, or editing it and its variants, setting prices, counting stock. Each of them tells the world
//! about itself. Where all is as the row says, there are none.

mod fault;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
mod update;

use std::collections::BTreeMap;

use super::{
    Attributes, Image, NewIds, NewProduct, NewVariant, PriceDecision, PricePeriod, PriceTimeline,
    ProductChange, ProductCreation, ProductEntry, ProductOption, ProductStatus, Sku, Slug, VariantCreation,
};
use crate::{
    Instant,
    actor::{Actor, Origination},
    ids::{CategoryId, EventId, PriceId, ProductId, VariantId},
    inventory::{StockChange, StockLevel},
    money::{Currency, Money},
    text::{Description, Name},
};

pub use self::fault::ImportFault;

/// A product as a file has it; what is `None` stays as it is, or is as for any new product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// Its name in addresses.
    pub slug: Option<Slug>,
    /// Its name for people.
    pub title: Option<Name>,
    /// What it is; `Some(None)` for nothing.
    pub description: Option<Option<Description>>,
    /// Who can see it.
    pub status: Option<ProductStatus>,
    /// The category in which it stands; `Some(None)` for none.
    pub category: Option<Option<Slug>>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
    /// All of its free facts.
    pub attributes: Option<Attributes>,
    /// Pictures.
    pub images: Option<Vec<Image>>,
    /// What its variants differ in.
    pub options: Option<Vec<ProductOption>>,
    /// Some or all of its variants; others stay.
    pub variants: Vec<VariantRow>,
}

/// A variant of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantRow {
    /// What it is known by.
    pub sku: Sku,
    /// How it differs; `Some(None)` for what its option values, or the product's title, say.
    pub title: Option<Option<Name>>,
    /// Its value of each of the product's options.
    pub option_values: Option<BTreeMap<String, String>>,
    /// A GTIN or the like.
    pub barcode: Option<Option<String>>,
    /// Weight in grams.
    pub weight_grams: Option<Option<u32>>,
    /// What it costs from now on, once for a currency; in others its prices stay.
    pub prices: Vec<Money>,
    /// How many are there.
    pub stock: Option<u32>,
    /// Whether more may be sold than are there.
    pub backorder: Option<bool>,
}

/// The ids that a row may need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowIds {
    /// A new product's.
    pub product: ProductId,
    /// Of what happens to the product.
    pub event: EventId,
    /// For each variant of the row, in its order.
    pub variants: Vec<VariantIds>,
}

/// The ids that a variant of a row may need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantIds {
    /// A new variant's.
    pub variant: VariantId,
    /// Of what happens to the variant.
    pub event: EventId,
    /// For each of its prices, a new period's and its event's.
    pub prices: Vec<(PriceId, EventId)>,
    /// Of a count of its stock.
    pub count: EventId,
}

/// A row, and who wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductImport {
    /// What the file says.
    pub row: ProductRow,
    /// The ids that it may need.
    pub ids: RowIds,
    /// Who.
    pub actor: Actor,
    /// In which request.
    pub request_id: Option<String>,
}

/// What the shop knows of a row's product, while nobody else can change or sell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportGround {
    /// The products that have at least one of the row's SKUs; they are not deleted.
    pub known: Vec<KnownProduct>,
    /// The category whose slug the row names.
    pub category: Option<CategoryId>,
    /// The instant.
    pub now: Instant,
}

/// A product that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownProduct {
    /// The product and its variants.
    pub entry: ProductEntry,
    /// The stock of each variant, and how many lines its ledger has.
    pub levels: BTreeMap<VariantId, (StockLevel, i64)>,
    /// Prices, those at least that are in force at the instant or later; a variant may have none in a currency.
    pub prices: BTreeMap<(VariantId, Currency), PriceTimeline>,
}

/// Decision: what has to become true of a row, all of it together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDecision {
    /// The product.
    pub product_id: ProductId,
    /// In this order; none when all is as the row says.
    pub steps: Vec<ImportStep>,
}

/// One of the commands that a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportStep {
    /// A new product.
    Create(Box<ProductCreation>),
    /// The product, or one of its variants, is another.
    Change(Box<ProductChange>),
    /// A variant costs something else.
    Price(Box<PriceDecision>),
    /// There are other pieces than was thought.
    Count(Box<StockChange>),
}

impl ProductImport {
    /// Decides on what is found.
    ///
    /// # Errors
    /// Every [`ImportFault`] of the row's first command that can't be.
    pub fn decide(&self, found: &ImportGround) -> Result<ImportDecision, Vec<ImportFault>> {
        let category = self.category(found)?;
        match found.known.as_slice() {
            [] => self.create(category.flatten(), found.now),
            [known] => update::decide(self, known, category, found.now),
            [first, others @ ..] => Err(self.strangers(first, others)),
        }
    }

    /// The category that the row names: `None` when it names none, `Some(None)` when the product is to have none.
    #[expect(clippy::option_option, reason = "staying and having none are two things")]
    fn category(&self, found: &ImportGround) -> Result<Option<Option<CategoryId>>, Vec<ImportFault>> {
        match (&self.row.category, found.category) {
            (None, _) => Ok(None),
            (Some(None), _) => Ok(Some(None)),
            (Some(Some(_)), Some(id)) => Ok(Some(Some(id))),
            (Some(Some(slug)), None) => Err(vec![ImportFault::UnknownCategory(slug.clone())]),
        }
    }

    fn create(
        &self,
        category_id: Option<CategoryId>,
        now: Instant,
    ) -> Result<ImportDecision, Vec<ImportFault>> {
        let row = self.row.clone();
        let title = row.title.ok_or_else(|| vec![ImportFault::NoTitle])?;
        let new = NewProduct {
            title,
            slug: row.slug,
            description: row.description.flatten(),
            status: row.status.unwrap_or(ProductStatus::Active),
            category_id,
            tags: row.tags.unwrap_or_default(),
            attributes: row.attributes.unwrap_or_default(),
            images: row.images.unwrap_or_default(),
            options: row.options.unwrap_or_default(),
            variants: self.row.variants.iter().map(VariantRow::as_new).collect(),
        };
        let pairs = self.ids.variants.iter().map(VariantIds::pair).collect();
        let ids = NewIds { product: self.ids.product, variants: pairs, event: self.ids.event };
        let created = new.create(ids, self.origination(now));
        let mut creation =
            created.map_err(|faults| faults.into_iter().map(ImportFault::Creation).collect::<Vec<_>>())?;
        let rows = self.row.variants.iter().zip(&self.ids.variants);
        for (created, (row, ids)) in creation.variants.iter_mut().zip(rows) {
            row.price_further(created, ids, self.origination(now));
        }
        Ok(ImportDecision {
            product_id: self.ids.product,
            steps: vec![ImportStep::Create(Box::new(creation))],
        })
    }

    /// The row's variants that are another product's.
    fn strangers(&self, first: &KnownProduct, others: &[KnownProduct]) -> Vec<ImportFault> {
        let owner = |sku: &Sku| {
            let has = |known: &&KnownProduct| known.entry.variants.iter().any(|variant| variant.sku == *sku);
            std::iter::once(first).chain(others).find(has).map(|known| known.entry.product.id)
        };
        let owners: Vec<_> = self.row.variants.iter().map(|row| owner(&row.sku)).collect();
        let own = owners.iter().flatten().next().copied();
        let stranger = |(place, owner): (usize, &Option<ProductId>)| {
            owner
                .is_some_and(|owner| Some(owner) != own)
                .then_some(ImportFault::OtherProduct { variant: place })
        };
        owners.iter().enumerate().filter_map(stranger).collect()
    }

    fn origination(&self, at: Instant) -> Origination {
        Origination { actor: self.actor, request_id: self.request_id.clone(), at }
    }
}

impl VariantRow {
    /// The variant as a new one, with its first price.
    fn as_new(&self) -> NewVariant {
        NewVariant {
            sku: self.sku.clone(),
            title: self.title.clone().flatten(),
            option_values: self.option_values.clone().unwrap_or_default(),
            price: self.prices.first().copied(),
            stock: self.stock.unwrap_or(0),
            barcode: self.barcode.clone().flatten(),
            weight_grams: self.weight_grams.flatten(),
            backorder: self.backorder.unwrap_or(false),
        }
    }

    /// Gives a new variant its prices in further currencies.
    fn price_further(&self, created: &mut VariantCreation, ids: &VariantIds, by: Origination) {
        let further = self.prices.iter().zip(&ids.prices).skip(1);
        created.prices.extend(further.map(|(price, (id, _))| PricePeriod {
            id: *id,
            price: *price,
            valid_from: by.at,
            valid_to: None,
            changed_by: by.actor,
        }));
    }
}

impl VariantIds {
    /// A new variant's id, and its first price's, which a row without prices does not need.
    fn pair(&self) -> (VariantId, PriceId) {
        let price = self.prices.first().map_or_else(|| PriceId::from(self.variant.uuid()), |(id, _)| *id);
        (self.variant, price)
    }
}

impl RowIds {
    /// Makes every id that the row may need.
    #[must_use]
    pub fn new(row: &ProductRow, mut next: impl FnMut() -> uuid::Uuid) -> Self {
        let variants = row.variants.iter().map(|row| VariantIds {
            variant: next().into(),
            event: next().into(),
            prices: row.prices.iter().map(|_| (next().into(), next().into())).collect(),
            count: next().into(),
        });
        let variants = variants.collect();
        Self { product: next().into(), event: next().into(), variants }
    }
}
