//! Sessions that go on: refreshed, listed and ended.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    QueryableByName, SelectableHelper, insert_into, sql_query,
    sql_types::{Timestamptz, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    accounts::{PresentedToken, SessionEnding, SessionRefresh},
    ids::{SessionId, UserId},
};
use ports::{
    accounts::{CommitRefreshError, SessionStore, SessionView},
    pagination::{Page, PageRequest, Position},
    storage::StorageError,
};
use uuid::Uuid;

use super::{
    registry::PgCallerRegistry,
    session::{SESSION_COLUMNS, SessionRow},
    user_row::UserRow,
};
use crate::{
    audit::insert_audit_in_tx,
    pagination::{cut, newest, rows_for},
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::{refresh_tokens, sessions, users},
    statement::prepared,
};

/// Keeps sessions.
#[derive(Clone)]
pub struct PgSessionStore {
    database: Database,
    registry: Arc<PgCallerRegistry>,
}

impl PgSessionStore {
    /// Keeps them in `database`, and tells `registry` at once which ones were ended.
    #[must_use]
    pub const fn new(database: Database, registry: Arc<PgCallerRegistry>) -> Self {
        Self { database, registry }
    }
}

#[async_trait]
impl SessionStore for PgSessionStore {
    async fn find_refresh_token(&self, digest: &[u8; 32]) -> Result<Option<PresentedToken>, StorageError> {
        let row =
            read(&self.database, |connection| async move { load_token(&connection, digest).await }).await?;
        let Some((expires_at, used_at, revoked_at, session, user)) = row else { return Ok(None) };
        let (session_id, session_expires_at, session_revoked_at) = session;
        Ok(Some(PresentedToken {
            user: user.try_into()?,
            session_id: session_id.into(),
            session_expires_at,
            session_ended: session_revoked_at.is_some() || revoked_at.is_some(),
            digest: *digest,
            expires_at,
            used_at,
        }))
    }

    async fn commit_refresh(&self, refresh: &SessionRefresh) -> Result<(), CommitRefreshError> {
        commit(&self.database, "refresh session", |connection| refresh_once(connection, refresh)).await
    }

    async fn commit_ending(&self, ending: &SessionEnding) -> Result<bool, StorageError> {
        let ended = commit(&self.database, "end session", |connection| end_once(connection, ending)).await?;
        self.registry.session_ended(ending.session_id);
        Ok(ended)
    }

    async fn find(&self, id: SessionId) -> Result<Option<SessionView>, StorageError> {
        let row: Option<LiveRow> = read(&self.database, |mut connection| async move {
            let statement = sql_query(format!(
                "SELECT {SESSION_COLUMNS}, session.last_used_at {LIVE} AND session.id = $1"
            ))
            .bind::<SqlUuid, _>(id.uuid());
            prepared(statement).get_result(&mut connection).await.optional()
        })
        .await?;
        row.map(SessionView::try_from).transpose()
    }

    async fn list(&self, owner: UserId, page: PageRequest) -> Result<Page<SessionView>, StorageError> {
        let Position { at, id } = page.after.unwrap_or_else(newest);
        let rows: Vec<LiveRow> = read(&self.database, |mut connection| async move {
            let statement = sql_query(format!(
                "SELECT {SESSION_COLUMNS}, session.last_used_at {LIVE}
                    AND session.user_id = $1 AND (session.created_at, session.id) < ($2, $3)
                ORDER BY session.created_at DESC, session.id DESC LIMIT {}",
                rows_for(page)
            ))
            .bind::<SqlUuid, _>(owner.uuid())
            .bind::<Timestamptz, _>(at)
            .bind::<SqlUuid, _>(id);
            prepared(statement).load(&mut connection).await
        })
        .await?;
        let Page { rows, next } =
            cut(rows, page, |row| Position { at: row.session.created_at, id: row.session.id });
        Ok(Page { rows: rows.into_iter().map(SessionView::try_from).collect::<Result<_, _>>()?, next })
    }
}

/// The sessions that go on; more conditions follow.
const LIVE: &str = "
    FROM sessions AS session
    WHERE session.revoked_at IS NULL AND session.expires_at > clock_timestamp() AND EXISTS (
        SELECT FROM refresh_tokens AS token
        WHERE token.session_id = session.id AND token.used_at IS NULL AND token.revoked_at IS NULL
            AND token.expires_at > clock_timestamp())";

