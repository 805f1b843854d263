//! The variants of some products, with their prices of this instant and their stock: one statement for all of them.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::{Sku, Variant},
    money::{Currency, Money},
    text::Name,
};
use ports::{catalog::VariantView, storage::StorageError};
use serde_json::Value;
use uuid::Uuid;

use crate::{corrupt::Place, inventory::LevelFigures, schema::variants, statement::prepared};

/// Every column that a variant is made of.
#[derive(QueryableByName)]
#[diesel(table_name = variants)]
pub(super) struct VariantRow {
    pub(super) id: Uuid,
    pub(super) product_id: Uuid,
    sku: String,
    title: String,
    option_values: Value,
    barcode: Option<String>,
    weight_grams: Option<i32>,
    position: i32,
    version: i32,
}

/// The columns of [`VariantRow`], for a statement's list.
pub(super) const VARIANT_COLUMNS: &str = "variant.id, variant.product_id, variant.sku, variant.title, \
    variant.option_values, variant.barcode, variant.weight_grams, variant.position, variant.version";

/// A variant as people see it.
#[derive(QueryableByName)]
pub(super) struct VariantViewRow {
    #[diesel(embed)]
    variant: VariantRow,
    #[diesel(embed)]
    figures: LevelFigures,
    #[diesel(sql_type = Nullable<BigInt>)]
    price_minor: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    lowest_minor: Option<i64>,
    /// When its price ends, or one begins.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) price_until: Option<Instant>,
}

/// The variants of `products` that are not deleted, product by product and each product's in their order.
///
/// Of the prices before the current one, only those count that were in force at some instant of the 30 days before it
/// began: those that began in these days, and the one that was running when they opened. (720 hours, because the
/// length of 30 days depends on a time zone.) Each is reached through the index, however long the history is.
pub(super) async fn load_variants(
    connection: &AsyncPgConnection,
    products: &[Uuid],
    currency: Currency,
) -> QueryResult<Vec<VariantViewRow>> {
    load(connection, products, currency, "variant.deleted_at IS NULL").await
}

/// The variants of a deleted product that went with it, as [`load_variants`] gives them.
pub(super) async fn load_variants_gone_with(
    connection: &AsyncPgConnection,
    product: Uuid,
    currency: Currency,
) -> QueryResult<Vec<VariantViewRow>> {
    let gone = "variant.deleted_at = (SELECT deleted_at FROM products WHERE id = variant.product_id)";
    load(connection, &[product], currency, gone).await
}

async fn load(
    mut connection: &AsyncPgConnection,
    products: &[Uuid],
    currency: Currency,
    condition: &str,
) -> QueryResult<Vec<VariantViewRow>> {
    let statement = sql_query(format!(
        "SELECT {VARIANT_COLUMNS}, {VIEW}
        WHERE variant.product_id = ANY ($1) AND {condition}
        ORDER BY variant.product_id, variant.position, variant.id"
    ))
    .bind::<Array<SqlUuid>, _>(products)
    .bind::<Text, _>(currency.code());
    prepared(statement).load(&mut connection).await
}

/// What a view adds to a variant's own columns, and where it comes from.
const VIEW: &str = "
        level.on_hand, level.reserved, level.backorder, level.version AS level_version,
        price.amount_minor AS price_minor, before.lowest_minor,
        CASE WHEN price.valid_from IS NULL THEN (
            SELECT min(valid_from) FROM prices WHERE variant_id = variant.id AND currency = $2 AND valid_from > now()
        ) ELSE price.valid_to END AS price_until
    FROM variants AS variant
    JOIN stock_levels AS level ON level.variant_id = variant.id
    LEFT JOIN LATERAL (
        SELECT amount_minor, valid_from, valid_to, valid_from - interval '720 hours' AS opened FROM prices
        WHERE variant_id = variant.id AND currency = $2 AND valid_from <= now()
        ORDER BY valid_from DESC LIMIT 1
    ) AS price ON price.valid_to IS NULL OR now() < price.valid_to
    LEFT JOIN LATERAL (
        SELECT min(amount_minor) AS lowest_minor FROM (
            SELECT amount_minor FROM prices
            WHERE variant_id = variant.id AND currency = $2
                AND price.opened < valid_from AND valid_from < price.valid_from
            UNION ALL
            SELECT running.amount_minor FROM (
                SELECT amount_minor, valid_to FROM prices
                WHERE variant_id = variant.id AND currency = $2 AND valid_from <= price.opened
                ORDER BY valid_from DESC LIMIT 1
            ) AS running WHERE price.opened < running.valid_to
        ) AS earlier
    ) AS before ON true";

impl VariantViewRow {
    /// The product that it is a variant of.
    pub(super) const fn product_id(&self) -> Uuid {
        self.variant.product_id
    }

    /// The view, with prices in the currency that was asked for.
    pub(super) fn into_view(self, currency: Currency) -> Result<VariantView, StorageError> {
        let id = self.variant.id;
        let place = Place { table: "variants", id };
        let price = |column, minor: Option<i64>| {
            place.read(column, minor.map(|minor| Money::from_minor(minor, currency)).transpose())
        };
        Ok(VariantView {
            price: price("price", self.price_minor)?,
            lowest_price_30d: price("lowest price", self.lowest_minor)?,
            level: self.figures.level(id),
            variant: self.variant.try_into()?,
        })
    }
}

impl TryFrom<VariantRow> for Variant {
    type Error = StorageError;

    fn try_from(row: VariantRow) -> Result<Self, Self::Error> {
        let place = Place { table: "variants", id: row.id };
        Ok(Self {
            id: row.id.into(),
            product_id: row.product_id.into(),
            sku: place.read("sku", Sku::parse(&row.sku))?,
            title: place.read("title", Name::parse(&row.title))?,
            option_values: place.read("option_values", serde_json::from_value(row.option_values))?,
            barcode: row.barcode,
            weight_grams: place.read("weight_grams", row.weight_grams.map(u32::try_from).transpose())?,
            position: place.read("position", u16::try_from(row.position))?,
            version: row.version,
        })
    }
}
