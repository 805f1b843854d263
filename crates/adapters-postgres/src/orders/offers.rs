//! What a decision about an order is made on: who buys, and what the shop offers at this instant.

use diesel::{
    OptionalExtension, QueryResult, QueryableByName, sql_query,
    sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, accounts::Email, money::Currency, orders::PlacementContext};
use ports::{orders::Purchaser, storage::StorageError};

use crate::{
    corrupt::Place,
    offers::{NamedOfferRow, in_places},
    statement::prepared,
};

/// A number for the order, and where a customer's mail goes.
#[derive(QueryableByName)]
pub(super) struct BuyerRow {
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
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
                "SELECT email, nextval('order_numbers') AS number, now() AS now FROM users
                WHERE id = $1 AND erased_at IS NULL",
            )
            .bind::<SqlUuid, _>(id.uuid());
            prepared(statement).get_result(&mut connection).await.optional()
        }
        Purchaser::Guest(_) => {
            let statement =
                sql_query("SELECT NULL::text AS email, nextval('order_numbers') AS number, now() AS now");
            prepared(statement).get_result(&mut connection).await.map(Some)
        }
    }
}

/// Puts all together. The instant is that of the offers, whose prices are in force at it.
pub(super) fn placement_context(
    purchaser: &Purchaser,
    BuyerRow { email, number, now }: BuyerRow,
    offers: Vec<NamedOfferRow>,
    items: usize,
    currency: Currency,
) -> Result<PlacementContext, StorageError> {
    let email = match purchaser {
        Purchaser::Guest(email) => email.clone(),
        Purchaser::Customer(id) => {
            let place = Place { table: "users", id: id.uuid() };
            let stored = place.read("email", email.ok_or("is missing"))?;
            place.read("email", Email::parse(&stored))?
        }
    };
    Ok(PlacementContext {
        now: offers.as_slice().first().map_or(now, |offer| offer.now),
        number,
        email,
        offers: in_places(offers, items, currency)?,
    })
}
