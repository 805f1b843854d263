//! /orders/{id}/cancel and /confirm, and what is recorded of an order: payments, fulfillments, returns and refunds

use actix_web::web::Data;
use domain::{
    accounts::Caller,
    asker::Asker,
    orders::{Fulfillment, Order, Payment, Refund, Return},
};
use paperclip::actix::api_v2_operation;
use use_cases::{
    Keyed,
    orders::{Given, Recorded},
};
use uuid::Uuid;

use super::{
    dto::{
        FulfillmentBody, FulfillmentPath, FulfillmentView, OrderView, PaymentBody, PaymentPath, PaymentView,
        ReasonBody, RefundBody, RefundPath, RefundView, ReturnBody, ReturnPath, ReturnView,
    },
    routes::shown,
};
use crate::{
    Allowed, Answered, ApiError, Asked, Body, ById, Context, Idempotent, NoQuery, OrderToken, Path, Query,
    Reply, ServiceConfig, Shop, get, may, post, resource,
};

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(resource("/orders/{id}/cancel").route(post().to(cancel_order)))
        .service(resource("/orders/{id}/confirm").route(post().to(confirm_order)))
        .service(resource("/orders/{id}/payments").route(post().to(record_payment)))
        .service(resource("/orders/{id}/payments/{payment_id}").route(get().to(get_payment)))
        .service(resource("/orders/{id}/fulfillments").route(post().to(record_fulfillment)))
        .service(resource("/orders/{id}/fulfillments/{fulfillment_id}").route(get().to(get_fulfillment)))
        .service(
            resource("/orders/{id}/fulfillments/{fulfillment_id}/deliver")
                .route(post().to(deliver_fulfillment)),
        )
        .service(resource("/orders/{id}/returns").route(post().to(record_return)))
        .service(resource("/orders/{id}/returns/{return_id}").route(get().to(get_return)))
        .service(resource("/orders/{id}/refunds").route(post().to(record_refund)))
        .service(resource("/orders/{id}/refunds/{refund_id}").route(get().to(get_refund)));
}

/// Cancel an order
///
/// Calls off whatever was not shipped, and gives its stock free. While nothing was shipped the whole order is `cancelled`;
/// what was paid for it is to be given back (`refund_due`), which nobody does by itself. Of a part-shipped order staff
/// calls off the rest, and the order goes on without it. Buyers cancel their own orders, guests with
/// the `Order-Token`; staff with the permission
/// `orders:cancel` everybody's.
#[api_v2_operation(tags("Orders"), operation_id = "cancelOrder")]
async fn cancel_order(
    asked: Asked<OrderToken>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    body: Body<ReasonBody>,
    shop: Data<Shop>,
) -> Result<Answered<OrderView, 200>, ApiError> {
    let keyed = key.asked_call(&asked, |order| shown(order).answer())?;
    let given = given(asked.known()?, path.0.id, keyed, context);
    Ok(Answered::to(shop.orders.cancel_order.run(given, body.0).await?, shown))
}

/// Confirm an order before it is paid
///
/// Promises to fulfill it: it does not expire any more, and can be shipped. Once an order is paid in full this happens by
/// itself.
#[api_v2_operation(tags("Orders"), operation_id = "confirmOrder")]
async fn confirm_order(
    caller: Allowed<may::OrdersConfirm>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    body: Body<ReasonBody>,
    shop: Data<Shop>,
) -> Result<Answered<OrderView, 200>, ApiError> {
    let keyed = key.call(&caller, |order| shown(order).answer())?;
    let given = given(staff(&caller), path.0.id, keyed, context);
    Ok(Answered::to(shop.orders.confirm_order.run(given, body.0).await?, shown))
}

/// Record a payment
///
/// Money that came in. An order that waited only for it is `confirmed` with it. Of an order that can still be fulfilled,
/// no more than is due is taken; money that arrives for one that was cancelled or has expired is a fact as well, and is
/// `refund_due`. A reference is recorded once for its method, whatever order it is sent to.
#[api_v2_operation(tags("Orders"), operation_id = "recordPayment")]
async fn record_payment(
    caller: Allowed<may::OrdersFulfill>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    body: Body<PaymentBody>,
    shop: Data<Shop>,
) -> Result<Answered<PaymentView, 201>, ApiError> {
    let keyed = key.call(&caller, |made| paid(made).answer())?;
    let given = given(staff(&caller), path.0.id, keyed, context);
    Ok(Answered::to(shop.orders.record_payment.run(given, body.0).await?, paid))
}

fn paid(Recorded { order_id, record }: &Recorded<Payment>) -> Reply<PaymentView, 201> {
    Reply::created(format!("/orders/{order_id}/payments/{}", record.id), record.clone().into())
}

