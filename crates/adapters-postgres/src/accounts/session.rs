//! Sessions as rows: new ones with their first refresh token, and those that are read.

use diesel::{
    ExpressionMethods, QueryResult, QueryableByName, insert_into, sql_query,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    accounts::{OpenedSession, Session},
};
use ports::storage::StorageError;
use uuid::Uuid;

use crate::{corrupt::Place, schema::refresh_tokens, statement::prepared};

/// The part of a session's row that never changes but by erasure.
#[derive(QueryableByName)]
pub(in crate::accounts) struct SessionRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub(super) created_at: Instant,
    #[diesel(sql_type = Timestamptz)]
    expires_at: Instant,
    #[diesel(sql_type = Nullable<Text>)]
    user_agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
}

/// The columns of [`SessionRow`], for a statement's list.
pub(in crate::accounts) const SESSION_COLUMNS: &str = "session.id, session.user_id, session.created_at, session.expires_at, \
    session.user_agent, host(session.ip) AS ip";

impl TryFrom<SessionRow> for Session {
    type Error = StorageError;

    fn try_from(row: SessionRow) -> Result<Self, Self::Error> {
        let place = Place { table: "sessions", id: row.id };
        Ok(Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
            ip: place.read("ip", row.ip.map(|ip| ip.parse()).transpose())?,
        })
    }
}

/// Stores a session. What a client calls itself is cut to what the table takes.
pub(super) async fn insert_session_in_tx(
    mut connection: &AsyncPgConnection,
    session: &Session,
) -> QueryResult<()> {
    let statement = sql_query(
        "INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, user_agent, ip)
        VALUES ($1, $2, $3, $3, $4, left($5, 1000), $6::inet)",
    )
    .bind::<SqlUuid, _>(session.id.uuid())
    .bind::<SqlUuid, _>(session.user_id.uuid())
    .bind::<Timestamptz, _>(session.created_at)
    .bind::<Timestamptz, _>(session.expires_at)
    .bind::<Nullable<Text>, _>(session.user_agent.as_deref())
    .bind::<Nullable<Text>, _>(session.ip.map(|ip| ip.to_string()));
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// Stores the refresh token of a session that was just stored.
pub(super) async fn insert_refresh_token_in_tx(
    mut connection: &AsyncPgConnection,
    opened: &OpenedSession,
) -> QueryResult<()> {
    let row = (
        refresh_tokens::digest.eq(opened.refresh_digest.as_slice()),
        refresh_tokens::session_id.eq(opened.session.id.uuid()),
        refresh_tokens::issued_at.eq(opened.session.created_at),
        refresh_tokens::expires_at.eq(opened.refresh_expires_at),
    );
    insert_into(refresh_tokens::table).values(row).execute(&mut connection).await.map(drop)
}
