//! Somebody looks through the products.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    catalog::{ProductStatus, Sku, Slug},
    ids::CategoryId,
    money::{Currency, Money, MoneyError},
};
use ports::{
    catalog::{ProductPlace, ProductQuery, ProductReader, ProductSort, ProductView},
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Which products somebody wants to see, and in what order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Those of this category or any below it.
    pub category_id: Option<CategoryId>,
    /// Those of this status; for staff.
    pub status: Option<ProductStatus>,
    /// Those that have these words.
    pub search: Option<String>,
    /// Those with this tag.
    pub tag: Option<String>,
    /// The one with this slug.
    pub slug: Option<Slug>,
    /// The one with this SKU.
    pub sku: Option<Sku>,
    /// Those that cost as much or more: a decimal number of the currency.
    pub min_price: Option<String>,
    /// Those that cost as much or less.
    pub max_price: Option<String>,
    /// Those in stock, or those that are not.
    pub in_stock: Option<bool>,
    /// In what order; the best match of a search first, or else the newest, when it is not said.
    pub sort: Option<ProductSort>,
    /// The currency of the prices.
    pub currency: Option<Currency>,
}

/// A bound that is no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBound {
    /// Which one: `min_price` or `max_price`.
    pub bound: &'static str,
    /// What is wrong with it.
    pub error: MoneyError,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListProductsError {
    /// The filter is for staff.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A bound is no price in the currency; every one that isn't.
    #[error("a bound is no price in the currency")]
    Bounds(Vec<BadBound>),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lists products.
#[derive(Clone)]
pub struct ListProducts {
    /// Shows products.
    pub products: Arc<dyn ProductReader>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
}

impl ListProducts {
    /// A page of products. Without a status everybody sees the active ones.
    ///
    /// # Errors
    /// [`ListProductsError`].
    pub async fn run(
        &self,
        caller: Option<&Caller>,
        filter: ProductFilter,
        page: PageRequest<ProductPlace>,
    ) -> Result<Page<ProductView, ProductPlace>, ListProductsError> {
        let allowed = caller.map_or(Err(Forbidden(Permission::ProductsRead)), |caller| {
            caller.require(Permission::ProductsRead)
        });
        if filter.status.is_some() {
            allowed?;
        }
        let currency = filter.currency.unwrap_or(self.store_currency);
        let (min_price, max_price) =
            bounds(filter.min_price.as_deref(), filter.max_price.as_deref(), currency)?;
        let sort = match filter.search {
            Some(_) => ProductSort::BestMatch,
            None => ProductSort::Newest,
        };
        let query = ProductQuery {
            status: filter.status.unwrap_or(ProductStatus::Active),
            category_id: filter.category_id,
            search: filter.search,
            tag: filter.tag,
            slug: filter.slug,
            sku: filter.sku,
            min_price,
            max_price,
            in_stock: filter.in_stock,
            sort: filter.sort.unwrap_or(sort),
            currency,
            page,
        };
        Ok(self.products.list(&query).await?)
    }
}

/// Both bounds, or every one that is no price.
fn bounds(
    min: Option<&str>,
    max: Option<&str>,
    currency: Currency,
) -> Result<(Option<Money>, Option<Money>), ListProductsError> {
    let mut bad = Vec::new();
    let mut read = |bound, amount: Option<&str>| match amount.map(|amount| Money::parse(amount, currency)) {
        Some(Ok(price)) => Some(price),
        Some(Err(error)) => {
            bad.push(BadBound { bound, error });
            None
        }
        None => None,
    };
    let bounds = (read("min_price", min), read("max_price", max));
    if bad.is_empty() { Ok(bounds) } else { Err(ListProductsError::Bounds(bad)) }
}
