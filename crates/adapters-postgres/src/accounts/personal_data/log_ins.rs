//! Sessions, whatever became of them, and what is known of their refresh tokens.

use std::collections::BTreeMap;

use diesel::{
    ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult, QueryableByName, sql_query,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, ids::UserId};
use futures::try_join;
use ports::{
    accounts::personal_data::{HeldRefreshToken, HeldSession},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    accounts::session::{SESSION_COLUMNS, SessionRow},
    schema::{refresh_tokens, sessions},
    statement::prepared,
};

pub(super) struct LogInRows {
    sessions: Vec<HeldRow>,
    tokens: Vec<TokenRow>,
}

#[derive(QueryableByName)]
struct HeldRow {
    #[diesel(embed)]
    session: SessionRow,
    #[diesel(sql_type = Timestamptz)]
    last_used_at: Instant,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    revoked_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Text>)]
    revoke_reason: Option<String>,
}

/// Of which session; when it was issued, expires, was used and was revoked.
type TokenRow = (Uuid, Instant, Instant, Option<Instant>, Option<Instant>);

impl LogInRows {
    pub(super) async fn load(connection: &AsyncPgConnection, person: UserId) -> QueryResult<Self> {
        let (sessions, tokens) =
            try_join!(load_sessions(connection, person), load_tokens(connection, person))?;
        Ok(Self { sessions, tokens })
    }

    pub(super) fn into_sessions(self) -> Result<Vec<HeldSession>, StorageError> {
        let mut of_session: BTreeMap<Uuid, Vec<HeldRefreshToken>> = BTreeMap::new();
        for (session, issued_at, expires_at, used_at, revoked_at) in self.tokens {
            let token = HeldRefreshToken { issued_at, expires_at, used_at, revoked_at };
            of_session.entry(session).or_default().push(token);
        }
        let whole = |row: HeldRow| {
            let tokens = of_session.remove(&row.session.id).unwrap_or_default();
            row.into_session(tokens)
        };
        self.sessions.into_iter().map(whole).collect()
    }
}

async fn load_sessions(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<HeldRow>> {
    let statement = sql_query(format!(
        "SELECT {SESSION_COLUMNS}, session.last_used_at, session.revoked_at, session.revoke_reason
        FROM sessions AS session WHERE session.user_id = $1 ORDER BY session.created_at, session.id"
    ))
    .bind::<SqlUuid, _>(person.uuid());
    prepared(statement).load(&mut connection).await
}

async fn load_tokens(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<TokenRow>> {
    refresh_tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(refresh_tokens::session_id)))
        .filter(sessions::user_id.eq(person.uuid()))
        .order((refresh_tokens::issued_at, refresh_tokens::digest))
        .select((
            refresh_tokens::session_id,
            refresh_tokens::issued_at,
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
            refresh_tokens::revoked_at,
        ))
        .load(&mut connection)
        .await
}

impl HeldRow {
    fn into_session(self, refresh_tokens: Vec<HeldRefreshToken>) -> Result<HeldSession, StorageError> {
        let ended = self.revoked_at.zip(self.revoke_reason);
        let (session, last_used_at) = (self.session.try_into()?, self.last_used_at);
        Ok(HeldSession { session, last_used_at, ended, refresh_tokens })
    }
}
