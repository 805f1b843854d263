//! Editing, deleting and restoring products.

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;
use ports::catalog as read;

use super::{
    dto::{ProductPatchBody, ProductView},
    errors::edit_refused,
};
use crate::{
    Allowed, Answered, ApiError, ById, Context, Done, Idempotent, IfMatch, NoContent, Patch, Path, Reply,
    Shop, may,
};

/// Edit a product
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears, `attributes` are merged by name, lists are replaced
/// whole. Orders keep what they were placed with.
#[api_v2_operation(tags("Catalog"), operation_id = "editProduct")]
pub(super) async fn edit_product(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    condition: IfMatch,
    path: Path<ById>,
    body: Patch<ProductPatchBody>,
    shop: Data<Shop>,
) -> Result<Reply<ProductView>, ApiError> {
    let id = path.0.id.into();
    let edited = shop.catalog.edit_product.run(&caller, id, body.0, &condition.0, context.0).await;
    Ok(shown(&edited.map_err(edit_refused)?))
}

/// Delete a product
///
/// With all its variants. Nobody sees or buys it any more, and its slug and SKUs are free; orders and history keep it, and
/// it can be restored.
#[api_v2_operation(tags("Catalog"), operation_id = "deleteProduct")]
pub(super) async fn delete_product(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    condition: IfMatch,
    path: Path<ById>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    let deleted = shop.catalog.delete_product.run(&caller, path.0.id.into(), &condition.0, context.0).await;
    deleted.map(|()| Done).map_err(edit_refused)
}

/// Restore a deleted product
///
/// As it was, with the variants that went with it; at the top when its category is gone. 409 when its slug or a SKU has
/// been taken meanwhile. A product that is not deleted stays as it is.
#[api_v2_operation(tags("Catalog"), operation_id = "restoreProduct")]
pub(super) async fn restore_product(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    shop: Data<Shop>,
) -> Result<Answered<ProductView, 200>, ApiError> {
    let keyed = key.call(&caller, |product| shown(product).answer())?;
    let restored = shop.catalog.restore_product.run(&caller, path.0.id.into(), keyed, context.0).await;
    Ok(Answered::to(restored.map_err(edit_refused)?, shown))
}

fn shown(product: &read::ProductView) -> Reply<ProductView> {
    Reply::new(product.clone().into()).version(product.product.version.into())
}
