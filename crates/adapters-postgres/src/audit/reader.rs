//! Pages of the audit log.

use async_trait::async_trait;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::Instant;
use ports::{
    audit::{AuditQuery, AuditReader, AuditView},
    pagination::{Page, Position},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    pagination::{cut, newest, rows_for},
    pool::Database,
    retry::read,
    statement::prepared,
};

/// Shows the audit log.
#[derive(Clone)]
pub struct PgAuditReader {
    database: Database,
}

impl PgAuditReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl AuditReader for PgAuditReader {
    async fn list(&self, query: &AuditQuery) -> Result<Page<AuditView>, StorageError> {
        let Position { at, id } = query.page.after.unwrap_or_else(newest);
        let sql = &sql(query);
        let rows: Vec<AuditRow> = read(&self.database, |mut connection| async move {
            let statement = sql_query(sql)
                .bind::<Timestamptz, _>(at)
                .bind::<SqlUuid, _>(id)
                .bind::<Nullable<Text>, _>(query.event.as_deref())
                .bind::<Nullable<Text>, _>(query.actor.map(|actor| actor.to_string()))
                .bind::<Nullable<Text>, _>(query.subject.map(|subject| subject.to_string()));
            prepared(statement).load(&mut connection).await
        })
        .await?;
        let Page { rows, next } = cut(rows, query.page, |row| Position { at: row.at, id: row.id });
        Ok(Page { rows: rows.into_iter().map(AuditView::try_from).collect::<Result<_, _>>()?, next })
    }
}

/// What is asked for is compared for itself, which an index serves: one goes by each column, the newest last.
fn sql(query: &AuditQuery) -> String {
    let condition = |asked, column, parameter| match asked {
        true => format!("{column} = {parameter}"),
        false => format!("{parameter} IS NULL"),
    };
    format!(
        "SELECT id, at, type AS event, actor, subject, host(ip) AS ip, request_id, detail::text AS detail
        FROM audit_log
        WHERE (at, id) < ($1, $2) AND {} AND {} AND {}
        ORDER BY at DESC, id DESC LIMIT {}",
        condition(query.event.is_some(), "type", "$3"),
        condition(query.actor.is_some(), "actor", "$4"),
        condition(query.subject.is_some(), "subject", "$5"),
        rows_for(query.page)
    )
}

/// A line; the columns of its statement have these names.
#[derive(QueryableByName)]
pub(crate) struct AuditRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    at: Instant,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = Text)]
    actor: String,
    #[diesel(sql_type = Nullable<Text>)]
    subject: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    request_id: Option<String>,
    #[diesel(sql_type = Text)]
    detail: String,
}

impl TryFrom<AuditRow> for AuditView {
    type Error = StorageError;

    fn try_from(row: AuditRow) -> Result<Self, Self::Error> {
        let place = Place { table: "audit_log", id: row.id };
        Ok(Self {
            id: row.id.into(),
            at: row.at,
            event: row.event,
            actor: row.actor,
            subject: row.subject,
            ip: place.read("ip", row.ip.map(|ip| ip.parse()).transpose())?,
            request_id: row.request_id,
            detail: row.detail,
        })
    }
}
