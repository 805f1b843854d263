//! Stock that an order moves once it was placed: gives free, ships, takes back; all variants of it by one statement.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{actor::Origination, ids::OrderId, inventory::StockMove};
use uuid::Uuid;

use crate::statement::prepared;

/// Pieces that could not be shipped, because so many are not there.
#[derive(QueryableByName)]
pub(crate) struct Missing {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) variant_id: Uuid,
    /// How many are there.
    #[diesel(sql_type = Integer)]
    pub(crate) on_hand: i32,
}

/// Moves what can be moved, with a line in the ledger for each, and gives what can't: then the transaction has to be
/// rolled back. Waits for the levels' locks in the order of the variants' ids, as everybody does.
pub(crate) async fn move_stock_in_tx(
    mut connection: &AsyncPgConnection,
    moves: &[StockMove],
    order: OrderId,
    by: &Origination,
) -> QueryResult<Vec<Missing>> {
    fn column<T>(moves: &[StockMove], of: impl Fn(&StockMove) -> T) -> Vec<T> {
        moves.iter().map(of).collect()
    }
    let statement = sql_query(MOVE)
        .bind::<Array<SqlUuid>, _>(column(moves, |moved| moved.variant_id.uuid()))
        .bind::<Array<Text>, _>(column(moves, |moved| moved.kind.name()))
        .bind::<Array<Integer>, _>(column(moves, |moved| moved.deltas().0))
        .bind::<Array<Integer>, _>(column(moves, |moved| moved.deltas().1))
        .bind::<SqlUuid, _>(order.uuid())
        .bind::<Text, _>(by.actor.to_string())
        .bind::<Timestamptz, _>(by.at)
        .bind::<Nullable<Text>, _>(by.request_id.as_deref());
    prepared(statement).load(&mut connection).await
}

/// Locking comes first, as a step of its own that sees each level as it is once its lock is there. What is recorded as
/// missing is never more than what is missing. The level's version counts the changes of what is there.
const MOVE: &str = "
    WITH wanted AS MATERIALIZED (
        SELECT * FROM unnest($1, $2, $3, $4) AS wanted (variant_id, kind, delta_on_hand, delta_reserved)
    ), locked AS MATERIALIZED (
        SELECT level.variant_id, kind, delta_on_hand, delta_reserved, on_hand,
            on_hand + delta_on_hand >= 0 AS is_there
        FROM wanted JOIN stock_levels AS level ON level.variant_id = wanted.variant_id
        ORDER BY level.variant_id FOR NO KEY UPDATE OF level
    ), moved AS (
        UPDATE stock_levels AS level SET
            on_hand = level.on_hand + delta_on_hand,
            reserved = level.reserved + delta_reserved,
            shortfall = least(shortfall,
                greatest(level.reserved + delta_reserved - level.on_hand - delta_on_hand, 0)),
            version = level.version + CASE WHEN delta_on_hand = 0 THEN 0 ELSE 1 END,
            movements = level.movements + 1
        FROM locked WHERE level.variant_id = locked.variant_id AND is_there
        RETURNING level.variant_id, kind, delta_on_hand, delta_reserved, level.on_hand, level.reserved, level.movements
    ), ledger AS (
        INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
            reserved_after, order_id, actor, at, request_id)
        SELECT variant_id, movements, kind, delta_on_hand, delta_reserved, on_hand, reserved, $5, $6, $7, $8 FROM moved
    )
    SELECT wanted.variant_id, coalesce(on_hand, 0) AS on_hand
    FROM wanted LEFT JOIN locked ON locked.variant_id = wanted.variant_id
    WHERE is_there IS NOT TRUE";
