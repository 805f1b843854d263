//! Editing and deleting categories.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use super::dto::{CategoryPatchBody, CategoryView};
use crate::{Allowed, ApiError, ById, Context, Done, IfMatch, NoContent, Patch, Path, Reply, Shop, may};

/// Edit or move a category
///
/// A JSON Merge Patch (RFC 7396): what is absent stays. Another `parent_id` moves the category with everything below it;
/// another `position` moves it among its sisters, of which none moves.
#[api_v2_operation(tags("Catalog"), operation_id = "editCategory")]
pub(super) async fn edit_category(
    caller: Allowed<may::CategoriesWrite>,
    context: Context,
    condition: IfMatch,
    path: Path<ById>,
    body: Patch<CategoryPatchBody>,
    shop: Data<Shop>,
) -> Result<Reply<CategoryView>, ApiError> {
    let id = path.0.id.into();
    let edited = shop.catalog.edit_category.run(&caller, id, body.0, &condition.0, context.0).await?;
    let category = CategoryView::from(edited);
    let version = category.version.into();
    Ok(Reply::new(category).version(version))
}

/// Delete a category
///
/// One that has no categories below it and no products in it; deleted products don't count.
#[api_v2_operation(tags("Catalog"), operation_id = "deleteCategory")]
pub(super) async fn delete_category(
    caller: Allowed<may::CategoriesWrite>,
    context: Context,
    condition: IfMatch,
    path: Path<ById>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.catalog.delete_category.run(&caller, path.0.id.into(), &condition.0, context.0).await?;
    Ok(Done)
}
