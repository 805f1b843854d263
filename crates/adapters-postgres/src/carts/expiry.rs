//! Carts that nobody has touched for too long.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, sql_query,
    sql_types::{BigInt, Text},
    update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    carts::{Cart, CartState},
};
use ports::storage::StorageError;
use uuid::Uuid;

use super::cart_row::{CART_COLUMNS, CartRow};
use crate::{pool::Connection, retry::Failure, schema::carts, statement::prepared};

/// Holds the carts that seem to be due, lets the domain decide on each as it is then, and closes those that are.
pub(super) async fn expire_once(
    mut connection: Connection,
    limit: u32,
) -> Result<usize, Failure<StorageError>> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let (mut due, mut at) = (Vec::<Uuid>::new(), Instant::UNIX_EPOCH);
            for row in hold_due_in_tx(connection, limit).await? {
                at = row.now();
                let cart: Cart = row.into_cart().map_err(Failure::Refused)?;
                due.extend(cart.expire(at).map(|expiry| expiry.cart.uuid()));
            }
            Ok(close_in_tx(connection, due, at).await?)
        })
        .await
}

/// Passes over carts that somebody else holds.
async fn hold_due_in_tx(mut connection: &AsyncPgConnection, limit: u32) -> QueryResult<Vec<CartRow>> {
    let statement = sql_query(format!(
        "SELECT {CART_COLUMNS} FROM carts AS cart
        CROSS JOIN LATERAL (SELECT NULL::uuid AS id) AS ordered
        WHERE cart.status = $1 AND cart.expires_at <= now()
        ORDER BY cart.expires_at LIMIT $2
        FOR NO KEY UPDATE OF cart SKIP LOCKED"
    ))
    .bind::<Text, _>(CartState::Open.name())
    .bind::<BigInt, _>(i64::from(limit));
    prepared(statement).load(&mut connection).await
}

async fn close_in_tx(mut connection: &AsyncPgConnection, due: Vec<Uuid>, at: Instant) -> QueryResult<usize> {
    update(carts::table.filter(carts::id.eq_any(due)))
        .set((carts::status.eq(CartState::Expired.name()), carts::updated_at.eq(at)))
        .execute(&mut connection)
        .await
}
