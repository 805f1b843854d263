//! Products and categories.

pub mod create_category;
pub mod create_product;
pub mod get_product;
pub mod list_categories;
pub mod list_products;

pub use create_category::{CreateCategory, CreateCategoryCommand, CreateCategoryError};
pub use create_product::{CreateProduct, CreateProductError};
pub use get_product::GetProduct;
pub use list_categories::{CategoryNode, ListCategories};
pub use list_products::{ListProducts, ListProductsError, ProductFilter};
