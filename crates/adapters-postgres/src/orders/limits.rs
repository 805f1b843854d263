//! The bounds on open unpaid orders, counted in the transaction of the next one.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::orders::{OpenOrderLimits, Order};
use futures::try_join;

use crate::statement::prepared;

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Bool)]
    is_full: bool,
}

/// Whether the buyer, the e-mail address or the network address of a new order has as many open unpaid orders as it may
/// have. Until the transaction ends, nobody else counts the same ones.
pub(super) async fn is_at_limit_in_tx(
    connection: &AsyncPgConnection,
    order: &Order,
    limits: OpenOrderLimits,
) -> QueryResult<bool> {
    let ((), is_full) =
        try_join!(take_turns_in_tx(connection, order), count_in_tx(connection, order, limits))?;
    Ok(is_full)
}

async fn take_turns_in_tx(mut connection: &AsyncPgConnection, order: &Order) -> QueryResult<()> {
    let counted = [
        order.customer_id.map(|id| format!("customer {id}")),
        order.email.as_ref().map(|email| format!("email {email}")),
        order.placed_ip.map(|ip| format!("address {ip}")),
    ];
    let statement =
        sql_query(TAKE_TURNS).bind::<Array<Text>, _>(counted.into_iter().flatten().collect::<Vec<_>>());
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// Counts with a snapshot of its own, which is taken once the locks are there.
async fn count_in_tx(
    mut connection: &AsyncPgConnection,
    order: &Order,
    limits: OpenOrderLimits,
) -> QueryResult<bool> {
    let statement = sql_query(COUNT)
        .bind::<Nullable<SqlUuid>, _>(order.customer_id.map(|id| id.uuid()))
        .bind::<Nullable<Text>, _>(order.email.as_ref().map(|email| email.as_str()))
        .bind::<BigInt, _>(i64::from(limits.customer))
        .bind::<Nullable<Text>, _>(order.placed_ip.map(|ip| ip.to_string()))
        .bind::<BigInt, _>(i64::from(limits.address));
    prepared(statement).get_result(&mut connection).await.map(|counted: Counted| counted.is_full)
}

/// Class 3 of the advisory locks; in the order of the hashes, so that nobody waits in a circle.
const TAKE_TURNS: &str = "
    SELECT pg_advisory_xact_lock(3, hash) FROM (
        SELECT DISTINCT hashtext(counted) AS hash FROM unnest($1) AS counted ORDER BY hash
    ) AS hashes";

/// None is counted beyond the bound, however many there are.
const COUNT: &str = "
    SELECT (
        SELECT count(*) FROM (
            SELECT FROM orders WHERE status = 'pending' AND customer_id IS NOT NULL AND customer_id = $1 LIMIT $3
        ) AS open
    ) >= $3 OR (
        SELECT count(*) FROM (
            SELECT FROM orders WHERE status = 'pending' AND email IS NOT NULL AND email = $2 LIMIT $3
        ) AS open
    ) >= $3 OR (
        $4::inet IS NOT NULL AND (SELECT count(*) FROM (
            SELECT FROM orders WHERE status = 'pending' AND placed_ip IS NOT NULL AND placed_ip = $4::inet LIMIT $5
        ) AS open) >= $5
    ) AS is_full";
