//! The ledger, page by page.

use async_trait::async_trait;
use diesel::{
    OptionalExtension, QueryResult, QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    actor::Origination,
    ids::VariantId,
    inventory::{LedgerLine, MovementKind, StockMovement},
    text::Note,
};
use futures::try_join;
use ports::{
    inventory::LedgerReader,
    pagination::{Page, PageRequest},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    pagination::{cut, rows_for},
    pool::Database,
    retry::read,
    schema::stock_movements,
    statement::prepared,
};

/// Shows the ledger.
#[derive(Clone)]
pub struct PgLedgerReader {
    database: Database,
}

impl PgLedgerReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl LedgerReader for PgLedgerReader {
    async fn find(&self, variant_id: VariantId, sequence: i64) -> Result<Option<LedgerLine>, StorageError> {
        let row: Option<MovementRow> = read(&self.database, |mut connection| async move {
            let statement = sql_query(format!(
                "SELECT {MOVEMENT_COLUMNS} FROM stock_movements WHERE variant_id = $1 AND sequence = $2
                    AND EXISTS (SELECT FROM variants WHERE id = $1 AND deleted_at IS NULL)"
            ))
            .bind::<SqlUuid, _>(variant_id.uuid())
            .bind::<BigInt, _>(sequence);
            prepared(statement).get_result(&mut connection).await.optional()
        })
        .await?;
        row.map(LedgerLine::try_from).transpose()
    }

    /// One round trip.
    async fn list(
        &self,
        variant_id: VariantId,
        page: PageRequest<i64>,
    ) -> Result<Option<Page<LedgerLine, i64>>, StorageError> {
        let (is_there, rows) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            try_join!(is_there(connection, variant_id), load_page(connection, variant_id, page))
        })
        .await?;
        if !is_there {
            return Ok(None);
        }
        let Page { rows, next } = cut(rows, page, |row: &MovementRow| row.sequence);
        let rows = rows.into_iter().map(LedgerLine::try_from).collect::<Result<_, _>>()?;
        Ok(Some(Page { rows, next }))
    }
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    is_there: bool,
}

async fn is_there(mut connection: &AsyncPgConnection, variant_id: VariantId) -> QueryResult<bool> {
    let statement =
        sql_query("SELECT EXISTS (SELECT FROM variants WHERE id = $1 AND deleted_at IS NULL) AS is_there")
            .bind::<SqlUuid, _>(variant_id.uuid());
    prepared(statement).get_result(&mut connection).await.map(|answer: Answer| answer.is_there)
}

async fn load_page(
    mut connection: &AsyncPgConnection,
    variant_id: VariantId,
    page: PageRequest<i64>,
) -> QueryResult<Vec<MovementRow>> {
    let statement = sql_query(format!(
        "SELECT {MOVEMENT_COLUMNS} FROM stock_movements WHERE variant_id = $1 AND sequence < $2
        ORDER BY sequence DESC LIMIT {}",
        rows_for(page)
    ))
    .bind::<SqlUuid, _>(variant_id.uuid())
    .bind::<BigInt, _>(page.after.unwrap_or(i64::MAX));
    prepared(statement).load(&mut connection).await
}

#[derive(QueryableByName)]
#[diesel(table_name = stock_movements)]
struct MovementRow {
    variant_id: Uuid,
    sequence: i64,
    kind: String,
    delta_on_hand: i32,
    delta_reserved: i32,
    on_hand_after: i32,
    reserved_after: i32,
    order_id: Option<Uuid>,
    actor: String,
    note: Option<String>,
    at: Instant,
    request_id: Option<String>,
}

/// The columns of [`MovementRow`], for a statement's list.
const MOVEMENT_COLUMNS: &str = "variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after, \
    reserved_after, order_id, actor, note, at, request_id";

impl TryFrom<MovementRow> for LedgerLine {
    type Error = StorageError;

    fn try_from(row: MovementRow) -> Result<Self, Self::Error> {
        let place = Place { table: "stock_movements", id: row.variant_id };
        let movement = StockMovement {
            variant_id: row.variant_id.into(),
            kind: place.read("kind", MovementKind::parse(&row.kind))?,
            delta_on_hand: row.delta_on_hand,
            delta_reserved: row.delta_reserved,
            on_hand_after: row.on_hand_after,
            reserved_after: row.reserved_after,
            order_id: row.order_id.map(Into::into),
            note: place.read("note", row.note.as_deref().map(Note::parse).transpose())?,
            origination: Origination {
                actor: place.read("actor", row.actor.parse())?,
                request_id: row.request_id,
                at: row.at,
            },
        };
        Ok(Self { sequence: row.sequence, movement })
    }
}
