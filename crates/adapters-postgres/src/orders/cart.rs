//! The cart that becomes an order.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, update};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, carts::CartState, orders::OrderedCart};

use crate::schema::carts;

/// Closes the cart, if it still is the one that was decided on; whether it was. Whoever else orders or edits it waits here.
pub(super) async fn complete_cart_in_tx(
    mut connection: &AsyncPgConnection,
    OrderedCart { id, decided_on }: OrderedCart,
    at: Instant,
) -> QueryResult<bool> {
    let cart = carts::table.find(id.uuid());
    let as_decided =
        cart.filter(carts::version.eq(decided_on)).filter(carts::status.eq(CartState::Open.name()));
    let closed = update(as_decided)
        .set((carts::status.eq("completed"), carts::version.eq(decided_on + 1), carts::updated_at.eq(at)))
        .execute(&mut connection)
        .await?;
    Ok(closed == 1)
}
