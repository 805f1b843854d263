//! How failures of the catalog look from outside.

use use_cases::catalog::{CreateCategoryError, CreateProductError, ListProductsError};

use super::dto;
use crate::{ApiError, Code, Fault, Faults};

/// Why there is no new product.
pub(super) fn product_refused(error: CreateProductError) -> ApiError {
    refused(error, "/category_id")
}

/// Why there is no new category.
pub(super) fn category_refused(error: CreateCategoryError) -> ApiError {
    refused(error, "/parent_id")
}

/// `category_pointer` is where the body names a category that must exist.
fn refused(error: CreateProductError, category_pointer: &str) -> ApiError {
    match error {
        CreateProductError::Forbidden(error) => error.into(),
        CreateProductError::Faults(found) => {
            let mut faults = Faults::default();
            found.iter().for_each(|fault| dto::add(fault, &mut faults));
            ApiError::invalid(faults.into_vec())
        }
        CreateProductError::SlugTaken(_) => ApiError::new(Code::SlugTaken).detail(error.to_string()),
        CreateProductError::SkuTaken(_) => ApiError::new(Code::SkuTaken).detail(error.to_string()),
        CreateProductError::UnknownCategory(_) => {
            let message = "there is no such category";
            ApiError::invalid(vec![Fault::at(category_pointer, "unknown-category", message)])
        }
        CreateProductError::KeyReused(error) => error.into(),
        CreateProductError::Key(error) => error.into(),
        CreateProductError::Storage(error) => error.into(),
    }
}

impl From<ListProductsError> for ApiError {
    fn from(error: ListProductsError) -> Self {
        match error {
            ListProductsError::Forbidden(error) => error.into(),
            ListProductsError::Storage(error) => error.into(),
        }
    }
}
