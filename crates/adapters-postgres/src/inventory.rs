//! Stock levels and the ledger that adds up to them.

mod figures;
mod ledger_reader;
mod ledger_walk;
mod level_row;
mod moves;
mod reader;
mod reservation;
mod store;

use diesel::{
    QueryResult, sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::inventory::{StockLevel, StockMovement};

pub(crate) use self::figures::{FIGURE_COLUMNS, LevelFigures};
pub(crate) use self::moves::{Missing, move_stock_in_tx};
pub(crate) use self::reservation::{Refused, pieces, reserve_in_tx};
pub(crate) use self::store::{store_stock_in_tx, switch_backorder_in_tx};
pub use self::{
    ledger_reader::PgLedgerReader,
    ledger_walk::{OpenWalkError, PgLedgerWalk},
    reader::PgStockReader,
    store::PgStockStore,
};
use crate::statement::prepared;

/// Stores the levels of new variants, each with the number of its ledger's last line.
pub(crate) async fn insert_levels_in_tx(
    mut connection: &AsyncPgConnection,
    levels: &[(&StockLevel, i64)],
) -> QueryResult<()> {
    let statement = sql_query(
        "INSERT INTO stock_levels (variant_id, on_hand, reserved, backorder, version, movements)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)",
    )
    .bind::<Array<SqlUuid>, _>(levels.iter().map(|(level, _)| level.variant_id.uuid()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(levels.iter().map(|(level, _)| level.on_hand).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(levels.iter().map(|(level, _)| level.reserved).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(levels.iter().map(|(level, _)| level.backorder).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(levels.iter().map(|(level, _)| level.version).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(levels.iter().map(|(_, movements)| *movements).collect::<Vec<_>>());
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// Appends lines to the ledger, each with its number among its variant's lines.
pub(crate) async fn insert_movements_in_tx(
    mut connection: &AsyncPgConnection,
    movements: &[(&StockMovement, i64)],
) -> QueryResult<()> {
    fn column<T>(movements: &[(&StockMovement, i64)], of: impl Fn(&StockMovement) -> T) -> Vec<T> {
        movements.iter().map(|(movement, _)| of(movement)).collect()
    }
    let statement = sql_query(
        "INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
            reserved_after, order_id, actor, note, at, request_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind::<Array<SqlUuid>, _>(column(movements, |line| line.variant_id.uuid()))
    .bind::<Array<BigInt>, _>(movements.iter().map(|(_, sequence)| *sequence).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(column(movements, |line| line.kind.name()))
    .bind::<Array<Integer>, _>(column(movements, |line| line.delta_on_hand))
    .bind::<Array<Integer>, _>(column(movements, |line| line.delta_reserved))
    .bind::<Array<Integer>, _>(column(movements, |line| line.on_hand_after))
    .bind::<Array<Integer>, _>(column(movements, |line| line.reserved_after))
    .bind::<Array<Nullable<SqlUuid>>, _>(column(movements, |line| line.order_id.map(|id| id.uuid())))
    .bind::<Array<Text>, _>(column(movements, |line| line.origination.actor.to_string()))
    .bind::<Array<Nullable<Text>>, _>(column(movements, |line| line.note.as_ref().map(ToString::to_string)))
    .bind::<Array<Timestamptz>, _>(column(movements, |line| line.origination.at))
    .bind::<Array<Nullable<Text>>, _>(column(movements, |line| line.origination.request_id.clone()));
    prepared(statement).execute(&mut connection).await.map(drop)
}
