//! Prices over time: /variants/{id}/prices, /prices and /products/{id}/price-history

mod dto;
mod errors;
mod notes;

use actix_web::web::Data;
use paperclip::actix::api_v2_operation;

use self::dto::{AsOfQuery, ByCurrency, PriceAsOfView, PriceHistoryQuery, PriceView, SetPriceBody};
pub(crate) use self::notes::notes;
use crate::{
    Allowed, ApiError, Body, ById, Context, Done, IfMatch, NoContent, Page, Paged, Path, Query, Reply,
    ServiceConfig, Shop, Visitor, delete, get, may, put, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/variants/{id}/prices").route(get().to(list_prices)))
        .service(resource("/variants/{id}/prices/{currency}").route(put().to(set_price)))
        .service(resource("/prices/{id}").route(delete().to(cancel_price)))
        .service(resource("/products/{id}/price-history").route(get().to(list_price_history)));
}

/// List the prices of a variant
///
/// What it costs now, or at any instant, past or future: one price for each currency that it has one in.
#[api_v2_operation(tags("Catalog"), operation_id = "listPrices")]
async fn list_prices(
    visitor: Visitor,
    path: Path<ById>,
    instant: Query<AsOfQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<PriceAsOfView>>, ApiError> {
    let found = shop.catalog.see_prices.as_of(visitor.0.as_ref(), path.0.id.into(), instant.0).await?;
    let found = found.ok_or_else(ApiError::not_found)?;
    let data = found.prices.into_iter().map(PriceAsOfView::from).collect();
    Ok(Reply::new(Page { data, next_cursor: None }).version(found.variant_version.into()).public())
}

/// Set a price
///
/// From now on or, with `valid_from`, from a future instant on, and until the next price that is scheduled. The same
/// instant again replaces what was scheduled for it. A price set to what it is, or would be then, changes nothing. The
/// answer is the price in force from that instant on; its `ETag` and `If-Match` are about the variant.
#[api_v2_operation(tags("Catalog"), operation_id = "setPrice")]
async fn set_price(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    path: Path<ByCurrency>,
    condition: IfMatch,
    body: Body<SetPriceBody>,
    shop: Data<Shop>,
) -> Result<Reply<PriceView>, ApiError> {
    let prices = &shop.catalog.edit_prices;
    let decision = prices.set(&caller, path.0.id.into(), body.0, condition.0, context.0).await?;
    let version = decision.variant_version;
    Ok(Reply::new(PriceView::from(decision)).version(version.into()))
}

/// Call off a scheduled price
///
/// Only one that has not begun; the price before it goes on. What was in force stays. `If-Match` is about the variant.
#[api_v2_operation(tags("Catalog"), operation_id = "cancelPrice")]
async fn cancel_price(
    caller: Allowed<may::ProductsWrite>,
    context: Context,
    path: Path<ById>,
    condition: IfMatch,
    shop: Data<Shop>,
) -> Result<NoContent, ApiError> {
    shop.catalog.edit_prices.cancel(&caller, path.0.id.into(), condition.0, context.0).await?;
    Ok(Done)
}

/// List the price history of a product
///
/// Every price that its variants have, had or are scheduled to have, the latest to begin first. What was in force is
/// never rewritten.
#[api_v2_operation(tags("Catalog"), operation_id = "listPriceHistory")]
async fn list_price_history(
    visitor: Visitor,
    path: Path<ById>,
    list: Paged<PriceHistoryQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<dto::PastPriceView>>, ApiError> {
    let (prices, filter) = (&shop.catalog.see_prices, list.filter.clone());
    let found = prices.history(visitor.0.as_ref(), path.0.id.into(), filter, list.page()).await?;
    list.show(found.ok_or_else(ApiError::not_found)?, dto::PastPriceView::from).map(Reply::public)
}
