//! What a decision about an order is made on: who buys, and what the shop offers at this instant.

use diesel::{
    OptionalExtension, QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    accounts::Email,
    catalog::Sku,
    inventory::StockLevel,
    money::{Currency, Money},
    orders::{Item, ItemRef, Offer, PlacementContext},
};
use ports::{orders::Purchaser, storage::StorageError};
use uuid::Uuid;

use crate::{corrupt::Place, statement::prepared};

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

/// The offer that the item at a place names.
#[derive(QueryableByName)]
pub(super) struct OfferRow {
    #[diesel(sql_type = Timestamptz)]
    now: Instant,
    /// The item's place, from 1.
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = SqlUuid)]
    variant_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    product_id: Uuid,
    #[diesel(sql_type = Text)]
    sku: String,
    #[diesel(sql_type = Text)]
    product_title: String,
    #[diesel(sql_type = Text)]
    variant_title: String,
    #[diesel(sql_type = Bool)]
    buyable: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    price_minor: Option<i64>,
    #[diesel(sql_type = Integer)]
    on_hand: i32,
    #[diesel(sql_type = Integer)]
    reserved: i32,
    #[diesel(sql_type = Bool)]
    backorder: bool,
    #[diesel(sql_type = Integer)]
    level_version: i32,
    #[diesel(sql_type = BigInt)]
    offer_version: i64,
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

/// The offers that the items name, at the prices in force at the instant of the statement; none for an item that never
/// named anything.
pub(super) async fn load_offers(
    mut connection: &AsyncPgConnection,
    items: &[Item],
    currency: Currency,
) -> QueryResult<Vec<OfferRow>> {
    let (ids, skus): (Vec<_>, Vec<_>) = items
        .iter()
        .map(|item| match &item.what {
            ItemRef::Variant(id) => (Some(id.uuid()), None),
            ItemRef::Sku(sku) => (None, Some(sku.as_str())),
        })
        .unzip();
    let statement = sql_query(OFFERS)
        .bind::<Array<Nullable<SqlUuid>>, _>(ids)
        .bind::<Array<Nullable<Text>>, _>(skus)
        .bind::<Text, _>(currency.code());
    prepared(statement).load(&mut connection).await
}

/// Puts both together. The instant is that of the offers, whose prices are in force at it.
pub(super) fn placement_context(
    buyer: BuyerRow,
    offers: Vec<OfferRow>,
    items: usize,
    currency: Currency,
) -> Result<PlacementContext, StorageError> {
    let place = Place { table: "users", id: buyer.id };
    let mut context = PlacementContext {
        now: offers.as_slice().first().map_or(buyer.now, |offer| offer.now),
        number: buyer.number,
        email: place.read("email", Email::parse(&buyer.email))?,
        offers: vec![None; items],
    };
    for row in offers {
        let place = usize::try_from(row.place).ok().and_then(|place| place.checked_sub(1));
        if let Some(slot) = place.and_then(|place| context.offers.get_mut(place)) {
            *slot = Some(row.into_offer(currency)?);
        }
    }
    Ok(context)
}

impl OfferRow {
    fn into_offer(self, currency: Currency) -> Result<Offer, StorageError> {
        let place = Place { table: "variants", id: self.variant_id };
        let price = self.price_minor.map(|minor| Money::from_minor(minor, currency)).transpose();
        Ok(Offer {
            variant_id: self.variant_id.into(),
            product_id: self.product_id.into(),
            sku: place.read("sku", Sku::parse(&self.sku))?,
            product_title: self.product_title,
            variant_title: self.variant_title,
            buyable: self.buyable,
            unit_price: place.read("price", price)?,
            level: StockLevel {
                variant_id: self.variant_id.into(),
                on_hand: self.on_hand,
                reserved: self.reserved,
                backorder: self.backorder,
                version: self.level_version,
            },
            version: self.offer_version,
        })
    }
}

/// The three ways in which an item can name a variant are tried one after another, each through its index.
const OFFERS: &str = "
    SELECT item.place, now() AS now, variant.id AS variant_id, variant.product_id, variant.sku,
        product.title AS product_title, variant.title AS variant_title,
        variant.deleted_at IS NULL AND product.deleted_at IS NULL AND product.status = 'active' AS buyable,
        price.amount_minor AS price_minor,
        level.on_hand, level.reserved, level.backorder, level.version AS level_version, level.offer_version
    FROM unnest($1, $2) WITH ORDINALITY AS item (variant_id, sku, place)
    CROSS JOIN LATERAL (
        SELECT id, product_id, sku, title, deleted_at FROM variants WHERE id = item.variant_id
        UNION ALL
        SELECT id, product_id, sku, title, deleted_at FROM variants WHERE sku = item.sku AND deleted_at IS NULL
        UNION ALL (
            SELECT id, product_id, sku, title, deleted_at FROM variants
            WHERE sku = item.sku AND deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT 1
        )
        LIMIT 1
    ) AS variant
    JOIN products AS product ON product.id = variant.product_id
    JOIN stock_levels AS level ON level.variant_id = variant.id
    LEFT JOIN LATERAL (
        SELECT amount_minor, valid_to FROM prices
        WHERE variant_id = variant.id AND currency = $3 AND valid_from <= now()
        ORDER BY valid_from DESC LIMIT 1
    ) AS price ON price.valid_to IS NULL OR now() < price.valid_to";
