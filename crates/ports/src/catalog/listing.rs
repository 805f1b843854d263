//! Lists of products: which ones, in what order, and a product's place among them.

use domain::{
    Instant,
    catalog::{ProductStatus, Sku, Slug},
    ids::CategoryId,
    money::{Currency, Money},
};
use uuid::Uuid;

use crate::pagination::PageRequest;

/// Which products are wanted, and how they are sorted. Products that are deleted are in no list; of equal ones the order
/// is that of their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductQuery {
    /// Those of this status.
    pub status: ProductStatus,
    /// Those of this category or any below it. An unknown category has none.
    pub category_id: Option<CategoryId>,
    /// Those that have every one of these words in their title, SKUs, tags or description: without case and accents,
    /// the last one perhaps only begun; where nothing has them all, words that nothing has are taken for similar ones.
    /// Of very many that match, the best ones are looked at.
    pub search: Option<String>,
    /// Those with this tag.
    pub tag: Option<String>,
    /// The one with this slug.
    pub slug: Option<Slug>,
    /// The one that has a variant with this SKU.
    pub sku: Option<Sku>,
    /// Those that cost as much or more now. What a product costs is the price in force of its cheapest variant, in
    /// `currency`; products that have none are left out.
    pub min_price: Option<Money>,
    /// Those that cost as much or less now.
    pub max_price: Option<Money>,
    /// Those with a piece that nobody has ordered yet, or those without.
    pub in_stock: Option<bool>,
    /// In what order.
    pub sort: ProductSort,
    /// The currency of the prices, shown and asked for.
    pub currency: Currency,
    /// Which page.
    pub page: PageRequest<ProductPlace>,
}

/// How a list of products is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProductSort {
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
    /// The cheapest first, by their prices now; those that have none in the currency are left out.
    Cheapest,
    /// The dearest first, likewise.
    Dearest,
    /// By title, without case and accents, by code points.
    Title,
    /// By title, backwards.
    TitleBackwards,
    /// What answers a search best first; without one, the newest.
    BestMatch,
}

impl ProductSort {
    /// Every order.
    pub const ALL: [Self; 7] = [
        Self::Newest,
        Self::Oldest,
        Self::Cheapest,
        Self::Dearest,
        Self::Title,
        Self::TitleBackwards,
        Self::BestMatch,
    ];
}

/// A product's place in a list: the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductPlace {
    /// What the list is sorted by.
    pub key: SortKey,
    /// The product.
    pub id: Uuid,
}

/// What a product is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// When it was made.
    Made(Instant),
    /// Its price, in minor units; or how well it answers a search.
    Number(i64),
    /// Its title, as titles are compared.
    Title(String),
}
