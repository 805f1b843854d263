//! Forgetting answers whose time is over.

use diesel::{sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use ports::storage::StorageError;

use crate::{
    pool::Database,
    retry::{Failure, commit},
    statement::{prepared, rows},
};

/// Forgets answers.
#[derive(Clone)]
pub struct PgIdempotencyPurge {
    database: Database,
}

impl PgIdempotencyPurge {
    /// Forgets them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Forgets up to `limit` answers that are not given again any more, and says how many it were.
    ///
    /// # Errors
    /// [`StorageError`]; then they are forgotten the next time.
    pub async fn purge(&self, limit: u32) -> Result<u32, StorageError> {
        commit(&self.database, "purge answers", |mut connection| async move {
            let statement = sql_query(PURGE).bind::<BigInt, _>(i64::from(limit));
            prepared(statement).execute(&mut connection).await.map(rows).map_err(Failure::Failed)
        })
        .await
    }
}

/// A key that somebody uses anew this very moment is left to them.
const PURGE: &str = "
    DELETE FROM idempotency_keys WHERE (caller, key) IN (
        SELECT caller, key FROM idempotency_keys WHERE expires_at <= now()
        ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )";
