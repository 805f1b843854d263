//! Variants on their own.

use std::collections::BTreeMap;

use domain::{
    catalog::{Sku, VariantEdit, VariantFault},
    text::Name,
};
use ports::catalog as read;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::product::VariantView;
use crate::{Change, Edit, Faults, IntoCommand, Reply, json::pointer_step};

/// One SKU, and the product that it belongs to.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ProductVariant")]
pub(crate) struct ProductVariantView {
    /// The product that it is a variant of
    pub(crate) product_id: Uuid,
    #[serde(flatten)]
    pub(crate) variant: VariantView,
}

/// What is to be different about a variant. What is absent stays; prices and stock have calls of their own.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VariantPatch")]
pub(crate) struct VariantPatchBody {
    /// What it is counted and ordered by; case counts
    #[schemars(length(min = 1, max = 64), extend("format" = "sku", "examples" = ["SHIRT-S"]))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) sku: Edit<String>,
    /// How it differs from its sisters; `null` for what its option values, or the product's title, say
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) title: Change<String>,
    /// Its value of some of the product's options, by the option's name; the others stay
    #[schemars(extend("examples" = [{ "size": "S" }]))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) option_values: Edit<BTreeMap<String, Option<String>>>,
    /// A GTIN or the like
    #[schemars(length(min = 1, max = 64), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) barcode: Change<String>,
    /// What it weighs, in grams
    #[schemars(range(max = 1_000_000_000))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) weight_grams: Change<u32>,
    /// Whether more may be sold than there are. Switched off while more is sold than there is, it only stops further
    /// sales
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) backorder: Edit<bool>,
}

impl IntoCommand for VariantPatchBody {
    type Command = VariantEdit;

    fn into_command(self, faults: &mut Faults) -> Option<VariantEdit> {
        let sku = self.sku.into_option().map(|sku| faults.field_as("/sku", "sku", Sku::parse(&sku)));
        let title = faults.clearable("/title", self.title.into_option(), |title| Name::parse(&title));
        Some(VariantEdit {
            sku: sku.map_or(Some(None), |sku| sku.map(Some))?,
            title: title?,
            option_values: self.option_values.into_option().unwrap_or_default(),
            barcode: self.barcode.into_option(),
            weight_grams: self.weight_grams.into_option(),
            backorder: self.backorder.into_option(),
        })
    }
}

impl From<read::VariantView> for ProductVariantView {
    fn from(view: read::VariantView) -> Self {
        Self { product_id: view.variant.product_id.uuid(), variant: view.into() }
    }
}

impl ProductVariantView {
    /// The answer that shows it.
    pub(crate) fn reply(view: read::VariantView) -> Reply<Self> {
        let version = view.variant.version.into();
        Reply::new(view.into()).version(version)
    }
}

/// Adds what does not fit the product, with its place in the body.
pub(crate) fn add_variant_fault(fault: &VariantFault, faults: &mut Faults) {
    let value = |option: &str| format!("/option_values/{}", pointer_step(option));
    let (pointer, code) = match fault {
        VariantFault::TooMany => (String::new(), "too-many-items"),
        VariantFault::MissingOptionValue(option) => (value(option), "required"),
        VariantFault::UnknownOptionValue(option) => (value(option), "unknown-option-value"),
        VariantFault::DuplicateOptionValues => ("/option_values".to_owned(), "duplicate-option-values"),
    };
    faults.add(&pointer, code, fault.to_string());
}
