//! /inventory and /variants/{id}/inventory

use actix_web::web::Data;
use domain::inventory::StockChange;
use paperclip::actix::api_v2_operation;

use super::dto::{
    AdjustmentBody, CountBody, MovementPath, MovementView, MovementsQuery, StockListQuery, StockView,
};
use crate::{
    Allowed, Answered, ApiError, Body, ById, Context, Idempotent, IfMatch, NoQuery, Page, Paged, Path, Query,
    Reply, ServiceConfig, Shop, get, may, post, put, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/inventory").route(get().to(list_stock)))
        .service(resource("/variants/{id}/inventory").route(get().to(get_stock)).route(put().to(count_stock)))
        .service(resource("/variants/{id}/inventory/adjustments").route(post().to(adjust_stock)))
        .service(resource("/variants/{id}/inventory/movements").route(get().to(list_movements)))
        .service(resource("/variants/{id}/inventory/movements/{sequence}").route(get().to(get_movement)));
}

/// List what runs low
///
/// With `below`, what has fewer pieces available than that, the emptiest first. Without it, the stock of every variant,
/// by SKU.
#[api_v2_operation(tags("Inventory"), operation_id = "listStock")]
async fn list_stock(
    caller: Allowed<may::InventoryRead>,
    list: Paged<StockListQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<StockView>>, ApiError> {
    let page = shop.inventory.list_stock.run(&caller, list.filter.clone(), list.page()).await?;
    list.show(page, StockView::from)
}

/// Get the stock of a variant
#[api_v2_operation(tags("Inventory"), operation_id = "getStock")]
async fn get_stock(
    caller: Allowed<may::InventoryRead>,
    path: Path<ById>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<StockView>, ApiError> {
    let stock = shop.inventory.get_stock.run(&caller, path.0.id.into()).await?;
    Ok(StockView::reply(stock))
}

/// Take in a count of stock
///
/// What is there from now on, as somebody has counted it. The difference becomes a line of the ledger, also when there
/// is none. A count below what orders hold needs `force`, unless the variant allows backorder.
#[api_v2_operation(tags("Inventory"), operation_id = "countStock")]
async fn count_stock(
    caller: Allowed<may::InventoryWrite>,
    context: Context,
    path: Path<ById>,
    condition: IfMatch,
    body: Body<CountBody>,
    shop: Data<Shop>,
) -> Result<Reply<StockView>, ApiError> {
    let (id, count) = (path.0.id.into(), body.0);
    let stock = shop.inventory.count_stock.run(&caller, id, count, &condition.0, context.0).await?;
    Ok(StockView::reply(stock))
}

/// Adjust the stock of a variant
///
/// Pieces that came (`delta` above 0) or went (below 0). What is there never goes below 0. Taking what orders hold needs
/// `force`, unless the variant allows backorder: the loss is recorded, `available` becomes negative, and nothing more is
/// sold until stock comes back. Adding never needs `force`.
#[api_v2_operation(tags("Inventory"), operation_id = "adjustStock")]
async fn adjust_stock(
    caller: Allowed<may::InventoryWrite>,
    context: Context,
    path: Path<ById>,
    key: Idempotent,
    body: Body<AdjustmentBody>,
    shop: Data<Shop>,
) -> Result<Answered<MovementView, 201>, ApiError> {
    let keyed = key.call(&caller, |change| stock_adjusted(change).answer())?;
    let (id, adjustment) = (path.0.id.into(), body.0);
    let outcome = shop.inventory.adjust_stock.run(&caller, id, adjustment, keyed, context.0).await?;
    Ok(Answered::to(outcome, stock_adjusted))
}

fn stock_adjusted(change: &StockChange) -> Reply<MovementView, 201> {
    let (id, sequence) = (change.level.variant_id, change.line.sequence);
    let path = format!("/variants/{id}/inventory/movements/{sequence}");
    Reply::created(path, change.line.clone().into())
}

/// Read the ledger of a variant
///
/// Every change of its stock, the newest first: what changed and why, and both levels after it. The lines are numbered
/// without a gap, and they always add up to the level.
#[api_v2_operation(tags("Inventory"), operation_id = "listStockMovements")]
async fn list_movements(
    caller: Allowed<may::InventoryRead>,
    path: Path<ById>,
    list: Paged<MovementsQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<MovementView>>, ApiError> {
    let page = shop.inventory.list_movements.run(&caller, path.0.id.into(), list.page()).await?;
    list.show(page, MovementView::from)
}

/// Get one line of the ledger of a variant
#[api_v2_operation(tags("Inventory"), operation_id = "getStockMovement")]
async fn get_movement(
    caller: Allowed<may::InventoryRead>,
    path: Path<MovementPath>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<MovementView>, ApiError> {
    let sequence = path.0.sequence()?;
    let line = shop.inventory.get_movement.run(&caller, path.0.id.into(), sequence).await?;
    Ok(Reply::new(line.into()))
}
