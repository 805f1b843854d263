//! /orders

use actix_web::web::Data;
use domain::orders::Order;
use paperclip::actix::api_v2_operation;
use use_cases::orders::PlacedOrder;

use super::{
    dto::{HistoryQuery, OrderView, OrdersQuery, PlaceOrderBody, StepView},
    metrics::counted,
    records,
};
use crate::{
    Answered, ApiError, Asked, Body, ById, CartToken, Context, Idempotent, NoQuery, OrderToken, Page, Paged,
    Path, Query, Reply, ServiceConfig, Shop, SignedIn, get, post, resource,
};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/orders").route(get().to(list_orders)).route(post().to(place_order)))
        .service(resource("/orders/{id}").route(get().to(get_order)))
        .service(resource("/orders/{id}/history").route(get().to(list_history)));
    records::routes(config);
}

/// Place an order
///
/// What `lines` name, or what is in the cart `cart_id`: all of it at today's prices, with its stock reserved, or nothing at
/// all. The order is `pending` and waits an hour for money, a guest's a quarter of one, unless the shop says otherwise; one
/// that costs nothing is `confirmed` at once. A cart gives one order at most.
///
/// Guests say their `email`, show the `Cart-Token` of the cart that they order, and get an `order_token`, which opens the
/// order for 90 days in the header `Order-Token`.
///
/// When it is refused, the problem names every line that is in the way: `insufficient-stock` has
/// `lines: [{sku, requested, available}]`; `quote-changed`, when `expected_total` or `expected_prices` are not met, has
/// `lines: [{sku, expected, actual}]` and, when it differs, `total: {expected, actual}`; `currency-mismatch` has
/// `skus`, which have no price in the currency.
#[api_v2_operation(tags("Orders"), operation_id = "placeOrder")]
async fn place_order(
    asked: Asked<CartToken>,
    context: Context,
    key: Idempotent,
    body: Body<PlaceOrderBody>,
    shop: Data<Shop>,
) -> Result<Answered<OrderView, 201>, ApiError> {
    let keyed = key.asked_call(&asked, |placed| made(placed).answer())?;
    let outcome = shop.orders.place_order.run(asked.asker().as_ref(), body.0, keyed, context.0).await;
    Ok(Answered::to(counted(outcome.map_err(ApiError::from))?, made))
}

fn made(placed: &PlacedOrder) -> Reply<OrderView, 201> {
    let order = &placed.order;
    Reply::created(format!("/orders/{}", order.id), placed.clone().into())
        .version(order.version.into())
        .secret_if(placed.token.is_some())
}

/// List orders
///
/// The caller's own, newest first. Staff with the permission `orders:read` sees everybody's with `scope=all`, or asks
/// for one customer, address or number.
#[api_v2_operation(tags("Orders"), operation_id = "listOrders")]
async fn list_orders(
    caller: SignedIn,
    list: Paged<OrdersQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<OrderView>>, ApiError> {
    let page = shop.orders.list_orders.run(&caller, list.filter.clone(), list.page()).await?;
    list.show(page, OrderView::from)
}

/// Get an order
///
/// The caller's own, or a guest's with its `Order-Token`; staff with the permission `orders:read` sees everybody's.
#[api_v2_operation(tags("Orders"), operation_id = "getOrder")]
async fn get_order(
    asked: Asked<OrderToken>,
    path: Path<ById>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<OrderView>, ApiError> {
    let found = shop.orders.get_order.run(&asked.known()?, path.0.id.into()).await?;
    Ok(shown(&found.ok_or_else(ApiError::not_found)?))
}

/// An order as the whole answer, with the ETag of its version.
pub(super) fn shown(order: &Order) -> Reply<OrderView> {
    Reply::new(order.clone().into()).version(order.version.into())
}

/// Read the history of an order
///
/// Every step on each of its three axes, the oldest first: from where to where, what made it, who and why. Steps are
/// never changed or taken away.
#[api_v2_operation(tags("Orders"), operation_id = "listOrderHistory")]
async fn list_history(
    asked: Asked<OrderToken>,
    path: Path<ById>,
    list: Paged<HistoryQuery>,
    shop: Data<Shop>,
) -> Result<Reply<Page<StepView>>, ApiError> {
    let asker = asked.known()?;
    let page = shop.orders.list_history.run(&asker, path.0.id.into(), list.page()).await?;
    list.show(page.ok_or_else(ApiError::not_found)?, |step| StepView::of(step, &asker))
}
