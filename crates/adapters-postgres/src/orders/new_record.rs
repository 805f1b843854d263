//! What a command records of an order's money or goods.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, insert_into,
    result::Error,
    sql_query,
    sql_types::{Array, Integer, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    ids::OrderId,
    orders::{Fulfillment, LineQuantity, NewRecord, Payment, Refund, Return},
};
use futures::try_join;
use uuid::Uuid;

use crate::{
    inventory::pieces,
    schema::{fulfillments, payments, refunds, returns},
    statement::prepared,
};

/// Stores the record.
pub(super) async fn insert_record_in_tx(
    mut connection: &AsyncPgConnection,
    order: OrderId,
    record: &NewRecord,
) -> QueryResult<()> {
    let order_id = order.uuid();
    match record {
        NewRecord::Payment(Payment { id, amount, method, reference, actor, created_at }) => {
            let row = (
                payments::order_id.eq(order_id),
                payments::id.eq(id.uuid()),
                payments::amount_minor.eq(amount.minor()),
                payments::method.eq(method.as_str()),
                payments::reference.eq(reference.as_str()),
                payments::actor.eq(actor.to_string()),
                payments::created_at.eq(created_at),
            );
            insert_into(payments::table).values(row).execute(&mut connection).await?;
        }
        NewRecord::Refund(Refund { id, amount, reason, actor, created_at }) => {
            let row = (
                refunds::order_id.eq(order_id),
                refunds::id.eq(id.uuid()),
                refunds::amount_minor.eq(amount.minor()),
                refunds::reason.eq(reason.as_ref().map(|note| note.as_str())),
                refunds::actor.eq(actor.to_string()),
                refunds::created_at.eq(created_at),
            );
            insert_into(refunds::table).values(row).execute(&mut connection).await?;
        }
        NewRecord::Fulfillment(sent) => insert_fulfillment_in_tx(connection, order_id, sent).await?,
        NewRecord::Return(back) => insert_return_in_tx(connection, order_id, back).await?,
        NewRecord::Delivery { fulfillment_id, at } => {
            let sent = fulfillments::table.find((order_id, fulfillment_id.uuid()));
            let arrived = update(sent.filter(fulfillments::delivered_at.is_null()))
                .set(fulfillments::delivered_at.eq(at))
                .execute(&mut connection)
                .await?;
            if arrived != 1 {
                return Err(Error::NotFound);
            }
        }
    }
    Ok(())
}

async fn insert_fulfillment_in_tx(
    mut connection: &AsyncPgConnection,
    order_id: Uuid,
    sent: &Fulfillment,
) -> QueryResult<()> {
    let Fulfillment { id, lines, tracking, actor, created_at, delivered_at } = sent;
    let row = (
        fulfillments::order_id.eq(order_id),
        fulfillments::id.eq(id.uuid()),
        fulfillments::carrier.eq(tracking.carrier.as_ref().map(|name| name.as_str())),
        fulfillments::tracking_number.eq(tracking.number.as_ref().map(|name| name.as_str())),
        fulfillments::tracking_url.eq(tracking.url.as_ref().map(|url| url.as_str())),
        fulfillments::actor.eq(actor.to_string()),
        fulfillments::created_at.eq(created_at),
        fulfillments::delivered_at.eq(delivered_at),
    );
    try_join!(
        insert_into(fulfillments::table).values(row).execute(&mut connection),
        insert_goods_in_tx(connection, SHIPPED, order_id, id.uuid(), lines),
    )?;
    Ok(())
}

async fn insert_return_in_tx(
    mut connection: &AsyncPgConnection,
    order_id: Uuid,
    back: &Return,
) -> QueryResult<()> {
    let Return { id, lines, restock, reason, actor, created_at } = back;
    let row = (
        returns::order_id.eq(order_id),
        returns::id.eq(id.uuid()),
        returns::restock.eq(restock),
        returns::reason.eq(reason.as_ref().map(|note| note.as_str())),
        returns::actor.eq(actor.to_string()),
        returns::created_at.eq(created_at),
    );
    try_join!(
        insert_into(returns::table).values(row).execute(&mut connection),
        insert_goods_in_tx(connection, RETURNED, order_id, id.uuid(), lines),
    )?;
    Ok(())
}

/// The pieces of a record that has goods.
async fn insert_goods_in_tx(
    mut connection: &AsyncPgConnection,
    insert: &'static str,
    order_id: Uuid,
    record_id: Uuid,
    lines: &[LineQuantity],
) -> QueryResult<()> {
    let statement = sql_query(insert)
        .bind::<SqlUuid, _>(order_id)
        .bind::<SqlUuid, _>(record_id)
        .bind::<Array<SqlUuid>, _>(lines.iter().map(|part| part.line_id.uuid()).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(lines.iter().map(|part| pieces(part.quantity)).collect::<Vec<_>>());
    prepared(statement).execute(&mut connection).await.map(drop)
}

const SHIPPED: &str = "
    INSERT INTO fulfillment_lines (order_id, fulfillment_id, line_id, quantity) SELECT $1, $2, * FROM unnest($3, $4)";
const RETURNED: &str = "
    INSERT INTO return_lines (order_id, return_id, line_id, quantity) SELECT $1, $2, * FROM unnest($3, $4)";
