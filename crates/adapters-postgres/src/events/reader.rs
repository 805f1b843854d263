//! Pages of the event log.

use async_trait::async_trait;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::Instant;
use ports::{
    events::{EventQuery, EventReader, EventView},
    pagination::Page,
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    pagination::{cut, rows_for},
    pool::Database,
    retry::read,
    statement::prepared,
};

/// Reads the event log.
#[derive(Clone)]
pub struct PgEventReader {
    database: Database,
}

impl PgEventReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl EventReader for PgEventReader {
    async fn list(&self, query: &EventQuery) -> Result<Page<EventView, i64>, StorageError> {
        let sql = &sql(query);
        let rows: Vec<EventRow> = read(&self.database, |mut connection| async move {
            let statement = sql_query(sql)
                .bind::<BigInt, _>(query.page.after.unwrap_or(-1))
                .bind::<Nullable<Text>, _>(query.event_type.as_deref())
                .bind::<Nullable<SqlUuid>, _>(query.aggregate_id);
            prepared(statement).load(&mut connection).await
        })
        .await?;
        let Page { rows, next } = cut(rows, query.page, |row| row.sequence);
        Ok(Page { rows: rows.into_iter().map(EventView::from).collect(), next })
    }
}

/// What is asked for is compared for itself, which an index serves. The horizon is that of the statement's own snapshot.
fn sql(query: &EventQuery) -> String {
    let condition = |asked, column, parameter| match asked {
        true => format!("{column} = {parameter}"),
        false => format!("{parameter} IS NULL"),
    };
    format!(
        "SELECT id, sequence, aggregate_type, aggregate_id, aggregate_version, type AS event_type, occurred_at, actor,
            request_id, data::text AS data
        FROM events
        WHERE sequence > $1 AND sequence < event_sequence_horizon() AND {} AND {}
        ORDER BY sequence LIMIT {}",
        condition(query.event_type.is_some(), "type", "$2"),
        condition(query.aggregate_id.is_some(), "aggregate_id", "$3"),
        rows_for(query.page)
    )
}

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Text)]
    aggregate_type: String,
    #[diesel(sql_type = SqlUuid)]
    aggregate_id: Uuid,
    #[diesel(sql_type = Integer)]
    aggregate_version: i32,
    #[diesel(sql_type = Text)]
    event_type: String,
    #[diesel(sql_type = Timestamptz)]
    occurred_at: Instant,
    #[diesel(sql_type = Text)]
    actor: String,
    #[diesel(sql_type = Nullable<Text>)]
    request_id: Option<String>,
    #[diesel(sql_type = Text)]
    data: String,
}

impl From<EventRow> for EventView {
    fn from(row: EventRow) -> Self {
        let EventRow { id, sequence, aggregate_type, aggregate_id, aggregate_version, event_type, .. } = row;
        let EventRow { occurred_at, actor, request_id, data, .. } = row;
        Self {
            id: id.into(),
            sequence,
            aggregate_type,
            aggregate_id,
            aggregate_version,
            event_type,
            occurred_at,
            actor,
            request_id,
            data,
        }
    }
}
