//! Which products somebody wants to see, in what order, and a product's place among them.

use domain::{
    Instant,
    catalog::{ProductStatus, Sku, Slug},
    ids::CategoryId,
    money::{Currency, Money},
};
use ports::catalog::{ProductPlace, ProductSort, SortKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::catalog::ProductFilter;
use uuid::Uuid;

use crate::{Faults, IntoCommand, ListQuery, Place, named::Named};

/// Which products. All that is asked for must be true of a product.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct ProductsQuery {
    /// Only those that have all of these words in their title, SKUs, tags or description, best match first. Case and
    /// accents don't count, no character has a special meaning, and the last word may be just begun. When no product
    /// has all of them, words that none has are taken for similar ones. Of a search that very many products match, the
    /// 5,000 best are listed
    #[schemars(length(min = 1, max = 200), extend("examples" = ["linen shirt"]))]
    q: Option<String>,
    /// Only those of this category and of all below it
    category_id: Option<Uuid>,
    /// Only those with this tag, to the letter
    #[schemars(length(min = 1, max = 200), extend("examples" = ["summer"]))]
    tag: Option<String>,
    /// Only the one with this slug
    #[schemars(length(min = 1, max = 200), extend("format" = "slug", "examples" = ["linen-shirt"]))]
    slug: Option<String>,
    /// Only the one that has a variant with this SKU
    #[schemars(length(min = 1, max = 64), extend("format" = "sku", "examples" = ["SHIRT-S"]))]
    sku: Option<String>,
    /// Only those that cost as much or more now, in `currency`. What a product costs is the price of its cheapest variant;
    /// a product that has none in that currency is left out
    #[schemars(length(min = 1, max = 20), extend("format" = "money-amount", "examples" = ["20"]))]
    min_price: Option<String>,
    /// Only those that cost as much or less now, in `currency`
    #[schemars(length(min = 1, max = 20), extend("format" = "money-amount", "examples" = ["49.90"]))]
    max_price: Option<String>,
    /// The currency of the prices, by ISO 4217; the store's own when absent
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    currency: Option<String>,
    /// `true`: only those of which a variant is available; `false`: only those that are sold out
    in_stock: Option<bool>,
    /// Only those of this status; needs the permission `products:read`. Without it the active ones are listed
    status: Option<Named<ProductStatus>>,
    /// The order; of equals, that of their ids. When absent, the best match of `q` first, and without `q` the newest
    sort: Option<SortName>,
}

/// The order of a list of products. `created_at`, `-created_at`: the oldest, the newest first. `price`, `-price`: the
/// cheapest, the dearest first, by what they cost now in the asked currency; a product without a price in it is left out.
/// `title`, `-title`: by title, case and accents not counted, forwards, backwards.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[schemars(rename = "ProductSort")]
enum SortName {
    #[serde(rename = "-created_at")]
    Newest,
    #[serde(rename = "created_at")]
    Oldest,
    #[serde(rename = "price")]
    Cheapest,
    #[serde(rename = "-price")]
    Dearest,
    #[serde(rename = "title")]
    Title,
    #[serde(rename = "-title")]
    TitleBackwards,
}

impl From<SortName> for ProductSort {
    fn from(name: SortName) -> Self {
        match name {
            SortName::Newest => Self::Newest,
            SortName::Oldest => Self::Oldest,
            SortName::Cheapest => Self::Cheapest,
            SortName::Dearest => Self::Dearest,
            SortName::Title => Self::Title,
            SortName::TitleBackwards => Self::TitleBackwards,
        }
    }
}

impl IntoCommand for ProductsQuery {
    type Command = ProductFilter;

    fn into_command(self, faults: &mut Faults) -> Option<ProductFilter> {
        let currency = faults.optional("/currency", self.currency, |code| Currency::parse(&code));
        let slug = faults.optional("/slug", self.slug, |slug| Slug::parse(&slug));
        let sku = faults.optional("/sku", self.sku, |sku| Sku::parse(&sku));
        // Without a currency, the bounds are in the store's, which the use case knows.
        if let Some(Some(currency)) = currency {
            for (pointer, amount) in [("/min_price", &self.min_price), ("/max_price", &self.max_price)] {
                if let Some(amount) = amount {
                    faults.field_as(pointer, "money-amount", Money::parse(amount, currency));
                }
            }
        }
        Some(ProductFilter {
            category_id: self.category_id.map(CategoryId::from),
            status: self.status.map(|status| status.0),
            search: self.q,
            tag: self.tag,
            slug: slug?,
            sku: sku?,
            min_price: self.min_price,
            max_price: self.max_price,
            in_stock: self.in_stock,
            sort: self.sort.map(ProductSort::from),
            currency: currency?,
        })
    }
}

impl ListQuery for ProductsQuery {
    type Position = ProductPlace;
    const PRIVATE: bool = false;
}

/// A [`SortKey`] inside of a cursor.
#[derive(Deserialize, Serialize)]
pub enum WireKey {
    /// Made then, in microseconds since 1970.
    #[serde(rename = "m")]
    Made(i64),
    /// Minor units, or how well it matches.
    #[serde(rename = "n")]
    Number(i64),
    /// A title, as titles are compared.
    #[serde(rename = "t")]
    Title(String),
}

impl Place for ProductPlace {
    type Wire = (WireKey, Uuid);

    fn to_wire(&self) -> Self::Wire {
        let key = match &self.key {
            SortKey::Made(at) => WireKey::Made(at.timestamp_micros()),
            SortKey::Number(number) => WireKey::Number(*number),
            SortKey::Title(title) => WireKey::Title(title.clone()),
        };
        (key, self.id)
    }

    fn from_wire((key, id): Self::Wire) -> Option<Self> {
        let key = match key {
            WireKey::Made(micros) => SortKey::Made(Instant::from_timestamp_micros(micros)?),
            WireKey::Number(number) => SortKey::Number(number),
            WireKey::Title(title) => SortKey::Title(title),
        };
        Some(Self { key, id })
    }
}
