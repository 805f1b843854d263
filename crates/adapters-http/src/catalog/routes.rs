//! /products and /categories: making and showing them

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;
use ports::catalog as read;

use super::{
    categories::{delete_category, edit_category},
    dto::{CategoryView, NewCategoryBody, NewProductBody, ProductQuery, ProductView, ProductsQuery},
    errors::{category_refused, product_refused},
    exchange::{export_products, import_products},
    products::{delete_product, edit_product, restore_product},
    variants,
};
use crate::{
    Allowed, Answered, ApiError, Body, ById, Context, Idempotent, NoQuery, Page, Paged, Path, Query, Reply,
    ServiceConfig, Shop, Visitor, delete, get, may, patch, post, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/products").route(get().to(list_products)).route(post().to(create_product)))
        .service(resource("/products/export").route(get().to(export_products)))
        .service(resource("/products/import").route(post().to(import_products)))
        .service(
            resource("/products/{id}")
                .route(get().to(get_product))
                .route(patch().to(edit_product))
                .route(delete().to(delete_product)),
        )
        .service(resource("/products/{id}/restore").route(post().to(restore_product)))
        .service(resource("/categories").route(get().to(list_categories)).route(post().to(create_category)))
        .service(
            resource("/categories/{id}")
                .route(get().to(get_category))
                .route(patch().to(edit_category))
                .route(delete().to(delete_category)),
        );
    variants::routes(config);
}

/// List products
///
/// The active ones, newest first, or as the parameters ask; staff with the permission `products:read` may ask for another
/// `status`. Every filter goes with every other one and with every order, and a page costs the same however deep it is; a
/// page of a search costs the search. A price that was scheduled counts from its instant on.
#[api_v2_operation(tags("Catalog"), operation_id = "listProducts")]
async fn list_products(
    visitor: Visitor,
    list: Paged<ProductsQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<ProductView>>, ApiError> {
    let page = shop.catalog.list_products.run(visitor.0.as_ref(), list.filter.clone(), list.page()).await?;
    list.show(page, ProductView::from).map(Reply::public)
}

/// Make a product
///
/// One call makes the product with its options, variants, first prices and opening stock, all of it or nothing. It is
/// `active` at once, unless it says something else.
#[api_v2_operation(tags("Catalog"), operation_id = "createProduct")]
async fn create_product(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    key: Idempotent,
    body: Body<NewProductBody>,
    shop: Data<Shop>,
) -> Result<Answered<ProductView, 201>, ApiError> {
    let keyed = key.call(&caller, |product| product_created(product).answer())?;
    let outcome =
        shop.catalog.create_product.run(&caller, body.0, keyed, context.0).await.map_err(product_refused)?;
    Ok(Answered::to(outcome, product_created))
}

fn product_created(product: &read::ProductView) -> Reply<ProductView, 201> {
    let read::ProductView { product: made, .. } = product;
    Reply::created(format!("/products/{}", made.id), product.clone().into()).version(made.version.into())
}

/// Get a product
#[api_v2_operation(tags("Catalog"), operation_id = "getProduct")]
async fn get_product(
    visitor: Visitor,
    path: Path<ById>,
    currency: Query<ProductQuery>,
    shop: Data<Shop>,
) -> Result<Reply<ProductView>, ApiError> {
    let found = shop.catalog.get_product.run(visitor.0.as_ref(), path.0.id.into(), currency.0).await?;
    let product = ProductView::from(found.ok_or_else(ApiError::not_found)?);
    let version = product.version;
    Ok(Reply::new(product).version(version.into()).public())
}

/// List categories
///
/// The whole tree at once: `data` has what stands at its top, and each category has its `children`. Trees are shown
/// 50 levels deep; what stands deeper is seen by asking for a category further down.
#[api_v2_operation(tags("Catalog"), operation_id = "listCategories")]
async fn list_categories(
    _visitor: Visitor,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<CategoryView>>, ApiError> {
    let tree = shop.catalog.list_categories.run().await?;
    let data = tree.into_iter().map(CategoryView::from).collect();
    Ok(Reply::new(Page { data, next_cursor: None }).public())
}

/// Make a category
#[api_v2_operation(tags("Catalog"), operation_id = "createCategory")]
async fn create_category(
    caller: Allowed<may::CategoriesWrite>,
    context: Context,
    key: Idempotent,
    body: Body<NewCategoryBody>,
    shop: Data<Shop>,
) -> Result<Answered<CategoryView, 201>, ApiError> {
    let keyed = key.call(&caller, |category| category_created(category).answer())?;
    let outcome = shop
        .catalog
        .create_category
        .run(&caller, body.0, keyed, context.0)
        .await
        .map_err(category_refused)?;
    Ok(Answered::to(outcome, category_created))
}

fn category_created(view: &read::CategoryView) -> Reply<CategoryView, 201> {
    let read::CategoryView { category: made, .. } = view;
    Reply::created(format!("/categories/{}", made.id), view.clone().into()).version(made.version.into())
}

/// Get a category, with everything below it
#[api_v2_operation(tags("Catalog"), operation_id = "getCategory")]
async fn get_category(
    _visitor: Visitor,
    path: Path<ById>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<CategoryView>, ApiError> {
    let found = shop.catalog.list_categories.find(path.0.id.into()).await?;
    let category = CategoryView::from(found.ok_or_else(ApiError::not_found)?);
    let version = category.version;
    Ok(Reply::new(category).version(version.into()).public())
}