/// Get a payment
#[api_v2_operation(tags("Orders"), operation_id = "getPayment")]
async fn get_payment(
    asked: Asked<OrderToken>,
    path: Path<PaymentPath>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<PaymentView>, ApiError> {
    let order = order_of(&shop, &asked, path.0.id).await?;
    record(Recorded::payment(&order, path.0.payment_id.into()))
}

/// Record a fulfillment
///
/// Goods that went out: some pieces of some lines, or all that is left. Only now they leave the stock (`on_hand`), and they
/// must be there, also where backorder let more be sold: otherwise 409 `insufficient-stock` with every short line.
#[api_v2_operation(tags("Orders"), operation_id = "recordFulfillment")]
async fn record_fulfillment(
    caller: Allowed<may::OrdersFulfill>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    body: Body<FulfillmentBody>,
    shop: Data<Shop>,
) -> Result<Answered<FulfillmentView, 201>, ApiError> {
    let keyed = key.call(&caller, |made| sent(made).answer())?;
    let given = given(staff(&caller), path.0.id, keyed, context);
    Ok(Answered::to(shop.orders.record_fulfillment.run(given, body.0).await?, sent))
}

fn sent(Recorded { order_id, record }: &Recorded<Fulfillment>) -> Reply<FulfillmentView, 201> {
    Reply::created(format!("/orders/{order_id}/fulfillments/{}", record.id), record.clone().into())
}

/// Get a fulfillment
#[api_v2_operation(tags("Orders"), operation_id = "getFulfillment")]
async fn get_fulfillment(
    asked: Asked<OrderToken>,
    path: Path<FulfillmentPath>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<FulfillmentView>, ApiError> {
    let order = order_of(&shop, &asked, path.0.id).await?;
    record(Recorded::fulfillment(&order, path.0.fulfillment_id.into()))
}

/// Record that a fulfillment has arrived
///
/// Once is enough: another time changes nothing. An order that has all its goods with it, and nothing due, is `completed`.
#[api_v2_operation(tags("Orders"), operation_id = "deliverFulfillment")]
async fn deliver_fulfillment(
    caller: Allowed<may::OrdersFulfill>,
    context: Context,
    key: Idempotent,
    path: Path<FulfillmentPath>,
    shop: Data<Shop>,
) -> Result<Answered<FulfillmentView, 200>, ApiError> {
    let keyed = key.call(&caller, |made| arrived(made).answer())?;
    let given = given(staff(&caller), path.0.id, keyed, context);
    let fulfillment = path.0.fulfillment_id.into();
    Ok(Answered::to(shop.orders.deliver_fulfillment.run(given, fulfillment).await?, arrived))
}

fn arrived(made: &Recorded<Fulfillment>) -> Reply<FulfillmentView> {
    Reply::new(made.record.clone().into())
}

/// Record a return
///
/// Goods that came back, of those that had arrived. With `restock` they can be sold again, and are counted in; without it
/// the stock stays as it is. No money is given back by itself.
#[api_v2_operation(tags("Orders"), operation_id = "recordReturn")]
async fn record_return(
    caller: Allowed<may::OrdersFulfill>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    body: Body<ReturnBody>,
    shop: Data<Shop>,
) -> Result<Answered<ReturnView, 201>, ApiError> {
    let keyed = key.call(&caller, |made| taken_back(made).answer())?;
    let given = given(staff(&caller), path.0.id, keyed, context);
    Ok(Answered::to(shop.orders.record_return.run(given, body.0).await?, taken_back))
}

fn taken_back(Recorded { order_id, record }: &Recorded<Return>) -> Reply<ReturnView, 201> {
    Reply::created(format!("/orders/{order_id}/returns/{}", record.id), record.clone().into())
}

/// Get a return
#[api_v2_operation(tags("Orders"), operation_id = "getReturn")]
async fn get_return(
    asked: Asked<OrderToken>,
    path: Path<ReturnPath>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<ReturnView>, ApiError> {
    let order = order_of(&shop, &asked, path.0.id).await?;
    record(Recorded::returned(&order, path.0.return_id.into()))
}

/// Record a refund
///
/// Money that was given back: any of what came in and was not given back yet, also where it is not owed. Not while the
/// order is pending: it is cancelled first.
#[api_v2_operation(tags("Orders"), operation_id = "recordRefund")]
async fn record_refund(
    caller: Allowed<may::OrdersFulfill>,
    context: Context,
    key: Idempotent,
    path: Path<ById>,
    body: Body<RefundBody>,
    shop: Data<Shop>,
) -> Result<Answered<RefundView, 201>, ApiError> {
    let keyed = key.call(&caller, |made| given_back(made).answer())?;
    let given = given(staff(&caller), path.0.id, keyed, context);
    Ok(Answered::to(shop.orders.record_refund.run(given, body.0).await?, given_back))
}

fn given_back(Recorded { order_id, record }: &Recorded<Refund>) -> Reply<RefundView, 201> {
    Reply::created(format!("/orders/{order_id}/refunds/{}", record.id), record.clone().into())
}

/// Get a refund
#[api_v2_operation(tags("Orders"), operation_id = "getRefund")]
async fn get_refund(
    asked: Asked<OrderToken>,
    path: Path<RefundPath>,
    _none: Query<NoQuery>,
    shop: Data<Shop>,
) -> Result<Reply<RefundView>, ApiError> {
    let order = order_of(&shop, &asked, path.0.id).await?;
    record(Recorded::refund(&order, path.0.refund_id.into()))
}

fn given<T>(asker: Asker, order: Uuid, keyed: Option<Keyed<T>>, context: Context) -> Given<T> {
    Given { asker, order: order.into(), keyed, context: context.0 }
}

fn staff(caller: &Caller) -> Asker {
    Asker::User(caller.clone())
}

/// The order that a record is looked for in.
async fn order_of(shop: &Shop, asked: &Asked<OrderToken>, id: Uuid) -> Result<Order, ApiError> {
    let order = shop.orders.get_order.run(&asked.known()?, id.into()).await?;
    order.ok_or_else(ApiError::not_found)
}

fn record<R, V: From<R>>(found: Option<Recorded<R>>) -> Result<Reply<V>, ApiError> {
    found.map(|found| Reply::new(found.record.into())).ok_or_else(ApiError::not_found)
}
