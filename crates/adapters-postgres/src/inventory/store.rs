//! Stock that is changed by hand: decided on while nobody else can change the level.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, QueryableByName,
    result::Error,
    sql_query,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    idempotency::Keyed,
    ids::{ProductId, VariantId},
    inventory::{StockChange, StockCommand},
};
use futures::try_join;
use ports::{
    inventory::{ChangedStock, CommitStockError, StockStore, StockView},
    storage::StorageError,
};

use super::{
    insert_movements_in_tx,
    level_row::{LEVEL_COLUMNS, LevelRow},
};
use crate::{
    catalog::{Announcer, ShownProducts},
    events::insert_events_in_tx,
    idempotency::record_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit},
    schema::stock_levels,
    statement::prepared,
    turns::Turns,
};

type StockFailure = Failure<CommitStockError>;

/// Keeps stock that is changed by hand.
#[derive(Clone)]
pub struct PgStockStore {
    database: Database,
    announcer: Announcer,
    turns: Turns,
}

impl PgStockStore {
    /// Keeps it in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, announcer: Announcer::silent(), turns: Turns::new() }
    }

    /// Lets whoever shows products know what has changed.
    #[must_use]
    pub fn announcing(self, shown: Arc<ShownProducts>) -> Self {
        Self { announcer: Announcer::to(shown), ..self }
    }
}

#[async_trait]
impl StockStore for PgStockStore {
    /// Four round trips: to begin, to get hold of the level, for everything, and to commit.
    async fn commit_command<'a>(
        &self,
        command: &StockCommand,
        keyed: Option<&'a Keyed<StockChange>>,
    ) -> Result<ChangedStock, CommitStockError> {
        let product = OnceLock::new();
        let _turn = self.turns.take(command.variant_id.uuid()).await;
        let once = |connection| change_once(connection, command, keyed, &product);
        let outcome = commit(&self.database, "change stock", once).await;
        let unknown = |error: &_| matches!(error, CommitStockError::Storage(_));
        self.announcer.announce(&outcome, unknown, product.get().copied());
        outcome
    }
}

/// `product` is told whose stock it is, before anything changes.
async fn change_once(
    mut connection: Connection,
    command: &StockCommand,
    keyed: Option<&Keyed<StockChange>>,
    product: &OnceLock<ProductId>,
) -> Result<ChangedStock, StockFailure> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let ((), held) = try_join!(
                take_turn_in_tx(connection, command),
                hold_level_in_tx(connection, command.variant_id)
            )?;
            let HeldRow { level, lines } = held.ok_or(Failure::Refused(CommitStockError::NotFound))?;
            let StockView { product_id, sku, level } =
                StockView::try_from(level).map_err(|error| Failure::Refused(error.into()))?;
            product.get_or_init(|| product_id);
            let change = match command.decide(&level, lines) {
                Ok(change) => change,
                Err(refusal) => return Err(Failure::Refused(CommitStockError::Refused { sku, refusal })),
            };
            let record = keyed.map(|keyed| keyed.record(&change, command.by.at));
            if let Some(record) = &record {
                record_in_tx(connection, record).await.map_err(Failure::widen)?;
            }
            let events = [&change.event];
            let (stored, ()) =
                try_join!(store_stock_in_tx(connection, &change), insert_events_in_tx(connection, &events))?;
            if !stored {
                return Err(Failure::Failed(Error::NotFound));
            }
            let view = StockView { product_id, sku, level: change.level.clone() };
            Ok(ChangedStock { change, view, record })
        })
        .await
}

/// Class 4 of the advisory locks. It comes before the transaction has an id of its own, so that of two who change one
/// level by hand, the later one stands later in the event log as well.
async fn take_turn_in_tx(mut connection: &AsyncPgConnection, command: &StockCommand) -> QueryResult<()> {
    let statement = sql_query("SELECT pg_advisory_xact_lock(4, hashtext($1))")
        .bind::<Text, _>(format!("stock {}", command.variant_id));
    prepared(statement).execute(&mut connection).await.map(drop)
}

#[derive(QueryableByName)]
struct HeldRow {
    #[diesel(embed)]
    level: LevelRow,
    /// How many lines its ledger has.
    #[diesel(sql_type = BigInt)]
    lines: i64,
}

/// Waits for the level, behind whoever sells, and keeps it until the transaction ends.
async fn hold_level_in_tx(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
) -> QueryResult<Option<HeldRow>> {
    let statement = sql_query(format!(
        "SELECT {LEVEL_COLUMNS}, level.movements AS lines
        FROM stock_levels AS level JOIN variants AS variant ON variant.id = level.variant_id
        WHERE level.variant_id = $1 AND variant.deleted_at IS NULL
        FOR NO KEY UPDATE OF level"
    ))
    .bind::<SqlUuid, _>(variant.uuid());
    prepared(statement).get_result(&mut connection).await.optional()
}

/// Lets more of a variant be sold than is there, or no longer: what the level says of it, while nobody else can change that.
pub(crate) async fn switch_backorder_in_tx(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
    backorder: bool,
) -> Result<(), Failure<StorageError>> {
    let held = hold_level_in_tx(connection, variant).await?;
    let HeldRow { level, .. } = held.ok_or(Failure::Failed(Error::NotFound))?;
    let StockView { level, .. } = StockView::try_from(level).map_err(Failure::Refused)?;
    let Some(level) = level.switch_backorder(backorder) else { return Ok(()) };
    update(stock_levels::table.find(variant.uuid()))
        .set((stock_levels::backorder.eq(level.backorder), stock_levels::shortfall.eq(level.shortfall())))
        .execute(&mut connection)
        .await?;
    Ok(())
}

/// All of a change but its event; false when its ledger has other lines than it was decided on.
pub(crate) async fn store_stock_in_tx(
    connection: &AsyncPgConnection,
    change: &StockChange,
) -> QueryResult<bool> {
    let line = [(&change.line.movement, change.line.sequence)];
    let (updated, ()) =
        try_join!(update_level_in_tx(connection, change), insert_movements_in_tx(connection, &line))?;
    Ok(updated == 1)
}

async fn update_level_in_tx(
    mut connection: &AsyncPgConnection,
    StockChange { level, line, .. }: &StockChange,
) -> QueryResult<usize> {
    update(stock_levels::table.find(level.variant_id.uuid()))
        .filter(stock_levels::movements.eq(line.sequence - 1))
        .set((
            stock_levels::on_hand.eq(level.on_hand),
            stock_levels::shortfall.eq(level.shortfall()),
            stock_levels::version.eq(level.version),
            stock_levels::movements.eq(line.sequence),
        ))
        .execute(&mut connection)
        .await
}
