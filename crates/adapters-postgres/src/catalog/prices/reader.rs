//! Prices, as people see them: those of one instant, and page by page all that there were and will be.

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::{
    OptionalExtension, QueryResult, QueryableByName, sql_query,
    sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::{PricePeriod, PriceTimeline},
    ids::VariantId,
    money::Currency,
};
use futures::try_join;
use ports::{
    catalog::{PriceAsOf, PriceHistoryQuery, PriceReader, PriceView, VariantPrices, Visibility},
    pagination::{Page, Position},
    storage::StorageError,
};
use uuid::Uuid;

use super::row::{PRICE_COLUMNS, PriceRow};
use crate::{
    corrupt::Place,
    pagination::{cut, dawn, newest, rows_for},
    pool::Database,
    retry::read,
    statement::prepared,
};

/// Shows prices.
#[derive(Clone)]
pub struct PgPriceReader {
    database: Database,
}

impl PgPriceReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

/// A variant that may be seen, and the instant that is asked about.
#[derive(QueryableByName)]
struct SeenRow {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Timestamptz)]
    instant: Instant,
    /// In which currencies it has, had or will have a price.
    #[diesel(sql_type = Array<Text>)]
    currencies: Vec<String>,
}

#[async_trait]
impl PriceReader for PgPriceReader {
    async fn find_as_of(
        &self,
        variant: VariantId,
        instant: Option<Instant>,
        visibility: Visibility,
    ) -> Result<Option<VariantPrices>, StorageError> {
        let found = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let Some(seen) = load_variant(connection, variant, instant, visibility).await? else {
                return Ok(None);
            };
            let rows = load_window(connection, variant, &seen).await?;
            Ok(Some((seen, rows)))
        })
        .await?;
        found.map(|(seen, rows)| as_of(variant, &seen, rows)).transpose()
    }

    /// One round trip.
    async fn list_history(&self, query: &PriceHistoryQuery) -> Result<Option<Page<PriceView>>, StorageError> {
        let (seen, rows) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            try_join!(is_seen(connection, query), load_history(connection, query))
        })
        .await?;
        if !seen {
            return Ok(None);
        }
        let Page { rows, next } = cut(rows, query.page, |row| Position { at: row.valid_from, id: row.id });
        Ok(Some(Page { rows: rows.into_iter().map(PriceView::try_from).collect::<Result<_, _>>()?, next }))
    }
}

async fn load_variant(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
    instant: Option<Instant>,
    visibility: Visibility,
) -> QueryResult<Option<SeenRow>> {
    let statement = sql_query(format!(
        "SELECT variant.version, coalesce($2, now()) AS instant, ARRAY ({}) AS currencies
        FROM variants AS variant JOIN products AS product ON product.id = variant.product_id
        WHERE variant.id = $1 AND variant.deleted_at IS NULL AND product.deleted_at IS NULL AND product.{}",
        currencies_of("variant.id"),
        status(visibility)
    ))
    .bind::<SqlUuid, _>(variant.uuid())
    .bind::<Nullable<Timestamptz>, _>(instant);
    prepared(statement).get_result(&mut connection).await.optional()
}

/// In each currency the price that was the latest to have begun at the instant, and all that the lowest price of the 30
/// days before it can come from: what began in these days, and what was the latest to have begun before them. Each is a
/// stretch of the index, however long the history is. (720 hours, because the length of 30 days depends on a time zone.)
async fn load_window(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
    seen: &SeenRow,
) -> QueryResult<Vec<PriceRow>> {
    let statement = sql_query(format!(
        "SELECT {PRICE_COLUMNS}
        FROM unnest($2) AS asked (currency)
        CROSS JOIN LATERAL (
            SELECT max(valid_from) AS began FROM prices
            WHERE variant_id = $1 AND currency = asked.currency AND valid_from <= $3
        ) AS current
        CROSS JOIN LATERAL (
            SELECT max(valid_from) AS began FROM prices
            WHERE variant_id = $1 AND currency = asked.currency AND valid_from <= current.began - interval '720 hours'
        ) AS running
        JOIN prices AS price ON price.variant_id = $1 AND price.currency = asked.currency
            AND price.valid_from <= current.began
            AND price.valid_from >= coalesce(running.began, current.began - interval '720 hours')"
    ))
    .bind::<SqlUuid, _>(variant.uuid())
    .bind::<Array<Text>, _>(&seen.currencies)
    .bind::<Timestamptz, _>(seen.instant);
    prepared(statement).load(&mut connection).await
}

