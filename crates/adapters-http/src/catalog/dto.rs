//! What clients send and get about the catalog.

mod category;
mod new_product;
mod product;
mod product_patch;
mod variant;

use domain::{catalog::ProductStatus, ids::CategoryId, money::Currency};
use schemars::JsonSchema;
use serde::Deserialize;
use use_cases::catalog::ProductFilter;
use uuid::Uuid;

pub(super) use self::{
    category::{CategoryPatchBody, CategoryView, NewCategoryBody},
    new_product::{NewImageBody, NewProductBody, NewVariantBody, add},
    product::{ImageView, OptionDto, ProductView, VariantView},
    product_patch::{ProductPatchBody, add_edit_fault},
    variant::{ProductVariantView, VariantPatchBody, add_variant_fault},
};
use crate::{Faults, IntoCommand, ListQuery, named::Named};

/// Which products.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductsQuery {
    /// Only those of this category and of all below it
    category_id: Option<Uuid>,
    /// Only those of this status; needs the permission `products:read`. Without it the active ones are listed
    status: Option<Named<ProductStatus>>,
    /// The currency of the prices, by ISO 4217; the store's own when absent
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    currency: Option<String>,
}

/// How a product is shown.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductQuery {
    /// The currency of the prices, by ISO 4217; the store's own when absent
    #[schemars(length(min = 3, max = 3), extend("format" = "currency", "examples" = ["EUR"]))]
    currency: Option<String>,
}

impl IntoCommand for ProductsQuery {
    type Command = ProductFilter;

    fn into_command(self, faults: &mut Faults) -> Option<ProductFilter> {
        let currency = currency(self.currency, faults);
        Some(ProductFilter {
            category_id: self.category_id.map(CategoryId::from),
            status: self.status.map(|status| status.0),
            currency: currency?,
        })
    }
}

impl ListQuery for ProductsQuery {
    type Position = ports::pagination::Position;
    const PRIVATE: bool = false;
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
