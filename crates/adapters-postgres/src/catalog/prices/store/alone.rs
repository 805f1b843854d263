//! Being alone with a variant: nobody else can sell or edit it until the transaction ends.

use diesel::{
    OptionalExtension, QueryDsl, QueryResult, QueryableByName, sql_query,
    sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::{PricePeriod, PriceTimeline, PriceWish, PricedVariant},
    ids::VariantId,
    money::Currency,
};
use futures::try_join;
use ports::{catalog::CommitPriceError, storage::StorageError};
use uuid::Uuid;

use super::{EditFailure, PriceFailure};
use crate::{
    catalog::prices::row::{PRICE_COLUMNS, PriceRow},
    corrupt::Place,
    retry::Failure,
    schema::prices,
    statement::prepared,
};

/// Which prices a wish is about.
#[derive(Clone, Copy)]
pub(super) struct Target {
    variant: VariantId,
    currency: Currency,
    /// The beginning of the one that is named, if one is.
    named: Option<Instant>,
}

pub(super) async fn target_in_tx(
    mut connection: &AsyncPgConnection,
    wish: &PriceWish,
) -> Result<Target, PriceFailure> {
    let id = match wish {
        PriceWish::Set { variant_id, price, .. } => {
            return Ok(Target { variant: *variant_id, currency: price.currency(), named: None });
        }
        PriceWish::Cancel { price_id } => price_id.uuid(),
    };
    let row: Option<(Uuid, String, Instant)> = prices::table
        .find(id)
        .select((prices::variant_id, prices::currency, prices::valid_from))
        .first(&mut connection)
        .await
        .optional()?;
    let (variant, currency, begins) = row.ok_or_else(not_found)?;
    let place = Place { table: "prices", id };
    let currency = place.read("currency", Currency::parse(&currency)).map_err(corrupt)?;
    Ok(Target { variant: variant.into(), currency, named: Some(begins) })
}

/// A product whose other editors wait.
#[derive(QueryableByName)]
struct ProductRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
}

/// A variant, at an instant at which nobody else could sell or edit it any more.
#[derive(QueryableByName)]
struct VariantRow {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Timestamptz)]
    now: Instant,
}

/// Keeps others out, and loads what can be decided on then. One round trip: the statements reach the database in the
/// order in which they stand here, and each sees what those that were waited for have committed.
pub(super) async fn load_alone_in_tx(
    connection: &AsyncPgConnection,
    target: Target,
) -> Result<PricedVariant, PriceFailure> {
    let Target { variant, currency, .. } = target;
    let ((), seen, product, (), row, periods) = try_join!(
        take_turn_in_tx(connection, variant),
        load_version_in_tx(connection, variant),
        lock_product_in_tx(connection, variant),
        lock_level_in_tx(connection, variant),
        load_variant_in_tx(connection, variant),
        load_prices_in_tx(connection, target),
    )?;
    let (product, row) = product.zip(row).ok_or_else(not_found)?;
    if seen.is_some_and(|seen| seen.version != product.version) {
        return Err(Failure::Refused(EditFailure::Overtaken));
    }
    let place = Place { table: "variants", id: variant.uuid() };
    let periods: Result<Vec<PricePeriod>, _> = periods.into_iter().map(PricePeriod::try_from).collect();
    let prices = periods.and_then(|periods| place.read("prices", PriceTimeline::new(currency, periods)));
    Ok(PricedVariant {
        variant_id: variant,
        variant_version: row.version,
        product_id: product.id.into(),
        product_version: product.version,
        prices: prices.map_err(corrupt)?,
        now: row.now,
    })
}

/// First the turn among the edits of prices of the product (class 4 of the advisory locks). Whoever waits for a row has a
/// place in the event log already: many who wait for one row would tell of its versions in another order than they make
/// them.
async fn take_turn_in_tx(mut connection: &AsyncPgConnection, variant: VariantId) -> QueryResult<()> {
    let statement =
        sql_query("SELECT pg_advisory_xact_lock(4, hashtext(product_id::text)) FROM variants WHERE id = $1")
            .bind::<SqlUuid, _>(variant.uuid());
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// The version before the product is waited for. Should somebody else move it meanwhile, the place in the event log is
/// the wrong one, and only a new transaction gets another.
async fn load_version_in_tx(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
) -> QueryResult<Option<ProductRow>> {
    let statement = sql_query(
        "SELECT product.id, product.version FROM products AS product
        JOIN variants AS variant ON variant.product_id = product.id WHERE variant.id = $1",
    )
    .bind::<SqlUuid, _>(variant.uuid());
    prepared(statement).get_result(&mut connection).await.optional()
}

/// Then the product, as everybody does who edits it or one of its variants.
async fn lock_product_in_tx(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
) -> QueryResult<Option<ProductRow>> {
    let statement = sql_query(
        "SELECT id, version FROM products
        WHERE id = (SELECT product_id FROM variants WHERE id = $1) AND deleted_at IS NULL
        FOR NO KEY UPDATE",
    )
    .bind::<SqlUuid, _>(variant.uuid());
    prepared(statement).get_result(&mut connection).await.optional()
}

/// And the stock, as everybody does who sells.
async fn lock_level_in_tx(mut connection: &AsyncPgConnection, variant: VariantId) -> QueryResult<()> {
    let statement = sql_query("SELECT FROM stock_levels WHERE variant_id = $1 FOR NO KEY UPDATE")
        .bind::<SqlUuid, _>(variant.uuid());
    prepared(statement).execute(&mut connection).await.map(drop)
}

async fn load_variant_in_tx(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
) -> QueryResult<Option<VariantRow>> {
    let statement = sql_query(
        "SELECT version, clock_timestamp() AS now FROM variants WHERE id = $1 AND deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(variant.uuid());
    prepared(statement).get_result(&mut connection).await.optional()
}

/// The prices from the one on that was in force when the transaction began, or from the one that is named; what was
/// before decides nothing.
async fn load_prices_in_tx(
    mut connection: &AsyncPgConnection,
    Target { variant, currency, named }: Target,
) -> QueryResult<Vec<PriceRow>> {
    let statement = sql_query(format!(
        "SELECT {PRICE_COLUMNS} FROM prices AS price
        WHERE variant_id = $1 AND currency = $2 AND valid_from >= least($3, coalesce((
            SELECT max(valid_from) FROM prices WHERE variant_id = $1 AND currency = $2 AND valid_from <= now()
        ), '-infinity'))"
    ))
    .bind::<SqlUuid, _>(variant.uuid())
    .bind::<Text, _>(currency.code())
    .bind::<Nullable<Timestamptz>, _>(named);
    prepared(statement).load(&mut connection).await
}

const fn not_found() -> PriceFailure {
    Failure::Refused(EditFailure::Final(CommitPriceError::NotFound))
}

fn corrupt(error: StorageError) -> PriceFailure {
    Failure::Refused(error.into())
}
