//! What a decision about an order is made on: who buys, and what the shop offers at this instant.

use diesel::{
    OptionalExtension, QueryResult, QueryableByName, sql_query,
    sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, accounts::Email, money::Currency, orders::PlacementContext};
use ports::{orders::Purchaser, storage::StorageError};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    offers::{NamedOfferRow, in_places},
    statement::prepared,
};

/// The buyer, and a number for the order.
#[derive(QueryableByName)]
pub(super) struct BuyerRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Timestamptz)]
    now: Instant,
}

/// The buyer, unless it is a customer who is not there (any more), and the next order number, which is used up by asking.
pub(super) async fn load_buyer(
    mut connection: &AsyncPgConnection,
    purchaser: &Purchaser,
) -> QueryResult<Option<BuyerRow>> {
    match purchaser {
        Purchaser::Customer(id) => {
            let statement = sql_query(
                "SELECT id, email, nextval('order_numbers') AS number, now() AS now FROM users
                WHERE id = $1 AND erased_at IS NULL",
            )
            .bind::<SqlUuid, _>(id.uuid());
            prepared(statement).get_result(&mut connection).await.optional()
        }
        Purchaser::Guest(email) => {
            let statement = sql_query(
                "SELECT '00000000-0000-0000-0000-000000000000'::uuid AS id, $1 AS email,
                    nextval('order_numbers') AS number, now() AS now",
            )
            .bind::<Text, _>(email.as_str());
            prepared(statement).get_result(&mut connection).await.map(Some)
        }
    }
}

/// Puts both together. The instant is that of the offers, whose prices are in force at it.
pub(super) fn placement_context(
    buyer: BuyerRow,
    offers: Vec<NamedOfferRow>,
    items: usize,
    currency: Currency,
) -> Result<PlacementContext, StorageError> {
    let place = Place { table: "users", id: buyer.id };
    Ok(PlacementContext {
        now: offers.as_slice().first().map_or(buyer.now, |offer| offer.now),
        number: buyer.number,
        email: place.read("email", Email::parse(&buyer.email))?,
        offers: in_places(offers, items, currency)?,
    })
}
