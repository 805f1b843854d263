//! What a row is decided on.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::{ImportGround, KnownProduct, PricePeriod, PriceTimeline, ProductEntry, ProductRow, Variant},
    ids::VariantId,
    money::Currency,
};
use futures::try_join;
use ports::storage::StorageError;
use uuid::Uuid;

use crate::{
    catalog::{
        prices::{PRICE_COLUMNS, PriceRow},
        product_row::{PRODUCT_COLUMNS, ProductRow as StoredProduct},
        variant_rows::{VARIANT_COLUMNS, VariantRow},
    },
    corrupt::Place,
    inventory::{FIGURE_COLUMNS, LevelFigures},
    statement::prepared,
};

/// The products of some SKUs.
const OF_SKUS: &str = "SELECT product_id FROM variants WHERE sku = ANY ($1) AND deleted_at IS NULL";

/// All variants of those products.
const OF_PRODUCTS: &str = "SELECT id FROM variants WHERE deleted_at IS NULL AND product_id IN (
    SELECT product_id FROM variants WHERE sku = ANY ($1) AND deleted_at IS NULL)";

/// What was read for a row.
pub(super) struct GroundRows {
    products: Vec<StoredProduct>,
    variants: Vec<StockedRow>,
    prices: Vec<PriceRow>,
    rest: RestRow,
}

/// As it is just now. One round trip.
pub(super) async fn load_ground(connection: &AsyncPgConnection, row: &ProductRow) -> QueryResult<GroundRows> {
    let skus = skus(row);
    let (products, variants, prices, rest) = try_join!(
        load_products(connection, &skus, ""),
        load_variants(connection, &skus),
        load_prices(connection, &skus),
        load_rest(connection, row),
    )?;
    Ok(GroundRows { products, variants, prices, rest })
}

/// The same, while everybody else who edits or sells the product is kept out. One round trip: the statements reach the
/// database in the order in which they stand here, and each sees what those that were waited for have committed. `None`
/// when something was changed while it was waited for: then the transaction's place in the event log is the wrong one,
/// and only a new transaction gets another.
pub(super) async fn load_held_in_tx(
    connection: &AsyncPgConnection,
    row: &ProductRow,
) -> QueryResult<Option<GroundRows>> {
    let skus = skus(row);
    let ((), seen, products, (), variants, prices, rest) = try_join!(
        take_turn_in_tx(connection, row),
        load_versions(connection, &skus),
        load_products(connection, &skus, "FOR NO KEY UPDATE OF product"),
        hold_levels(connection, &skus),
        load_variants(connection, &skus),
        load_prices(connection, &skus),
        load_rest(connection, row),
    )?;
    let found = GroundRows { products, variants, prices, rest };
    let seen = seen.into_iter().map(|seen| (seen.id, seen.version)).collect::<BTreeMap<_, _>>();
    Ok((seen == found.versions()).then_some(found))
}

fn skus(row: &ProductRow) -> Vec<&str> {
    row.variants.iter().map(|variant| variant.sku.as_str()).collect()
}

/// First the turn among those who edit the prices of the product (class 4 of the advisory locks). A row whose product is
/// new has its turn among those of the same first SKU.
async fn take_turn_in_tx(mut connection: &AsyncPgConnection, row: &ProductRow) -> QueryResult<()> {
    let first = match row.variants.as_slice() {
        [first, ..] => first.sku.as_str(),
        [] => "",
    };
    let statement = sql_query(format!(
        "SELECT pg_advisory_xact_lock(4, hashtext(coalesce(
            (SELECT min(product_id::text) FROM ({OF_SKUS}) AS known (product_id)), $2)))"
    ))
    .bind::<Array<Text>, _>(skus(row))
    .bind::<Text, _>(first);
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// A product, or the stock of one of its variants, before it is waited for.
#[derive(QueryableByName)]
struct SeenRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
}

async fn load_versions(mut connection: &AsyncPgConnection, skus: &[&str]) -> QueryResult<Vec<SeenRow>> {
    let statement = sql_query(format!(
        "SELECT id, version FROM products WHERE id IN ({OF_SKUS}) AND deleted_at IS NULL
        UNION ALL
        SELECT variant_id, version FROM stock_levels WHERE variant_id IN ({OF_PRODUCTS})"
    ))
    .bind::<Array<Text>, _>(skus);
    prepared(statement).load(&mut connection).await
}

/// In the order of their ids, so that two files never wait for each other in a circle.
async fn load_products(
    mut connection: &AsyncPgConnection,
    skus: &[&str],
    locking: &str,
) -> QueryResult<Vec<StoredProduct>> {
    let statement = sql_query(format!(
        "SELECT {PRODUCT_COLUMNS} FROM products AS product
        WHERE product.id IN ({OF_SKUS}) AND product.deleted_at IS NULL ORDER BY product.id {locking}"
    ))
    .bind::<Array<Text>, _>(skus);
    prepared(statement).load(&mut connection).await
}

