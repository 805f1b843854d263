//! Forgetting the cheapest prices of spans that are over: they are in no list any more, and only in the way.

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use ports::storage::StorageError;

use crate::{
    pool::Database,
    retry::{Failure, commit},
    statement::rows,
};

/// Rows of a transaction, so that nobody waits long for it.
const BATCH: usize = 5_000;

/// Tidies up what lists of products are read from.
#[derive(Clone)]
pub struct PgPastPrices {
    database: Database,
}

impl PgPastPrices {
    /// Tidies up in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Forgets the spans that were over a minute ago, and says how many there were. The prices themselves stay, of course.
    ///
    /// # Errors
    /// [`StorageError`]; then the rest is forgotten the next time.
    pub async fn forget(&self) -> Result<u32, StorageError> {
        let mut forgotten = 0;
        loop {
            let batch = commit(&self.database, "forget past prices", |mut connection| async move {
                sql_query(FORGET).execute(&mut connection).await.map_err(Failure::<StorageError>::Failed)
            })
            .await?;
            forgotten += batch;
            if batch < BATCH {
                return Ok(rows(forgotten));
            }
        }
    }
}

/// Who derives a product's prices anew at the same time forgets them too: whatever is locked is left to them.
const FORGET: &str = "
    DELETE FROM cheapest_prices WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM cheapest_prices WHERE valid_to < now() - interval '1 minute' AND valid_to < 'infinity'
        ORDER BY valid_to LIMIT 5000 FOR UPDATE SKIP LOCKED
    ))";
