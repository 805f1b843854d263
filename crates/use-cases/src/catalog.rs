//! Products, their variants, and categories.

pub mod add_variant;
pub mod create_category;
pub mod create_product;
pub mod delete_category;
pub mod delete_product;
pub mod delete_variant;
pub mod edit_category;
pub mod edit_prices;
pub mod edit_product;
pub mod edit_variant;
pub mod export_products;
pub mod get_product;
pub mod get_variant;
pub mod import_products;
pub mod list_categories;
pub mod list_products;
pub mod restore_product;
pub mod see_prices;

pub use add_variant::AddVariant;
pub use create_category::{CreateCategory, CreateCategoryCommand, CreateCategoryError};
pub use create_product::{CreateProduct, CreateProductError};
pub use delete_category::{DeleteCategory, DeleteCategoryError};
pub use delete_product::DeleteProduct;
pub use delete_variant::DeleteVariant;
pub use edit_category::{EditCategory, EditCategoryError};
pub use edit_prices::{EditPriceError, EditPrices, SetPriceCommand};
pub use edit_product::{EditProduct, EditProductError};
pub use edit_variant::EditVariant;
pub use export_products::{ExportProducts, ExportProductsError};
pub use get_product::GetProduct;
pub use get_variant::GetVariant;
pub use import_products::{ImportProducts, ProductImportRun, RowOutcome};
pub use list_categories::{CategoryNode, ListCategories};
pub use list_products::{BadBound, ListProducts, ListProductsError, ProductFilter};
pub use restore_product::RestoreProduct;
pub use see_prices::{PriceHistoryFilter, SeePrices};