/// In the order of the variants' ids, as everybody does who sells.
async fn hold_levels(mut connection: &AsyncPgConnection, skus: &[&str]) -> QueryResult<()> {
    let statement = sql_query(format!(
        "SELECT FROM stock_levels WHERE variant_id IN ({OF_PRODUCTS}) ORDER BY variant_id FOR NO KEY UPDATE"
    ))
    .bind::<Array<Text>, _>(skus);
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// A variant with its stock.
#[derive(QueryableByName)]
struct StockedRow {
    #[diesel(embed)]
    variant: VariantRow,
    #[diesel(embed)]
    figures: LevelFigures,
    /// How many lines its ledger has.
    #[diesel(sql_type = BigInt)]
    movements: i64,
}

async fn load_variants(mut connection: &AsyncPgConnection, skus: &[&str]) -> QueryResult<Vec<StockedRow>> {
    let statement = sql_query(format!(
        "SELECT {VARIANT_COLUMNS}, {FIGURE_COLUMNS}, level.movements
        FROM variants AS variant JOIN stock_levels AS level ON level.variant_id = variant.id
        WHERE variant.product_id IN ({OF_SKUS}) AND variant.deleted_at IS NULL
        ORDER BY variant.product_id, variant.position, variant.id"
    ))
    .bind::<Array<Text>, _>(skus);
    prepared(statement).load(&mut connection).await
}

/// Those that have not ended: what was before decides nothing.
async fn load_prices(mut connection: &AsyncPgConnection, skus: &[&str]) -> QueryResult<Vec<PriceRow>> {
    let statement = sql_query(format!(
        "SELECT {PRICE_COLUMNS} FROM prices AS price JOIN variants AS variant ON variant.id = price.variant_id
        WHERE variant.sku = ANY ($1) AND variant.deleted_at IS NULL
            AND (price.valid_to IS NULL OR now() < price.valid_to)
        ORDER BY price.variant_id, price.currency, price.valid_from"
    ))
    .bind::<Array<Text>, _>(skus);
    prepared(statement).load(&mut connection).await
}

#[derive(QueryableByName)]
struct RestRow {
    #[diesel(sql_type = Timestamptz)]
    now: Instant,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    category_id: Option<Uuid>,
}

async fn load_rest(mut connection: &AsyncPgConnection, row: &ProductRow) -> QueryResult<RestRow> {
    let category = row.category.as_ref().and_then(Option::as_ref).map(|slug| slug.as_str());
    let statement = sql_query(
        "SELECT clock_timestamp() AS now, (SELECT id FROM categories WHERE slug = $1) AS category_id",
    )
    .bind::<Nullable<Text>, _>(category);
    prepared(statement).get_result(&mut connection).await
}

impl GroundRows {
    /// What the row is decided on.
    pub(super) fn ground(self) -> Result<ImportGround, StorageError> {
        let known = self.products.into_iter().map(known).collect::<Result<Vec<_>, _>>()?;
        let RestRow { now, category_id } = self.rest;
        let mut ground = ImportGround { known, category: category_id.map(Into::into), now };
        for row in self.variants {
            row.join(&mut ground.known)?;
        }
        join_prices(self.prices, &mut ground.known)?;
        Ok(ground)
    }

    /// Of the products and of their stock, by their ids.
    fn versions(&self) -> BTreeMap<Uuid, i32> {
        let products = self.products.iter().map(|row| (row.id, row.version));
        products.chain(self.variants.iter().map(|row| (row.variant.id, row.figures.level_version))).collect()
    }
}

fn known(row: StoredProduct) -> Result<KnownProduct, StorageError> {
    let entry = ProductEntry {
        product: row.try_into()?,
        deleted_at: None,
        variants: Vec::new(),
        backordered: BTreeSet::new(),
    };
    Ok(KnownProduct { entry, levels: BTreeMap::new(), prices: BTreeMap::new() })
}

impl StockedRow {
    /// Puts the variant to its product.
    fn join(self, known: &mut [KnownProduct]) -> Result<(), StorageError> {
        let variant = Variant::try_from(self.variant)?;
        let Some(own) = known.iter_mut().find(|known| known.entry.product.id == variant.product_id) else {
            return Ok(());
        };
        let level = self.figures.level(variant.id);
        if level.backorder {
            own.entry.backordered.insert(variant.id);
        }
        own.levels.insert(variant.id, (level, self.movements));
        own.entry.variants.push(variant);
        Ok(())
    }
}

fn join_prices(rows: Vec<PriceRow>, known: &mut [KnownProduct]) -> Result<(), StorageError> {
    let mut periods: BTreeMap<(VariantId, Currency), Vec<PricePeriod>> = BTreeMap::new();
    for row in rows {
        let variant = row.variant_id.into();
        let period = PricePeriod::try_from(row)?;
        periods.entry((variant, period.price.currency())).or_default().push(period);
    }
    for ((variant, currency), periods) in periods {
        let place = Place { table: "variants", id: variant.uuid() };
        let timeline = place.read("prices", PriceTimeline::new(currency, periods))?;
        if let Some(own) = known.iter_mut().find(|known| known.levels.contains_key(&variant)) {
            own.prices.insert((variant, currency), timeline);
        }
    }
    Ok(())
}
