//! Bringing the database up to this program's schema.

use std::{collections::BTreeSet, thread, time::Duration};

use diesel::{
    migration::{Migration, MigrationSource, MigrationVersion},
    pg::Pg,
    sql_types::{BigInt, Bool, Text},
};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use ports::storage::{Cause, StorageError};

use crate::{
    connect::{ConnectSettings, Connector, SettingsError},
    errors::{connection_error, storage_error},
    pool::Connection,
};

/// Every migration of this program.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// The session's advisory lock that whoever migrates holds: "stoa" in ASCII.
const MIGRATION_LOCK: i64 = 0x7374_6f61;

/// Why the database was not brought up to date. Migrations that were already applied stay; each is whole or absent.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The address or the certificates can't be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database could not be reached, or went away.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A migration failed, and was rolled back.
    #[error("a migration failed")]
    Failed(#[source] Cause),
    /// This process could not start what runs migrations.
    #[error("migrations could not be started")]
    NotStarted(#[source] Cause),
}

/// Applies every migration that the database lacks, and lifts the epoch of the event log where that is due. Processes
/// that start together take turns, and each migration is applied once.
///
/// It waits for its turn, but not for the database: that must be there.
///
/// # Errors
/// [`MigrateError`].
pub async fn migrate(url: &str) -> Result<(), MigrateError> {
    let connector = Connector::new(&ConnectSettings {
        url: url.to_owned(),
        application_name: "stoa migrate".to_owned(),
        connect_timeout: Duration::from_secs(5),
        lock_timeout: Duration::ZERO,
        statement_timeout: Duration::ZERO,
    })?;
    let (done, outcome) = tokio::sync::oneshot::channel();
    // Diesel's migrations block, which only a multi-threaded runtime puts up with; the caller's may be another one.
    let migrating = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let result = match runtime {
            Ok(runtime) => runtime.block_on(migrate_once(&connector)),
            Err(error) => Err(MigrateError::NotStarted(error.into())),
        };
        drop(done.send(result));
    };
    thread::Builder::new()
        .name("migrate".to_owned())
        .spawn(migrating)
        .map_err(|error| MigrateError::NotStarted(error.into()))?;
    outcome.await.unwrap_or_else(|gone| Err(MigrateError::NotStarted(gone.into())))
}

/// The lock lives as long as the connection: it ends with this function, whatever happens in it.
async fn migrate_once(connector: &Connector) -> Result<(), MigrateError> {
    let mut connection = connector.connect().await.map_err(connection_error)?;
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<BigInt, _>(MIGRATION_LOCK)
        .execute(&mut connection)
        .await
        .map_err(storage_error)?;
    let mut harness = AsyncMigrationHarness::new(connection);
    let applied = harness.run_pending_migrations(MIGRATIONS).map_err(MigrateError::Failed)?;
    for version in &applied {
        tracing::info!(migration = %version, "applied a migration");
    }
    let mut connection: AsyncPgConnection = harness.into_inner();
    diesel::sql_query("SELECT advance_event_epoch()")
        .execute(&mut connection)
        .await
        .map_err(storage_error)?;
    Ok(())
}

/// Whether the database lacks a migration of this program. One that has more than it knows lacks none: a younger
/// program may already have brought the schema further.
pub(crate) async fn lacks_migrations(connection: &mut Connection) -> Result<bool, StorageError> {
    let applied = applied_versions(connection).await.map_err(storage_error)?;
    let known: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(StorageError::Internal)?;
    let is_applied = |version: MigrationVersion<'_>| applied.contains(&version.to_string());
    Ok(!known.iter().all(|migration| is_applied(migration.name().version())))
}

async fn applied_versions(connection: &mut Connection) -> diesel::QueryResult<BTreeSet<String>> {
    #[derive(diesel::QueryableByName)]
    struct Exists {
        #[diesel(sql_type = Bool)]
        exists: bool,
    }
    #[derive(diesel::QueryableByName)]
    struct Applied {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let table: Exists =
        diesel::sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS exists")
            .get_result(connection)
            .await?;
    if !table.exists {
        return Ok(BTreeSet::new());
    }
    let applied: Vec<Applied> =
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(connection).await?;
    Ok(applied.into_iter().map(|row| row.version).collect())
}