/// What the timelines say of the instant.
fn as_of(variant: VariantId, seen: &SeenRow, rows: Vec<PriceRow>) -> Result<VariantPrices, StorageError> {
    let mut periods: BTreeMap<&str, (Currency, Vec<PricePeriod>)> = BTreeMap::new();
    for row in rows {
        let period = PricePeriod::try_from(row)?;
        let currency = period.price.currency();
        periods.entry(currency.code()).or_insert((currency, Vec::new())).1.push(period);
    }
    let place = Place { table: "variants", id: variant.uuid() };
    let mut prices = Vec::with_capacity(periods.len());
    for (currency, periods) in periods.into_values() {
        let timeline = place.read("prices", PriceTimeline::new(currency, periods))?;
        if let Some(period) = timeline.as_of(seen.instant) {
            prices.push(PriceAsOf {
                price: PriceView::new(variant, period.clone()),
                lowest_price_30d: timeline.lowest_in_30_days(seen.instant),
            });
        }
    }
    Ok(VariantPrices { variant_version: seen.version, prices })
}

async fn is_seen(mut connection: &AsyncPgConnection, query: &PriceHistoryQuery) -> QueryResult<bool> {
    let statement = sql_query(format!(
        "SELECT id FROM products WHERE id = $1 AND deleted_at IS NULL AND {}",
        status(query.visibility)
    ))
    .bind::<SqlUuid, _>(query.product_id.uuid());
    let found: Option<IdRow> = prepared(statement).get_result(&mut connection).await.optional()?;
    Ok(found.is_some_and(|row| row.id == query.product_id.uuid()))
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The rows of a page, the latest to begin first, and at least one more when there are more. Of each variant in each
/// currency a stretch of the index is read, however deep the page is and however long the history; the page is the
/// latest of those.
async fn load_history(
    mut connection: &AsyncPgConnection,
    query: &PriceHistoryQuery,
) -> QueryResult<Vec<PriceRow>> {
    let Position { at, id } = query.page.after.unwrap_or_else(newest);
    let (variants, currencies) = (
        if query.variant_id.is_some() { "AND variant.id = $6" } else { "AND $6 IS NULL" },
        match query.currency {
            Some(_) => "SELECT $7".to_owned(),
            None => format!("{} AND $7 IS NULL", currencies_of("variant.id")),
        },
    );
    let rows = rows_for(query.page);
    let statement = sql_query(format!(
        "SELECT {PRICE_COLUMNS}
        FROM variants AS variant
        CROSS JOIN LATERAL ({currencies}) AS asked (currency)
        CROSS JOIN LATERAL (
            SELECT * FROM prices
            WHERE variant_id = variant.id AND currency = asked.currency
                AND valid_from <= $2 AND (valid_from, id) < ($2, $3) AND valid_from < $5
                AND valid_from >= coalesce((
                    SELECT max(valid_from) FROM prices
                    WHERE variant_id = variant.id AND currency = asked.currency AND valid_from <= $4), $4)
                AND (valid_to IS NULL OR valid_to > $4)
            ORDER BY valid_from DESC LIMIT {rows}
        ) AS price
        WHERE variant.product_id = $1 {variants}
        ORDER BY price.valid_from DESC, price.id DESC LIMIT {rows}"
    ))
    .bind::<SqlUuid, _>(query.product_id.uuid())
    .bind::<Timestamptz, _>(at)
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(query.from.unwrap_or_else(dawn))
    .bind::<Timestamptz, _>(query.to.unwrap_or(newest().at))
    .bind::<Nullable<SqlUuid>, _>(query.variant_id.map(|id| id.uuid()))
    .bind::<Nullable<Text>, _>(query.currency.map(|currency| currency.code()));
    prepared(statement).load(&mut connection).await
}

/// The currencies in which a variant has prices: from one to the next through the index, not over all of its prices.
fn currencies_of(variant: &str) -> String {
    format!(
        "WITH RECURSIVE known (currency) AS (
            SELECT min(currency) FROM prices WHERE variant_id = {variant}
            UNION ALL
            SELECT (SELECT min(currency) FROM prices WHERE variant_id = {variant} AND currency > known.currency)
            FROM known WHERE known.currency IS NOT NULL
        )
        SELECT currency FROM known WHERE currency IS NOT NULL"
    )
}

const fn status(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "status = 'active'",
        Visibility::Staff => "status IS NOT NULL",
    }
}
