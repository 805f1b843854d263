//! Why a row of a file can't be taken in.

use crate::{
    catalog::{CreationFault, EditFault, PriceRefusal, Slug, VariantFault},
    inventory::StockError,
};

/// Something in a row that can't be, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportFault {
    /// A new product has no title.
    #[error("a new product must have a title")]
    NoTitle,
    /// There is no category of that slug.
    #[error("there is no category {0}")]
    UnknownCategory(Slug),
    /// The SKU is of another product than those before it in the row.
    #[error("this SKU is of another product than the one before it")]
    OtherProduct {
        /// The variant's place.
        variant: usize,
    },
    /// The parts of a new product do not fit together, or a SKU stands twice in the row.
    #[error(transparent)]
    Creation(CreationFault),
    /// The product can't become that.
    #[error(transparent)]
    Edit(EditFault),
    /// A variant does not fit its product.
    #[error("{fault}")]
    Variant {
        /// The variant's place.
        variant: usize,
        /// What is wrong with it.
        fault: VariantFault,
    },
    /// A price can't be set.
    #[error("{refusal}")]
    Price {
        /// The variant's place.
        variant: usize,
        /// The price's place among the variant's.
        price: usize,
        /// Why.
        refusal: PriceRefusal,
    },
    /// The stock can't be counted like that.
    #[error("{refusal}")]
    Stock {
        /// The variant's place.
        variant: usize,
        /// Why.
        refusal: StockError,
    },
}
