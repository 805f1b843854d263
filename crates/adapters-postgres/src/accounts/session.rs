//! New sessions and their first refresh token.

use diesel::{
    ExpressionMethods, QueryResult, insert_into, sql_query,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::accounts::{OpenedSession, Session};

use crate::{schema::refresh_tokens, statement::prepared};

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
