//! Orders that the shop itself has something to do with.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{BigInt, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, ids::OrderId};
use ports::orders::Overdue;
use uuid::Uuid;

use crate::statement::prepared;

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The orders, but for those that somebody has a lock on: they are being paid, cancelled, or given up by another server.
pub(super) async fn load_overdue(
    mut connection: &AsyncPgConnection,
    what: Overdue,
    now: Instant,
    limit: u32,
) -> QueryResult<Vec<OrderId>> {
    let statement = match what {
        Overdue::Unpaid => UNPAID,
        Overdue::Incomplete => INCOMPLETE,
    };
    let statement = sql_query(statement).bind::<Timestamptz, _>(now).bind::<BigInt, _>(i64::from(limit));
    let rows: Vec<IdRow> = prepared(statement).load(&mut connection).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

const UNPAID: &str = "
    SELECT id FROM orders WHERE status = 'pending' AND expires_at <= $1
    ORDER BY expires_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED";

/// By the index of the axes: hardly ever there is any.
const INCOMPLETE: &str = "
    SELECT id FROM orders
    WHERE status = 'confirmed' AND fulfillment_status IN ('delivered', 'returned')
        AND payment_status NOT IN ('unpaid', 'partially_paid') AND placed_at <= $1
    ORDER BY placed_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED";
