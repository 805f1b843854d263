//! How failures of the catalog look from outside.

use domain::catalog::VariantChangeError;
use use_cases::catalog::{
    BadBound, CreateCategoryError, CreateProductError, EditCategoryError, EditProductError,
    ExportProductsError, ListProductsError,
};

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
fn refused(error: CreateProductError, category_pointer: &'static str) -> ApiError {
    match error {
        CreateProductError::Forbidden(error) => error.into(),
        CreateProductError::Faults(found) => {
            let mut faults = Faults::default();
            found.iter().for_each(|fault| dto::add(fault, &mut faults));
            ApiError::invalid(faults.into_vec())
        }
        CreateProductError::SlugTaken(_) => ApiError::new(Code::SlugTaken).detail(error.to_string()),
        CreateProductError::SkuTaken(_) => ApiError::new(Code::SkuTaken).detail(error.to_string()),
        CreateProductError::UnknownCategory(_) => unknown_category(category_pointer),
        CreateProductError::KeyReused(error) => error.into(),
        CreateProductError::Key(error) => error.into(),
        CreateProductError::Storage(error) => error.into(),
    }
}

/// The body names a category that does not exist.
fn unknown_category(pointer: &'static str) -> ApiError {
    ApiError::invalid(vec![Fault::at(pointer, "unknown-category", "there is no such category")])
}

/// Why a product or a variant is not changed.
pub(super) fn edit_refused(error: EditProductError) -> ApiError {
    let mut faults = Faults::default();
    match error {
        EditProductError::Forbidden(error) => error.into(),
        EditProductError::NotFound => ApiError::not_found(),
        EditProductError::VersionMismatch(error) => error.into(),
        EditProductError::Faults(found) => {
            found.iter().for_each(|fault| dto::add_edit_fault(fault, &mut faults));
            ApiError::invalid(faults.into_vec())
        }
        EditProductError::Variant(VariantChangeError::NotFound) => ApiError::not_found(),
        EditProductError::Variant(error @ VariantChangeError::Last) => {
            ApiError::new(Code::LastVariant).detail(error.to_string())
        }
        EditProductError::Variant(VariantChangeError::Faults(found)) => {
            found.iter().for_each(|fault| dto::add_variant_fault(fault, &mut faults));
            ApiError::invalid(faults.into_vec())
        }
        EditProductError::SlugTaken(_) => ApiError::new(Code::SlugTaken).detail(error.to_string()),
        EditProductError::SkuTaken(_) => ApiError::new(Code::SkuTaken).detail(error.to_string()),
        EditProductError::UnknownCategory(_) => unknown_category("/category_id"),
        EditProductError::KeyReused(error) => error.into(),
        EditProductError::Key(error) => error.into(),
        EditProductError::Storage(error) => error.into(),
    }
}

impl From<EditCategoryError> for ApiError {
    fn from(error: EditCategoryError) -> Self {
        match error {
            EditCategoryError::Forbidden(error) => error.into(),
            EditCategoryError::NotFound => Self::not_found(),
            EditCategoryError::VersionMismatch(error) => error.into(),
            EditCategoryError::SlugTaken(_) => Self::new(Code::SlugTaken).detail(error.to_string()),
            EditCategoryError::UnknownParent(_) => unknown_category("/parent_id"),
            EditCategoryError::Cycle(error) => Self::new(Code::CategoryCycle).detail(error.to_string()),
            EditCategoryError::InUse(error) => Self::new(Code::CategoryInUse).detail(error.to_string()),
            EditCategoryError::Storage(error) => error.into(),
        }
    }
}

impl From<ExportProductsError> for ApiError {
    fn from(error: ExportProductsError) -> Self {
        match error {
            ExportProductsError::Forbidden(error) => error.into(),
            ExportProductsError::Storage(error) => error.into(),
        }
    }
}

impl From<ListProductsError> for ApiError {
    fn from(error: ListProductsError) -> Self {
        match error {
            ListProductsError::Forbidden(error) => error.into(),
            ListProductsError::Bounds(bad) => {
                let fault =
                    |BadBound { bound, error }| Fault::parameter(bound, "money-amount", error.to_string());
                Self::invalid(bad.into_iter().map(fault).collect())
            }
            ListProductsError::Storage(error) => error.into(),
        }
    }
}
