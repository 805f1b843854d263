//! The rows of a new order: all of them by one statement, for each statement costs more than the few rows that it adds.

use diesel::{
    QueryResult, sql_query,
    sql_types::{Array, BigInt, Bytea, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::orders::{Order, OrderLine, OrderPlacement};

use super::{address::stored_address, step_row::StepColumns};
use crate::{inventory::pieces, statement::prepared};

/// Stores a new order with its lines, in their order, and its first steps. Nothing of the lines has been shipped or
/// called off yet.
pub(super) async fn insert_order_in_tx(
    mut connection: &AsyncPgConnection,
    OrderPlacement { order, history, cart, .. }: &OrderPlacement,
) -> QueryResult<()> {
    fn of_lines<'a, T>(order: &'a Order, of: impl Fn(&'a OrderLine) -> T) -> Vec<T> {
        order.lines.iter().map(of).collect()
    }
    let steps = StepColumns::of(history);
    let totals = &order.totals;
    let statement = sql_query(INSERT)
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
        .bind::<Integer, _>(order.version)
        .bind::<Array<SqlUuid>, _>(of_lines(order, |line| line.id.uuid()))
        .bind::<Array<SqlUuid>, _>(of_lines(order, |line| line.variant_id.uuid()))
        .bind::<Array<SqlUuid>, _>(of_lines(order, |line| line.product_id.uuid()))
        .bind::<Array<Text>, _>(of_lines(order, |line| line.sku.as_str()))
        .bind::<Array<Text>, _>(of_lines(order, |line| line.title.as_str()))
        .bind::<Array<BigInt>, _>(of_lines(order, |line| line.unit_price.minor()))
        .bind::<Array<Integer>, _>(of_lines(order, |line| pieces(line.quantity)))
        .bind::<Array<BigInt>, _>(of_lines(order, |line| line.line_total.minor()))
        .bind::<Array<Integer>, _>(steps.sequence)
        .bind::<Array<Timestamptz>, _>(steps.at)
        .bind::<Array<Text>, _>(steps.axis)
        .bind::<Array<Nullable<Text>>, _>(steps.from)
        .bind::<Array<Text>, _>(steps.to)
        .bind::<Array<Text>, _>(steps.command)
        .bind::<Array<Text>, _>(steps.actor)
        .bind::<Array<Nullable<Text>>, _>(steps.reason)
        .bind::<Array<Nullable<Text>>, _>(steps.request_id)
        .bind::<Nullable<Bytea>, _>(order.guest.as_ref().map(|guest| guest.digest.as_slice()))
        .bind::<Nullable<Timestamptz>, _>(order.guest.as_ref().map(|guest| guest.expires_at))
        .bind::<Nullable<SqlUuid>, _>(cart.map(|cart| cart.id.uuid()));
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// Foreign keys are looked at when the whole statement is done.
const INSERT: &str = "
    WITH new_order AS (
        INSERT INTO orders (id, number, customer_id, currency, status, payment_status, fulfillment_status,
            subtotal_minor, discount_minor, shipping_minor, tax_minor, total_minor, cancelled_minor, paid_minor,
            refunded_minor, email, shipping_address, billing_address, note, placed_ip, placed_at, expires_at, version,
            token_digest, token_expires_at, cart_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20::inet, $21,
            $22, $23, $41, $42, $43)
    ), new_lines AS (
        INSERT INTO order_lines (order_id, position, id, variant_id, product_id, sku, title, unit_price_minor,
            quantity, line_total_minor)
        SELECT $1, place - 1, id, variant_id, product_id, sku, title, unit_price, quantity, line_total
        FROM unnest($24, $25, $26, $27, $28, $29, $30, $31) WITH ORDINALITY
            AS line (id, variant_id, product_id, sku, title, unit_price, quantity, line_total, place)
    )
    INSERT INTO order_history (order_id, sequence, at, axis, from_value, to_value, command, actor, reason, request_id)
    SELECT $1, * FROM unnest($32, $33, $34, $35, $36, $37, $38, $39, $40)";
