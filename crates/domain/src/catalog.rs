//! What the shop shows and sells: products, their variants, prices over time, and categories.

pub mod category;
pub mod change;
pub mod creation;
mod field;
pub mod import;
pub mod price;
pub mod product;
pub mod sku;
pub mod slug;
pub mod variant;

pub use category::{
    Category, CategoryChange, CategoryCreation, CategoryCycle, CategoryDeletion, CategoryEdit, CategoryInUse,
    Occupancy,
};
pub use change::{
    AttributesEdit, EditFault, ProductChange, ProductEdit, ProductEntry, VariantChangeError, VariantEdit,
    VariantFault,
};
pub use creation::{CreationFault, NewIds, NewProduct, NewVariant, ProductCreation, VariantCreation};
pub use import::{
    ImportDecision, ImportFault, ImportGround, ImportStep, KnownProduct, ProductImport, ProductRow, RowIds,
    VariantIds, VariantRow,
};
pub use price::{
    NewPrice, PriceChange, PriceDecision, PriceEdit, PriceEffect, PricePeriod, PriceRefusal, PriceTimeline,
    PriceWish, PricedVariant, TimelineError,
};
pub use product::{Attributes, Image, Product, ProductOption, ProductStatus};
pub use sku::{ParseSkuError, Sku};
pub use slug::{ParseSlugError, Slug};
pub use variant::Variant;
