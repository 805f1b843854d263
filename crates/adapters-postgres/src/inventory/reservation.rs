//! Holding stock for an order: all lines of it by one statement.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    actor::Origination,
    ids::OrderId,
    orders::{Quantity, Reservation},
};
use uuid::Uuid;

use crate::statement::prepared;

/// A reservation that could not be made.
#[derive(QueryableByName)]
pub(crate) struct Refused {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) variant_id: Uuid,
    /// Whether what is sold is still offered as it was when somebody decided to sell it.
    #[diesel(sql_type = Bool)]
    pub(crate) is_as_offered: bool,
    /// How many can be sold; negative when more is promised than is there.
    #[diesel(sql_type = Integer)]
    pub(crate) available: i32,
}

/// Holds what can be held, with a line in the ledger for each, and gives what can't: then the transaction has to be
/// rolled back. Waits for the levels' locks in the order of the variants' ids, as everybody does.
pub(crate) async fn reserve_in_tx(
    mut connection: &AsyncPgConnection,
    reservations: &[Reservation],
    order: OrderId,
    by: &Origination,
) -> QueryResult<Vec<Refused>> {
    fn column<T>(reservations: &[Reservation], of: impl Fn(&Reservation) -> T) -> Vec<T> {
        reservations.iter().map(of).collect()
    }
    let statement = sql_query(RESERVE)
        .bind::<Array<SqlUuid>, _>(column(reservations, |wanted| wanted.variant_id.uuid()))
        .bind::<Array<Integer>, _>(column(reservations, |wanted| pieces(wanted.quantity)))
        .bind::<Array<BigInt>, _>(column(reservations, |wanted| wanted.offer_version))
        .bind::<SqlUuid, _>(order.uuid())
        .bind::<Text, _>(by.actor.to_string())
        .bind::<Timestamptz, _>(by.at)
        .bind::<Nullable<Text>, _>(by.request_id.as_deref());
    prepared(statement).load(&mut connection).await
}

/// A quantity, as columns hold it.
pub(crate) fn pieces(quantity: Quantity) -> i32 {
    i32::try_from(quantity.get()).unwrap_or(i32::MAX)
}

/// Locking comes first, as a step of its own that sees each level as it is once its lock is there; the rest works on
/// rows that nobody else can change any more.
const RESERVE: &str = "
    WITH wanted AS MATERIALIZED (
        SELECT * FROM unnest($1, $2, $3) AS wanted (variant_id, quantity, offer_version)
    ), locked AS MATERIALIZED (
        SELECT level.variant_id, quantity, on_hand - reserved AS available,
            level.offer_version = wanted.offer_version AS is_as_offered,
            backorder OR quantity <= on_hand - reserved AS is_enough
        FROM wanted JOIN stock_levels AS level ON level.variant_id = wanted.variant_id
        ORDER BY level.variant_id FOR NO KEY UPDATE OF level
    ), held AS (
        UPDATE stock_levels AS level SET reserved = level.reserved + quantity, movements = level.movements + 1
        FROM locked WHERE level.variant_id = locked.variant_id AND is_as_offered AND is_enough
        RETURNING level.variant_id, quantity, level.on_hand, level.reserved, level.movements
    ), ledger AS (
        INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
            reserved_after, order_id, actor, at, request_id)
        SELECT variant_id, movements, 'reservation', 0, quantity, on_hand, reserved, $4, $5, $6, $7 FROM held
    )
    SELECT wanted.variant_id, coalesce(is_as_offered, false) AS is_as_offered, coalesce(available, 0) AS available
    FROM wanted LEFT JOIN locked ON locked.variant_id = wanted.variant_id
    WHERE (is_as_offered AND is_enough) IS NOT TRUE";
