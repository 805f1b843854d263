//! The rows of carts: each step guarded by the state and the version that was decided on.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, delete, insert_into, sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Timestamptz, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    carts::{Cart, CartChange, CartExpiry, CartLine, CartOwner, CartState},
    ids::{CartId, CartLineId},
    orders::OrderedCart,
};
use uuid::Uuid;

use crate::{
    schema::{cart_lines, carts},
    statement::prepared,
};

/// Stores a new cart, without its lines.
pub(super) async fn insert_cart_in_tx(mut connection: &AsyncPgConnection, cart: &Cart) -> QueryResult<()> {
    let (user, token) = match &cart.owner {
        CartOwner::User(user) => (Some(user.uuid()), None),
        CartOwner::Guest(token) => (None, Some(&token[..])),
    };
    insert_into(carts::table)
        .values((
            carts::id.eq(cart.id.uuid()),
            carts::user_id.eq(user),
            carts::token_digest.eq(token),
            carts::currency.eq(cart.currency.code()),
            carts::status.eq(cart.state.name()),
            carts::version.eq(cart.version),
            carts::created_at.eq(cart.created_at),
            carts::updated_at.eq(cart.updated_at),
            carts::expires_at.eq(cart.expires_at),
        ))
        .execute(&mut connection)
        .await
        .map(drop)
}

/// Touches a cart, without its lines; tells whether it still was the one that was decided on.
pub(super) async fn update_cart_in_tx(
    mut connection: &AsyncPgConnection,
    CartChange { cart, decided_on, .. }: &CartChange,
) -> QueryResult<bool> {
    let updated = update(carts::table.find(cart.id.uuid()))
        .filter(carts::version.eq(decided_on))
        .filter(carts::status.eq(CartState::Open.name()))
        .set((
            carts::version.eq(cart.version),
            carts::updated_at.eq(cart.updated_at),
            carts::expires_at.eq(cart.expires_at),
        ))
        .execute(&mut connection)
        .await?;
    Ok(updated == 1)
}

/// Gives an open cart of this version another state; tells whether there was one.
async fn close_in_tx(
    mut connection: &AsyncPgConnection,
    cart: CartId,
    version: i32,
    state: &'static str,
    at: Instant,
) -> QueryResult<bool> {
    let updated = update(carts::table.find(cart.uuid()))
        .filter(carts::version.eq(version))
        .filter(carts::status.eq(CartState::Open.name()))
        .set((carts::status.eq(state), carts::updated_at.eq(at)))
        .execute(&mut connection)
        .await?;
    Ok(updated == 1)
}

/// Closes a cart that has expired, if it still is the one that was decided on.
pub(super) async fn expire_cart_in_tx(
    connection: &AsyncPgConnection,
    CartExpiry { cart, decided_on }: CartExpiry,
    at: Instant,
) -> QueryResult<bool> {
    close_in_tx(connection, cart, decided_on, CartState::Expired.name(), at).await
}

/// Closes a guest's cart that goes into another one, if it still is the one that was decided on: nothing stays in it.
pub(super) async fn merge_cart_in_tx(
    connection: &AsyncPgConnection,
    cart: CartId,
    version: i32,
    at: Instant,
) -> QueryResult<bool> {
    let is_closed = close_in_tx(connection, cart, version, CartState::Merged.name(), at).await?;
    let mut writer = connection;
    delete(cart_lines::table.filter(cart_lines::cart_id.eq(cart.uuid()))).execute(&mut writer).await?;
    Ok(is_closed)
}

/// Closes a cart that becomes an order, which is stored in the same transaction; tells whether it still was open and of the
/// version that was ordered.
pub(crate) async fn complete_cart_in_tx(
    connection: &AsyncPgConnection,
    cart: OrderedCart,
    at: Instant,
) -> QueryResult<bool> {
    const COMPLETED: &str = "completed";
    close_in_tx(connection, cart.id, cart.decided_on, COMPLETED, at).await
}

/// Locks carts, in the order of their ids, so that two who lock several never wait for each other.
pub(super) async fn lock_carts_in_tx(mut connection: &AsyncPgConnection, ids: Vec<Uuid>) -> QueryResult<()> {
    let locked: Vec<Uuid> = carts::table
        .filter(carts::id.eq_any(ids))
        .order(carts::id)
        .select(carts::id)
        .for_no_key_update()
        .load(&mut connection)
        .await?;
    drop(locked);
    Ok(())
}

/// Throws a cart away that is of this version and was not ordered; tells whether there was one.
pub(super) async fn delete_cart_in_tx(
    mut connection: &AsyncPgConnection,
    cart: CartId,
    version: i32,
) -> QueryResult<bool> {
    let states = [CartState::Open.name(), CartState::Expired.name()];
    let deleted = delete(carts::table.find(cart.uuid()))
        .filter(carts::version.eq(version))
        .filter(carts::status.eq_any(states))
        .execute(&mut connection)
        .await?;
    Ok(deleted == 1)
}

/// Stores lines that are new or have changed.
pub(super) async fn put_lines_in_tx(
    mut connection: &AsyncPgConnection,
    cart: CartId,
    lines: &[CartLine],
) -> QueryResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    fn column<T>(lines: &[CartLine], of: impl Fn(&CartLine) -> T) -> Vec<T> {
        lines.iter().map(of).collect()
    }
    let statement = sql_query(
        "INSERT INTO cart_lines (cart_id, id, variant_id, quantity, added_price_minor, added_at)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6)
        ON CONFLICT (cart_id, id) DO UPDATE SET quantity = EXCLUDED.quantity",
    )
    .bind::<SqlUuid, _>(cart.uuid())
    .bind::<Array<SqlUuid>, _>(column(lines, |line| line.id.uuid()))
    .bind::<Array<SqlUuid>, _>(column(lines, |line| line.variant_id.uuid()))
    .bind::<Array<Integer>, _>(column(lines, |line| i32::try_from(line.quantity.get()).unwrap_or(i32::MAX)))
    .bind::<Array<Nullable<BigInt>>, _>(column(lines, |line| line.added_price.map(|price| price.minor())))
    .bind::<Array<Timestamptz>, _>(column(lines, |line| line.added_at));
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// Takes lines out.
pub(super) async fn remove_lines_in_tx(
    mut connection: &AsyncPgConnection,
    cart: CartId,
    lines: &[CartLineId],
) -> QueryResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = lines.iter().map(|line| line.uuid()).collect();
    let of_cart = cart_lines::table.filter(cart_lines::cart_id.eq(cart.uuid()));
    delete(of_cart.filter(cart_lines::id.eq_any(ids))).execute(&mut connection).await.map(drop)
}