#[derive(QueryableByName)]
struct LiveRow {
    #[diesel(embed)]
    session: SessionRow,
    #[diesel(sql_type = Timestamptz)]
    last_used_at: Instant,
}

impl TryFrom<LiveRow> for SessionView {
    type Error = StorageError;

    fn try_from(row: LiveRow) -> Result<Self, Self::Error> {
        Ok(Self { session: row.session.try_into()?, last_used_at: row.last_used_at })
    }
}

/// Of a token when it expires, was used and was revoked; its session's id, end and revocation; its owner.
type TokenRow = (Instant, Option<Instant>, Option<Instant>, (Uuid, Instant, Option<Instant>), UserRow);

async fn load_token(mut connection: &AsyncPgConnection, digest: &[u8; 32]) -> QueryResult<Option<TokenRow>> {
    refresh_tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(refresh_tokens::session_id)))
        .inner_join(users::table.on(users::id.eq(sessions::user_id).and(users::erased_at.is_null())))
        .filter(refresh_tokens::digest.eq(digest.as_slice()))
        .select((
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
            refresh_tokens::revoked_at,
            (sessions::id, sessions::expires_at, sessions::revoked_at),
            UserRow::as_select(),
        ))
        .first(&mut connection)
        .await
        .optional()
}

/// The session's row is locked before its tokens: whoever refreshes and whoever ends wait for each other.
async fn refresh_once(
    mut connection: Connection,
    refresh: &SessionRefresh,
) -> Result<(), Failure<CommitRefreshError>> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let (session, token) = futures::try_join!(
                touch_session_in_tx(connection, refresh),
                use_token_in_tx(connection, refresh)
            )?;
            if (session, token) != (1, 1) {
                return Err(Failure::Refused(CommitRefreshError::Conflict));
            }
            insert_next_token_in_tx(connection, refresh).await.map_err(Failure::Failed)
        })
        .await
}

async fn touch_session_in_tx(
    mut connection: &AsyncPgConnection,
    refresh: &SessionRefresh,
) -> QueryResult<usize> {
    // Another process's clock may have been ahead of ours by a little.
    let statement = sql_query(
        "UPDATE sessions SET last_used_at = greatest(last_used_at, $2) WHERE id = $1 AND revoked_at IS NULL",
    )
    .bind::<SqlUuid, _>(refresh.session_id.uuid())
    .bind::<Timestamptz, _>(refresh.at);
    prepared(statement).execute(&mut connection).await
}

async fn use_token_in_tx(mut connection: &AsyncPgConnection, refresh: &SessionRefresh) -> QueryResult<usize> {
    update(refresh_tokens::table.find(refresh.used.as_slice()))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::revoked_at.is_null())
        .set(refresh_tokens::used_at.eq(refresh.at))
        .execute(&mut connection)
        .await
}

async fn insert_next_token_in_tx(
    mut connection: &AsyncPgConnection,
    refresh: &SessionRefresh,
) -> QueryResult<()> {
    let row = (
        refresh_tokens::digest.eq(refresh.next.as_slice()),
        refresh_tokens::session_id.eq(refresh.session_id.uuid()),
        refresh_tokens::issued_at.eq(refresh.at),
        refresh_tokens::expires_at.eq(refresh.next_expires_at),
    );
    insert_into(refresh_tokens::table).values(row).execute(&mut connection).await.map(drop)
}

async fn end_once(mut connection: Connection, ending: &SessionEnding) -> Result<bool, Failure<StorageError>> {
    connection
        .transaction(async |connection| {
            let ended = update(sessions::table.find(ending.session_id.uuid()))
                .filter(sessions::revoked_at.is_null())
                .set((
                    sessions::revoked_at.eq(ending.audit.at),
                    sessions::revoke_reason.eq(ending.reason.name()),
                ))
                .execute(connection)
                .await?;
            if ended == 1 {
                insert_audit_in_tx(connection, &ending.audit).await?;
            }
            Ok(ended == 1)
        })
        .await
        .map_err(Failure::Failed)
}
