//! What a command makes of an order: everything of the decision in one transaction.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, sql_query,
    sql_types::{Array, Integer, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    idempotency::IdempotencyRecord,
    inventory::StockMove,
    orders::{Order, OrderChange, OrderLine, Shortage},
};
use futures::try_join;
use ports::orders::CommitChangeError;

use super::{new_record::insert_record_in_tx, step_row::insert_steps_in_tx};
use crate::{
    errors::refused_by,
    events::insert_events_in_tx,
    idempotency::record_in_tx,
    inventory::{Missing, move_stock_in_tx},
    pool::Connection,
    retry::Failure,
    schema::orders,
    statement::prepared,
};

pub(super) type ChangeFailure = Failure<CommitChangeError>;

/// First the key and the order are waited for, then its stock: everybody waits in this order. What follows is only sent
/// once it is sure that the order is the one that was decided on.
pub(super) async fn change_once(
    mut connection: Connection,
    change: &OrderChange,
    record: Option<&IdempotencyRecord>,
) -> Result<(), ChangeFailure> {
    let events: Vec<_> = change.events.iter().collect();
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let ((), updated) = try_join!(
                async {
                    match record {
                        Some(record) => record_in_tx(connection, record).await.map_err(Failure::widen),
                        None => Ok(()),
                    }
                },
                async { Ok(update_order_in_tx(connection, change).await?) }
            )?;
            if updated != 1 {
                return Err(Failure::Refused(CommitChangeError::Conflict));
            }
            let (missing, ..) = try_join!(
                move_in_tx(connection, change),
                update_lines_in_tx(connection, &change.order),
                record_in_order_in_tx(connection, change),
                async { Ok(insert_steps_in_tx(connection, change.order.id, &change.history).await?) },
                async { Ok(insert_events_in_tx(connection, &events).await?) },
            )?;
            if missing.is_empty() {
                Ok(())
            } else {
                Err(Failure::Refused(shortages(&change.stock, &missing)))
            }
        })
        .await
}

/// Locks the order, if it still is the one that was decided on.
async fn update_order_in_tx(
    mut connection: &AsyncPgConnection,
    OrderChange { order, decided_on, .. }: &OrderChange,
) -> QueryResult<usize> {
    update(orders::table.find(order.id.uuid()).filter(orders::version.eq(decided_on)))
        .set((
            orders::status.eq(order.status.name()),
            orders::payment_status.eq(order.payment_status.name()),
            orders::fulfillment_status.eq(order.fulfillment_status.name()),
            orders::cancelled_minor.eq(order.totals.cancelled.minor()),
            orders::paid_minor.eq(order.totals.paid.minor()),
            orders::refunded_minor.eq(order.totals.refunded.minor()),
            orders::expires_at.eq(order.expires_at),
            orders::version.eq(order.version),
        ))
        .execute(&mut connection)
        .await
}

/// Only the lines that something has become of.
async fn update_lines_in_tx(mut connection: &AsyncPgConnection, order: &Order) -> Result<(), ChangeFailure> {
    let column = |of: fn(&OrderLine) -> u32| -> Vec<i32> {
        order.lines.iter().map(|line| i32::try_from(of(line)).unwrap_or(i32::MAX)).collect()
    };
    let statement = sql_query(
        "UPDATE order_lines AS line SET cancelled_quantity = now.cancelled, fulfilled_quantity = now.fulfilled,
            delivered_quantity = now.delivered, returned_quantity = now.returned
        FROM unnest($2, $3, $4, $5, $6) AS now (id, cancelled, fulfilled, delivered, returned)
        WHERE line.order_id = $1 AND line.id = now.id
            AND (cancelled_quantity, fulfilled_quantity, delivered_quantity, returned_quantity)
                <> (now.cancelled, now.fulfilled, now.delivered, now.returned)",
    )
    .bind::<SqlUuid, _>(order.id.uuid())
    .bind::<Array<SqlUuid>, _>(order.lines.iter().map(|line| line.id.uuid()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(column(|line| line.cancelled_quantity))
    .bind::<Array<Integer>, _>(column(|line| line.fulfilled_quantity))
    .bind::<Array<Integer>, _>(column(|line| line.delivered_quantity))
    .bind::<Array<Integer>, _>(column(|line| line.returned_quantity));
    prepared(statement).execute(&mut connection).await?;
    Ok(())
}

async fn record_in_order_in_tx(
    connection: &AsyncPgConnection,
    change: &OrderChange,
) -> Result<(), ChangeFailure> {
    let Some(record) = &change.record else { return Ok(()) };
    match insert_record_in_tx(connection, change.order.id, record).await {
        Err(error) if refused_by(&error) == Some("payments_reference_key") => {
            Err(Failure::Refused(CommitChangeError::ReferenceTaken))
        }
        outcome => Ok(outcome?),
    }
}

/// The command's event says who moves the stock, and when.
async fn move_in_tx(
    connection: &AsyncPgConnection,
    change: &OrderChange,
) -> Result<Vec<Missing>, ChangeFailure> {
    match change.events.as_slice().first() {
        Some(event) if !change.stock.is_empty() => {
            Ok(move_stock_in_tx(connection, &change.stock, change.order.id, &event.origination).await?)
        }
        _ => Ok(Vec::new()),
    }
}

fn shortages(moves: &[StockMove], missing: &[Missing]) -> CommitChangeError {
    let shortage = |moved: &StockMove| {
        let missing = missing.iter().find(|missing| missing.variant_id == moved.variant_id.uuid())?;
        let available = u32::try_from(missing.on_hand).unwrap_or(0);
        Some(Shortage { sku: moved.sku.clone(), requested: moved.quantity, available })
    };
    CommitChangeError::InsufficientStock(moves.iter().filter_map(shortage).collect())
}
