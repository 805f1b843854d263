//! The rows of a new order, one statement for each table.

use diesel::{
    QueryResult, sql_query,
    sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    ids::OrderId,
    orders::{HistoryStep, Order, OrderLine},
};

use super::address::stored_address;
use crate::{inventory::pieces, statement::prepared};

pub(super) async fn insert_order_in_tx(mut connection: &AsyncPgConnection, order: &Order) -> QueryResult<()> {
    let totals = &order.totals;
    let statement = sql_query(
        "INSERT INTO orders (id, number, customer_id, currency, status, payment_status, fulfillment_status,
            subtotal_minor, discount_minor, shipping_minor, tax_minor, total_minor, cancelled_minor, paid_minor,
            refunded_minor, email, shipping_address, billing_address, note, placed_ip, placed_at, expires_at, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20::inet, $21,
            $22, $23)",
    )
    .bind::<SqlUuid, _>(order.id.uuid())
    .bind::<BigInt, _>(order.number)
    .bind::<Nullable<SqlUuid>, _>(order.customer_id.map(|id| id.uuid()))
    .bind::<Text, _>(order.currency.code())
    .bind::<Text, _>(order.status.name())
    .bind::<Text, _>(order.payment_status.name())
    .bind::<Text, _>(order.fulfillment_status.name())
    .bind::<BigInt, _>(totals.subtotal.minor())
    .bind::<BigInt, _>(totals.discount.minor())
    .bind::<BigInt, _>(totals.shipping.minor())
    .bind::<BigInt, _>(totals.tax.minor())
    .bind::<BigInt, _>(totals.total.minor())
    .bind::<BigInt, _>(totals.cancelled.minor())
    .bind::<BigInt, _>(totals.paid.minor())
    .bind::<BigInt, _>(totals.refunded.minor())
    .bind::<Nullable<Text>, _>(order.email.as_ref().map(|email| email.as_str()))
    .bind::<Nullable<Jsonb>, _>(order.shipping_address.as_ref().map(stored_address))
    .bind::<Nullable<Jsonb>, _>(order.billing_address.as_ref().map(stored_address))
    .bind::<Nullable<Text>, _>(order.note.as_ref().map(|note| note.as_str()))
    .bind::<Nullable<Text>, _>(order.placed_ip.map(|ip| ip.to_string()))
    .bind::<Timestamptz, _>(order.placed_at)
    .bind::<Nullable<Timestamptz>, _>(order.expires_at)
    .bind::<Integer, _>(order.version);
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// The lines of a new order, in their order. Nothing of them has been shipped or called off yet.
pub(super) async fn insert_lines_in_tx(
    mut connection: &AsyncPgConnection,
    order: OrderId,
    lines: &[OrderLine],
) -> QueryResult<()> {
    fn column<'a, T>(lines: &'a [OrderLine], of: impl Fn(&'a OrderLine) -> T) -> Vec<T> {
        lines.iter().map(of).collect()
    }
    let statement = sql_query(
        "INSERT INTO order_lines (order_id, position, id, variant_id, product_id, sku, title, unit_price_minor,
            quantity, line_total_minor)
        SELECT $1, place - 1, id, variant_id, product_id, sku, title, unit_price, quantity, line_total
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
            AS line (id, variant_id, product_id, sku, title, unit_price, quantity, line_total, place)",
    )
    .bind::<SqlUuid, _>(order.uuid())
    .bind::<Array<SqlUuid>, _>(column(lines, |line| line.id.uuid()))
    .bind::<Array<SqlUuid>, _>(column(lines, |line| line.variant_id.uuid()))
    .bind::<Array<SqlUuid>, _>(column(lines, |line| line.product_id.uuid()))
    .bind::<Array<Text>, _>(column(lines, |line| line.sku.as_str()))
    .bind::<Array<Text>, _>(column(lines, |line| line.title.as_str()))
    .bind::<Array<BigInt>, _>(column(lines, |line| line.unit_price.minor()))
    .bind::<Array<Integer>, _>(column(lines, |line| pieces(line.quantity)))
    .bind::<Array<BigInt>, _>(column(lines, |line| line.line_total.minor()));
    prepared(statement).execute(&mut connection).await.map(drop)
}

pub(super) async fn insert_history_in_tx(
    mut connection: &AsyncPgConnection,
    order: OrderId,
    steps: &[HistoryStep],
) -> QueryResult<()> {
    fn column<'a, T>(steps: &'a [HistoryStep], of: impl Fn(&'a HistoryStep) -> T) -> Vec<T> {
        steps.iter().map(of).collect()
    }
    let statement = sql_query(
        "INSERT INTO order_history (order_id, sequence, at, axis, from_value, to_value, command, actor, reason,
            request_id)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind::<SqlUuid, _>(order.uuid())
    .bind::<Array<Integer>, _>(column(steps, |step| step.sequence))
    .bind::<Array<Timestamptz>, _>(column(steps, |step| step.origination.at))
    .bind::<Array<Text>, _>(column(steps, |step| step.axis.names().0))
    .bind::<Array<Nullable<Text>>, _>(column(steps, |step| step.axis.names().1))
    .bind::<Array<Text>, _>(column(steps, |step| step.axis.names().2))
    .bind::<Array<Text>, _>(column(steps, |step| step.command.name()))
    .bind::<Array<Text>, _>(column(steps, |step| step.origination.actor.to_string()))
    .bind::<Array<Nullable<Text>>, _>(column(steps, |step| step.reason.as_ref().map(|note| note.as_str())))
    .bind::<Array<Nullable<Text>>, _>(column(steps, |step| step.origination.request_id.as_deref()));
    prepared(statement).execute(&mut connection).await.map(drop)
}
