//! What the shop offers at this instant, for carts and orders.

use std::collections::BTreeMap;

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::Sku,
    money::{Currency, Money},
    orders::{ItemRef, Offer},
};
use ports::storage::StorageError;
use uuid::Uuid;

use crate::{corrupt::Place, inventory::LevelFigures, statement::prepared};

/// What the shop has to say about a variant.
#[derive(QueryableByName)]
pub(crate) struct OfferRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) variant_id: Uuid,
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
    #[diesel(embed)]
    figures: LevelFigures,
    #[diesel(sql_type = BigInt)]
    offer_version: i64,
}

/// The columns of [`OfferRow`], of a `variant` that [`OFFERED`] has joined to.
pub(crate) const OFFER_COLUMNS: &str = "variant.id AS variant_id, variant.product_id, variant.sku, \
    product.title AS product_title, variant.title AS variant_title, \
    variant.deleted_at IS NULL AND product.deleted_at IS NULL AND product.status = 'active' AS buyable, \
    price.amount_minor AS price_minor, \
    level.on_hand, level.reserved, level.backorder, level.version AS level_version, level.offer_version";

/// Joins a `variant` to all that is offered with it, at the price that is in force in `priced.currency`.
pub(crate) const OFFERED: &str = "
    JOIN products AS product ON product.id = variant.product_id
    JOIN stock_levels AS level ON level.variant_id = variant.id
    LEFT JOIN LATERAL (
        SELECT amount_minor, valid_to FROM prices
        WHERE variant_id = variant.id AND currency = priced.currency AND valid_from <= now()
        ORDER BY valid_from DESC LIMIT 1
    ) AS price ON price.valid_to IS NULL OR now() < price.valid_to";

/// The offer that the item at a place names.
#[derive(QueryableByName)]
pub(crate) struct NamedOfferRow {
    #[diesel(sql_type = Timestamptz)]
    pub(crate) now: Instant,
    /// The item's place, from 1.
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(embed)]
    offer: OfferRow,
}

/// The offers that the items name, at the prices in force at the instant of the statement; none for an item that never
/// named anything.
pub(crate) async fn load_offers(
    mut connection: &AsyncPgConnection,
    items: impl IntoIterator<Item = &ItemRef>,
    currency: Currency,
) -> QueryResult<Vec<NamedOfferRow>> {
    let (ids, skus): (Vec<_>, Vec<_>) = items
        .into_iter()
        .map(|item| match item {
            ItemRef::Variant(id) => (Some(id.uuid()), None),
            ItemRef::Sku(sku) => (None, Some(sku.as_str())),
        })
        .unzip();
    let statement = sql_query(format!("SELECT item.place, now() AS now, {OFFER_COLUMNS} {NAMED} {OFFERED}"))
        .bind::<Array<Nullable<SqlUuid>>, _>(ids)
        .bind::<Array<Nullable<Text>>, _>(skus)
        .bind::<Text, _>(currency.code());
    prepared(statement).load(&mut connection).await
}

/// The three ways in which an item can name a variant are tried one after another, each through its index.
const NAMED: &str = "
    FROM unnest($1, $2) WITH ORDINALITY AS item (variant_id, sku, place)
    CROSS JOIN (SELECT $3 AS currency) AS priced
    CROSS JOIN LATERAL (
        SELECT id, product_id, sku, title, deleted_at FROM variants WHERE id = item.variant_id
        UNION ALL
        SELECT id, product_id, sku, title, deleted_at FROM variants WHERE sku = item.sku AND deleted_at IS NULL
        UNION ALL (
            SELECT id, product_id, sku, title, deleted_at FROM variants
            WHERE sku = item.sku AND deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT 1
        )
        LIMIT 1
    ) AS variant";

/// The offer for each of so many items, in their order.
pub(crate) fn in_places(
    rows: Vec<NamedOfferRow>,
    items: usize,
    currency: Currency,
) -> Result<Vec<Option<Offer>>, StorageError> {
    let mut by_place = BTreeMap::new();
    for row in rows {
        by_place.insert(row.place, row.offer.into_offer(currency)?);
    }
    Ok((1_i64..).take(items).map(|place| by_place.remove(&place)).collect())
}

impl OfferRow {
    pub(crate) fn into_offer(self, currency: Currency) -> Result<Offer, StorageError> {
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
            level: self.figures.level(self.variant_id),
            version: self.offer_version,
        })
    }
}
