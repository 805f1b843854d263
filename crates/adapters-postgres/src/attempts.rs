//! Attempts, one count for all servers.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, QueryableByName, sql_query,
    sql_types::{Array, Bytea, Double, Integer, Text, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    accounts::attempts::{History, Scope},
};
use ports::{
    attempts::{Attempts, SubjectKey},
    storage::StorageError,
};

use crate::{
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::attempts,
    statement::{prepared, rows},
};

/// Counts attempts.
#[derive(Clone)]
pub struct PgAttempts {
    database: Database,
}

impl PgAttempts {
    /// Counts them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Forgets the subjects whose attempts have all left their window, and says how many it were.
    ///
    /// # Errors
    /// [`StorageError`]; then they are forgotten the next time.
    pub async fn purge(&self) -> Result<u32, StorageError> {
        commit(&self.database, "purge attempts", |mut connection| async move {
            sql_query(PURGE).execute(&mut connection).await.map(rows).map_err(Failure::<StorageError>::Failed)
        })
        .await
    }
}

#[async_trait]
impl Attempts for PgAttempts {
    async fn load(&self, subjects: &[SubjectKey]) -> Result<Vec<History>, StorageError> {
        let scopes: Vec<&str> = subjects.iter().map(|subject| subject.scope.name()).collect();
        let digests: Vec<&[u8]> = subjects.iter().map(|subject| subject.digest.as_slice()).collect();
        let (scopes, digests) = (&scopes, &digests);
        let rows: Vec<(String, Vec<Instant>)> = read(&self.database, |mut connection| async move {
            attempts::table
                .filter(attempts::scope.eq_any(scopes))
                .filter(attempts::subject.eq_any(digests))
                .select((attempts::scope, attempts::hits))
                .load(&mut connection)
                .await
        })
        .await?;
        let history = |(scope, hits): (String, _)| Some(History { scope: Scope::parse(&scope)?, hits });
        Ok(rows.into_iter().filter_map(history).collect())
    }

    async fn count(&self, subjects: &[SubjectKey]) -> Result<Vec<History>, StorageError> {
        commit(&self.database, "count attempts", |connection| count_once(connection, subjects)).await
    }
}

/// Everybody counts in the order of the scopes, so that nobody waits in a circle.
async fn count_once(
    mut connection: Connection,
    subjects: &[SubjectKey],
) -> Result<Vec<History>, Failure<StorageError>> {
    let mut subjects = subjects.to_vec();
    subjects.sort_unstable_by_key(|subject| subject.scope);
    connection
        .transaction(async |connection| {
            let mut histories = Vec::with_capacity(subjects.len());
            for subject in &subjects {
                histories.push(count_in_tx(connection, subject).await?);
            }
            Ok(histories)
        })
        .await
        .map_err(Failure::Failed)
}

async fn count_in_tx(mut connection: &AsyncPgConnection, subject: &SubjectKey) -> QueryResult<History> {
    let scope = subject.scope;
    let kept = i32::try_from(scope.kept()).unwrap_or(i32::MAX);
    let window = scope.quota().window.as_seconds_f64();
    let statement = sql_query(COUNT)
        .bind::<Text, _>(scope.name())
        .bind::<Bytea, _>(subject.digest.as_slice())
        .bind::<Double, _>(window)
        .bind::<Integer, _>(kept);
    let counted: Counted = prepared(statement).get_result(&mut connection).await?;
    Ok(History { scope, hits: counted.hits })
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Array<Timestamptz>)]
    hits: Vec<Instant>,
}

/// The clock is read once the row is locked, so that instants stand in the order in which they were counted.
const COUNT: &str = "
    INSERT INTO attempts AS kept (scope, subject, hits, expires_at)
    VALUES ($1, $2, ARRAY[clock_timestamp()], clock_timestamp() + make_interval(secs => $3))
    ON CONFLICT (scope, subject) DO UPDATE
    SET hits = (kept.hits || clock_timestamp())[greatest(1, cardinality(kept.hits) + 2 - $4):],
        expires_at = clock_timestamp() + make_interval(secs => $3)
    RETURNING hits";

/// A subject that is counted at this moment is left alone.
const PURGE: &str = "
    DELETE FROM attempts WHERE (scope, subject) IN (
        SELECT scope, subject FROM attempts WHERE expires_at <= now() FOR UPDATE SKIP LOCKED
    )";
