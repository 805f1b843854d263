//! The orders of somebody who leaves.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, sql_query,
    sql_types::{Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, accounts::OpenOrder, ids::UserId, orders::OrderStatus};
use uuid::Uuid;

use crate::{schema::orders, statement::prepared};

/// The person's orders that the shop still has to do something about, the oldest first.
pub(crate) async fn load_open_orders(
    mut connection: &AsyncPgConnection,
    person: UserId,
) -> QueryResult<Vec<OpenOrder>> {
    let open = OrderStatus::ALL.iter().filter(|status| status.is_open()).map(|status| status.name());
    let rows: Vec<(Uuid, i64)> = orders::table
        .filter(orders::customer_id.eq(person.uuid()))
        .filter(orders::status.eq_any(open.collect::<Vec<_>>()))
        .order((orders::placed_at, orders::id))
        .select((orders::id, orders::number))
        .load(&mut connection)
        .await?;
    Ok(rows.into_iter().map(|(id, number)| OpenOrder { id: id.into(), number }).collect())
}

/// Takes what is personal out of the person's orders and their records. What was bought and what it cost stays.
///
/// The orders are locked first, in the order of their ids, and get a new version: who was handling one has done so
/// before, and is seen; or finds that it is not as it was, and decides again on what is left of it.
pub(crate) async fn erase_orders_in_tx(
    connection: &AsyncPgConnection,
    person: UserId,
    at: Instant,
) -> QueryResult<()> {
    let mut borrowed = connection;
    let statement = sql_query(ORDERS).bind::<SqlUuid, _>(person.uuid()).bind::<Timestamptz, _>(at);
    prepared(statement).execute(&mut borrowed).await?;
    for statement in RECORDS {
        let statement = sql_query(statement).bind::<SqlUuid, _>(person.uuid());
        prepared(statement).execute(&mut borrowed).await?;
    }
    Ok(())
}

const ORDERS: &str = "
    WITH held AS MATERIALIZED (
        SELECT id FROM orders WHERE customer_id = $1 ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE orders SET email = NULL, shipping_address = NULL, billing_address = NULL, note = NULL, placed_ip = NULL,
        erased_at = $2, version = version + 1
    FROM held WHERE orders.id = held.id";

/// Anybody's words may be about the person; a parcel's number leads to their door.
const RECORDS: [&str; 4] = [
    "UPDATE order_history SET reason = NULL
    WHERE reason IS NOT NULL AND order_id IN (SELECT id FROM orders WHERE customer_id = $1)",
    "UPDATE refunds SET reason = NULL
    WHERE reason IS NOT NULL AND order_id IN (SELECT id FROM orders WHERE customer_id = $1)",
    "UPDATE returns SET reason = NULL
    WHERE reason IS NOT NULL AND order_id IN (SELECT id FROM orders WHERE customer_id = $1)",
    "UPDATE fulfillments SET tracking_number = NULL, tracking_url = NULL
    WHERE num_nonnulls(tracking_number, tracking_url) > 0
        AND order_id IN (SELECT id FROM orders WHERE customer_id = $1)",
];
