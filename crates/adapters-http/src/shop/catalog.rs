//! What is sold.

use use_cases::catalog::{CreateCategory, CreateProduct, GetProduct, ListCategories, ListProducts};

/// Products and categories.
#[derive(Clone)]
pub struct Catalog {
    /// POST /products
    pub create_product: CreateProduct,
    /// GET /products/{id}
    pub get_product: GetProduct,
    /// GET /products
    pub list_products: ListProducts,
    /// POST /categories
    pub create_category: CreateCategory,
    /// GET /categories
    pub list_categories: ListCategories,
}
