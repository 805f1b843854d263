//! /products/{id}/variants and /variants

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;
use ports::catalog as read;

use super::{
    dto::{NewVariantBody, ProductQuery, ProductVariantView, VariantPatchBody},
    errors::edit_refused,
};
use crate::{
    Allowed, Answered, ApiError, Body, ById, Context, Done, Idempotent, IfMatch, NoContent, Patch, Path,
    Query, Reply, ServiceConfig, Shop, Visitor, delete, get, may, patch, post, resource,
};

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(resource("/products/{id}/variants").route(post().to(add_variant))).service(
        resource("/variants/{id}")
            .route(get().to(get_variant))
            .route(patch().to(edit_variant))
            .route(delete().to(delete_variant)),
    );
}

/// Add a variant
///
/// With its first price and opening stock, as the last one of the product. It needs a value of each of the product's
/// options, in a combination of its own; a value that is new is added to the product first.
#[api_v2_operation(tags("Catalog"), operation_id = "addVariant")]
async fn add_variant(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    body: Body<NewVariantBody>,
    shop: Data<Shop>,
) -> Result<Answered<ProductVariantView, 201>, ApiError> {
    let keyed = key.call(&caller, |variant| variant_added(variant).answer())?;
    let added = shop.catalog.add_variant.run(&caller, path.0.id.into(), body.0, keyed, context.0).await;
    Ok(Answered::to(added.map_err(edit_refused)?, variant_added))
}

fn variant_added(view: &read::VariantView) -> Reply<ProductVariantView, 201> {
    let read::VariantView { variant, .. } = view;
    Reply::created(format!("/variants/{}", variant.id), view.clone().into()).version(variant.version.into())
}

/// Get a variant
#[api_v2_operation(tags("Catalog"), operation_id = "getVariant")]
async fn get_variant(
    visitor: Visitor,
    path: Path<ById>,
    currency: Query<ProductQuery>,
    shop: Data<Shop>,
) -> Result<Reply<ProductVariantView>, ApiError> {
    let found = shop.catalog.get_variant.run(visitor.0.as_ref(), path.0.id.into(), currency.0).await?;
    Ok(ProductVariantView::reply(found.ok_or_else(ApiError::not_found)?).public())
}

/// Edit a variant
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears. Its product's version moves with its own. Prices and
/// stock have calls of their own; orders keep what they were placed with.
#[api_v2_operation(tags("Catalog"), operation_id = "editVariant")]
async fn edit_variant(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    condition: IfMatch,
    path: Path<ById>,
    body: Patch<VariantPatchBody>,
    shop: Data<Shop>,
) -> Result<Reply<ProductVariantView>, ApiError> {
    let id = path.0.id.into();
    let edited = shop.catalog.edit_variant.run(&caller, id, body.0, &condition.0, context.0).await;
    edited.map(ProductVariantView::reply).map_err(edit_refused)
}

/// Delete a variant
///
/// Any but the product's last one. Its SKU is free then; orders and history keep it.
#[api_v2_operation(tags("Catalog"), operation_id = "deleteVariant")]
async fn delete_variant(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    condition: IfMatch,
    path: Path<ById>,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    let deleted = shop.catalog.delete_variant.run(&caller, path.0.id.into(), &condition.0, context.0).await;
    deleted.map(|()| Done).map_err(edit_refused)
}
