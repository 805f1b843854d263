//! What is sold.

use use_cases::catalog::{
    AddVariant, CreateCategory, CreateProduct, DeleteCategory, DeleteProduct, DeleteVariant, EditCategory,
    EditPrices, EditProduct, EditVariant, GetProduct, GetVariant, ListCategories, ListProducts,
    RestoreProduct, SeePrices,
};

/// Products, their variants, and categories.
#[derive(Clone)]
pub struct Catalog {
    /// POST /products
    pub create_product: CreateProduct,
    /// GET /products/{id}
    pub get_product: GetProduct,
    /// GET /products
    pub list_products: ListProducts,
    /// PATCH /products/{id}
    pub edit_product: EditProduct,
    /// DELETE /products/{id}
    pub delete_product: DeleteProduct,
    /// POST /products/{id}/restore
    pub restore_product: RestoreProduct,
    /// POST /products/{id}/variants
    pub add_variant: AddVariant,
    /// GET /variants/{id}
    pub get_variant: GetVariant,
    /// PATCH /variants/{id}
    pub edit_variant: EditVariant,
    /// DELETE /variants/{id}
    pub delete_variant: DeleteVariant,
    /// POST /categories
    pub create_category: CreateCategory,
    /// GET /categories
    pub list_categories: ListCategories,
    /// PATCH /categories/{id}
    pub edit_category: EditCategory,
    /// DELETE /categories/{id}
    pub delete_category: DeleteCategory,
    /// PUT /variants/{id}/prices/{currency} and DELETE /prices/{id}
    pub edit_prices: EditPrices,
    /// GET /variants/{id}/prices and /products/{id}/price-history
    pub see_prices: SeePrices,
}
