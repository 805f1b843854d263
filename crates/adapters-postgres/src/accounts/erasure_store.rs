//! People who leave: one transaction takes all that is personal out of every table.
//!
//! What is personal, and where it stands, is listed and reviewed in `tests/it/personal_data/census.rs`; a test fails when
//! a column is missing there, and when what the list says does not happen here.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, sql_query,
    sql_types::{Array, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    accounts::{Erasure, Role, Ties},
    audit::SessionEnd,
    ids::{SessionId, UserId},
};
use futures::try_join;
use ports::{
    accounts::{CommitEditError, ErasureStore, Leaving},
    storage::StorageError,
};
use uuid::Uuid;

use super::{credentials::load_credentials, directory::has_another_admin, registry::PgCallerRegistry};
use crate::{
    audit::insert_audit_in_tx,
    errors::refused_by,
    events::insert_events_in_tx,
    orders::{erase_orders_in_tx, load_open_orders},
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::sessions,
    statement::prepared,
};

/// Erases people.
#[derive(Clone)]
pub struct PgErasureStore {
    database: Database,
    registry: Arc<PgCallerRegistry>,
}

impl PgErasureStore {
    /// Erases them from `database`, and tells `registry` at once which sessions were ended.
    #[must_use]
    pub const fn new(database: Database, registry: Arc<PgCallerRegistry>) -> Self {
        Self { database, registry }
    }
}

#[async_trait]
impl ErasureStore for PgErasureStore {
    async fn load(&self, id: UserId) -> Result<Option<Leaving>, StorageError> {
        let (account, open_orders, another_admin) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            try_join!(
                load_credentials(connection, id),
                load_open_orders(connection, id),
                has_another_admin(connection, id)
            )
        })
        .await?;
        let Some(account) = account else { return Ok(None) };
        Ok(Some(Leaving { account: account.try_into()?, ties: Ties { open_orders, another_admin } }))
    }

    async fn commit_erasure(&self, erasure: &Erasure) -> Result<(), CommitEditError> {
        let ended =
            commit(&self.database, "erase account", |connection| erase_once(connection, erasure)).await?;
        ended.into_iter().for_each(|session| self.registry.session_ended(session));
        Ok(())
    }
}

/// The account's row is locked first, and so hard that whatever is stored for the person waits at it: what came before is
/// seen by the statements that follow, what comes after finds nobody.
async fn erase_once(
    mut connection: Connection,
    erasure: &Erasure,
) -> Result<Vec<SessionId>, Failure<CommitEditError>> {
    let (person, at) = (erasure.person, erasure.audit.at);
    connection
        .transaction(async |connection| {
            let emptied = empty_account_in_tx(connection, erasure).await.map_err(last_admin)?;
            if emptied != 1 || !load_open_orders(connection, person).await?.is_empty() {
                return Err(Failure::Refused(CommitEditError::Conflict));
            }
            let ended = end_sessions_in_tx(connection, person, at).await?;
            erase_orders_in_tx(connection, person, at).await?;
            for statement in FORGET {
                forget_in_tx(connection, person, statement).await?;
            }
            insert_events_in_tx(connection, &[&erasure.event]).await?;
            insert_audit_in_tx(connection, &erasure.audit).await?;
            Ok(ended)
        })
        .await
}

/// What is kept for the person alone, and where the person came from. The answers come after the orders: who handles
/// an order records an answer with it, and the orders were waited for.
const FORGET: [&str; 5] = [
    "DELETE FROM one_time_tokens WHERE user_id = $1",
    "DELETE FROM mails WHERE user_id = $1",
    "DELETE FROM carts WHERE user_id = $1",
    "DELETE FROM idempotency_keys WHERE caller = $1::text OR subject_id = $1",
    "UPDATE audit_log SET ip = NULL WHERE ip IS NOT NULL AND (subject = $1::text OR actor = 'user:' || $1)",
];

async fn forget_in_tx(
    mut connection: &AsyncPgConnection,
    person: UserId,
    statement: &str,
) -> QueryResult<()> {
    let statement = sql_query(statement).bind::<SqlUuid, _>(person.uuid());
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// Since the address has a unique index, a change of it takes the strongest lock that a row has.
async fn empty_account_in_tx(mut connection: &AsyncPgConnection, erasure: &Erasure) -> QueryResult<usize> {
    let statement = sql_query(
        "UPDATE users SET email = NULL, email_verified_at = NULL, name = NULL, password_hash = NULL, roles = $5,
            version = $3, updated_at = $4, erased_at = $4
        WHERE id = $1 AND version = $2 AND erased_at IS NULL",
    )
    .bind::<SqlUuid, _>(erasure.person.uuid())
    .bind::<Integer, _>(erasure.seen)
    .bind::<Integer, _>(erasure.version)
    .bind::<Timestamptz, _>(erasure.audit.at)
    .bind::<Array<Text>, _>(vec![Role::Customer.name()]);
    prepared(statement).execute(&mut connection).await
}

/// The sessions stay a while, so that every server learns that they were ended; without what is personal, and without
/// tokens. They are locked in the order of their ids, so that two who end several never deadlock.
async fn end_sessions_in_tx(
    mut connection: &AsyncPgConnection,
    person: UserId,
    at: Instant,
) -> QueryResult<Vec<SessionId>> {
    let all: Vec<(Uuid, Option<Instant>)> = sessions::table
        .filter(sessions::user_id.eq(person.uuid()))
        .order(sessions::id)
        .select((sessions::id, sessions::revoked_at))
        .for_no_key_update()
        .load(&mut connection)
        .await?;
    let statement = sql_query(
        "UPDATE sessions SET user_agent = NULL, ip = NULL, revoked_at = coalesce(revoked_at, $2),
            revoke_reason = coalesce(revoke_reason, $3)
        WHERE user_id = $1",
    )
    .bind::<SqlUuid, _>(person.uuid())
    .bind::<Timestamptz, _>(at)
    .bind::<Text, _>(SessionEnd::Erased.name());
    prepared(statement).execute(&mut connection).await?;
    let tokens =
        "DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = $1)";
    forget_in_tx(connection, person, tokens).await?;
    let going_on = all.into_iter().filter(|(_, revoked_at)| revoked_at.is_none());
    Ok(going_on.map(|(id, _)| id.into()).collect())
}

/// Every other administrator has gone since the decision was made: deciding again says so.
fn last_admin(error: diesel::result::Error) -> Failure<CommitEditError> {
    match refused_by(&error) {
        Some("users_last_admin") => Failure::Refused(CommitEditError::Conflict),
        _ => Failure::Failed(error),
    }
}
