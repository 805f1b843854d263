//! Keeping prices: each edit alone with its variant, at an instant of the database's clock.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, QueryableByName, delete, insert_into,
    sql_query,
    sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::{
        PriceChange, PriceDecision, PriceEdit, PriceEffect, PricePeriod, PriceTimeline, PriceWish,
        PricedVariant,
    },
    ids::{ProductId, VariantId},
    money::Currency,
};
use futures::try_join;
use ports::{
    catalog::{CommitPriceError, PriceStore},
    storage::StorageError,
};
use uuid::Uuid;

use super::row::{PRICE_COLUMNS, PriceRow};
use crate::{
    catalog::ShownProducts,
    corrupt::Place,
    errors::refused_by,
    events::insert_events_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit},
    schema::{prices, products, variants},
    statement::prepared,
};

/// Keeps prices.
#[derive(Clone)]
pub struct PgPriceStore {
    database: Database,
    shown: Option<Arc<ShownProducts>>,
}

impl PgPriceStore {
    /// Keeps them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database, shown: None }
    }

    /// Lets whoever shows products know whose price has changed.
    #[must_use]
    pub fn announcing(self, shown: Arc<ShownProducts>) -> Self {
        Self { shown: Some(shown), ..self }
    }

    /// Also when nobody knows what became of the commit; a refusal has changed nothing.
    fn announce(&self, product: Option<ProductId>, outcome: &Result<PriceDecision, CommitPriceError>) {
        if let (Some(shown), Ok(_) | Err(CommitPriceError::Storage(_))) = (&self.shown, outcome) {
            shown.forget(product);
        }
    }
}

#[async_trait]
impl PriceStore for PgPriceStore {
    async fn commit_price_edit(&self, edit: &PriceEdit) -> Result<PriceDecision, CommitPriceError> {
        let product = OnceLock::new();
        let outcome = self.edit(edit, &product).await;
        self.announce(product.get().copied(), &outcome);
        outcome
    }
}

/// How often an edit that was overtaken starts again.
const RETRIES: usize = 10;

/// Why an edit was not made.
#[derive(Debug)]
enum EditFailure {
    /// Somebody else was faster; another attempt may do better.
    Overtaken,
    Final(CommitPriceError),
}

type PriceFailure = Failure<EditFailure>;

impl PgPriceStore {
    async fn edit(
        &self,
        edit: &PriceEdit,
        touched: &OnceLock<ProductId>,
    ) -> Result<PriceDecision, CommitPriceError> {
        for _ in 0..RETRIES {
            let once = |connection| edit_once(connection, edit, touched);
            match commit(&self.database, "edit price", once).await {
                Err(EditFailure::Overtaken) => {}
                Err(EditFailure::Final(error)) => return Err(error),
                Ok(decision) => return Ok(decision),
            }
        }
        Err(StorageError::Overloaded("others were faster each time".into()).into())
    }
}

impl<E: Into<CommitPriceError>> From<E> for EditFailure {
    fn from(error: E) -> Self {
        Self::Final(error.into())
    }
}

/// Four round trips: to begin, to be alone with the variant, to make the decision true, and to commit. `touched` is told
/// whose price is about to change.
async fn edit_once(
    mut connection: Connection,
    edit: &PriceEdit,
    touched: &OnceLock<ProductId>,
) -> Result<PriceDecision, PriceFailure> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let target = target_in_tx(connection, &edit.wish).await?;
            let found = load_alone_in_tx(connection, target).await?;
            let decision = edit.decide(&found).map_err(|refusal| Failure::Refused(refusal.into()))?;
            if let Some(effect) = &decision.effect {
                touched.get_or_init(|| decision.product_id);
                store_in_tx(connection, &decision, effect).await?;
            }
            Ok(decision)
        })
        .await
}

/// Which prices a wish is about.
#[derive(Clone, Copy)]
struct Target {
    variant: VariantId,
    currency: Currency,
    /// The beginning of the one that is named, if one is.
    named: Option<Instant>,
}

async fn target_in_tx(mut connection: &AsyncPgConnection, wish: &PriceWish) -> Result<Target, PriceFailure> {
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
async fn load_alone_in_tx(
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

async fn store_in_tx(
    connection: &AsyncPgConnection,
    decision: &PriceDecision,
    PriceEffect { change, event }: &PriceEffect,
) -> Result<(), PriceFailure> {
    let at = event.origination.at;
    let events = [event];
    // One after another: the periods must not overlap in between either.
    try_join!(
        store_change_in_tx(connection, decision.variant_id, change, at),
        store_versions_in_tx(connection, decision, at),
        insert_events_in_tx(connection, &events),
    )
    .map(drop)
    .map_err(|error| match refused_by(&error) {
        // One that was to be removed or replaced has begun, by its schedule.
        Some("append_only") => Failure::Refused(EditFailure::Overtaken),
        _ => Failure::Failed(error),
    })
}

async fn store_change_in_tx(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
    PriceChange { removed, changed, added }: &PriceChange,
    at: Instant,
) -> QueryResult<()> {
    if !removed.is_empty() {
        let ids: Vec<Uuid> = removed.iter().map(|period| period.id.uuid()).collect();
        delete(prices::table.filter(prices::id.eq_any(ids))).execute(&mut connection).await?;
    }
    if let Some(period) = changed {
        update(prices::table.find(period.id.uuid()))
            .set((
                prices::amount_minor.eq(period.price.minor()),
                prices::valid_to.eq(period.valid_to),
                prices::changed_by.eq(period.changed_by.to_string()),
            ))
            .execute(&mut connection)
            .await?;
    }
    if let Some(period) = added {
        insert_into(prices::table)
            .values((
                prices::id.eq(period.id.uuid()),
                prices::variant_id.eq(variant.uuid()),
                prices::currency.eq(period.price.currency().code()),
                prices::amount_minor.eq(period.price.minor()),
                prices::valid_from.eq(period.valid_from),
                prices::valid_to.eq(period.valid_to),
                prices::changed_by.eq(period.changed_by.to_string()),
                prices::created_at.eq(at),
            ))
            .execute(&mut connection)
            .await?;
    }
    Ok(())
}

async fn store_versions_in_tx(
    mut connection: &AsyncPgConnection,
    decision: &PriceDecision,
    at: Instant,
) -> QueryResult<()> {
    update(variants::table.find(decision.variant_id.uuid()))
        .set((variants::version.eq(decision.variant_version), variants::updated_at.eq(at)))
        .execute(&mut connection)
        .await?;
    update(products::table.find(decision.product_id.uuid()))
        .set((products::version.eq(decision.product_version), products::updated_at.eq(at)))
        .execute(&mut connection)
        .await
        .map(drop)
}

const fn not_found() -> PriceFailure {
    Failure::Refused(EditFailure::Final(CommitPriceError::NotFound))
}

fn corrupt(error: StorageError) -> PriceFailure {
    Failure::Refused(error.into())
}
