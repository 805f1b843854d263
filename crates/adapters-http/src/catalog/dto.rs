//! What clients send and get about the catalog.

mod category;
mod new_product;
mod product;
mod product_patch;
mod products_query;
mod variant;

use domain::money::Currency;
use schemars::JsonSchema;
use serde::Deserialize;

pub(super) use self::{
    category::{CategoryPatchBody, CategoryView, NewCategoryBody},
    new_product::{MAX_OPTIONS, NewImageBody, NewProductBody, NewVariantBody, add},
    product::{ImageView, OptionDto, ProductView, VariantView},
    product_patch::{ProductPatchBody, add_edit_fault},
    products_query::ProductsQuery,
    variant::{ProductVariantView, VariantPatchBody, add_variant_fault},
};
use crate::{Faults, IntoCommand};

/// How a product is shown.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductQuery {
    /// The currency of the prices, by ISO 4217; the store's own when absent
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    currency: Option<String>,
}

impl IntoCommand for ProductQuery {
    type Command = Option<Currency>;

    fn into_command(self, faults: &mut Faults) -> Option<Option<Currency>> {
        currency(self.currency, faults)
    }
}

fn currency(code: Option<String>, faults: &mut Faults) -> Option<Option<Currency>> {
    faults.optional("/currency", code, |code| Currency::parse(&code))
}
