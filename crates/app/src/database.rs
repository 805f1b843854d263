//! The database: the one that is configured, or an embedded one of our own.

use std::{path::PathBuf, time::Duration};

use adapters_postgres::{ConnectSettings, Database, PoolSettings};
use embedded_postgres::{Cluster, Settings};

use crate::{config::DatabaseConfig, failure::Failure};

/// The embedded server is ours alone, so the database that it comes with will do.
const NAME: &str = "postgres";

/// Connections beyond the pool's that the embedded server takes: for other commands, and for psql.
const SPARE_CONNECTIONS: u32 = 20;

/// Where the database is; while this lives, an embedded one runs.
pub(crate) struct Home {
    /// How to connect to it.
    pub(crate) url: String,
    /// The embedded server, when this process runs it.
    cluster: Option<Cluster>,
}

impl Home {
    /// The configured database; otherwise the embedded one, which this process starts and stops.
    ///
    /// # Errors
    /// A sentence about what keeps the embedded database from running.
    pub(crate) async fn start(config: &DatabaseConfig) -> Result<Self, Failure> {
        if let Some(url) = &config.database_url {
            return Ok(Self { url: url.clone(), cluster: None });
        }
        let directory = directory(config);
        let connections = config.db_pool_size.max(80).saturating_add(SPARE_CONNECTIONS).to_string();
        let cluster = blocking(move || {
            std::fs::create_dir_all(&directory)?;
            Ok(Settings::new().set("max_connections", connections).start(&directory)?)
        })
        .await?;
        let url = cluster.url(NAME);
        Ok(Self { url, cluster: Some(cluster) })
    }

    /// The configured database; otherwise the embedded one: that of a running server, or started for this command.
    ///
    /// # Errors
    /// As [`Home::start`].
    pub(crate) async fn join(config: &DatabaseConfig) -> Result<Self, Failure> {
        match Cluster::locate(&directory(config), NAME) {
            Some(url) if config.database_url.is_none() => Ok(Self { url, cluster: None }),
            _ => Self::start(config).await,
        }
    }

    /// Whether this process runs the database.
    pub(crate) const fn is_embedded(&self) -> bool {
        self.cluster.is_some()
    }

    /// Waits until the embedded database has ended by itself, which it should not; for ever when it is another's.
    ///
    /// # Errors
    /// A sentence, always: there is nothing left to serve from.
    pub(crate) async fn ended(&self) -> Result<(), Failure> {
        let Some(cluster) = &self.cluster else { return std::future::pending().await };
        while cluster.is_running() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Err(Failure::say(format_args!(
            "the embedded database has ended; its log is {}",
            cluster.log().display()
        )))
    }

    /// Stops the embedded database, when this process runs it.
    pub(crate) async fn stop(self) {
        if let Some(cluster) = self.cluster {
            let stopped = tokio::task::spawn_blocking(move || cluster.stop()).await;
            if let Err(error) = stopped {
                tracing::error!(%error, "the embedded database did not stop as it should");
            }
        }
    }

    /// A pool of `size` connections.
    ///
    /// # Errors
    /// A sentence about what is wrong with the address.
    pub(crate) fn pool(&self, config: &DatabaseConfig, size: usize) -> Result<Database, Failure> {
        let settings = PoolSettings {
            connect: self.connect_settings(config),
            max_size: size,
            acquire_timeout: config.db_acquire_timeout.get(),
        };
        Database::new(&settings).map_err(|error| Failure::new("DATABASE_URL", error))
    }

    /// What each connection is like.
    pub(crate) fn connect_settings(&self, config: &DatabaseConfig) -> ConnectSettings {
        ConnectSettings {
            url: self.url.clone(),
            application_name: "stoa".to_owned(),
            connect_timeout: Duration::from_secs(3),
            lock_timeout: config.db_lock_timeout.get(),
            statement_timeout: config.db_statement_timeout.get(),
        }
    }
}

fn directory(config: &DatabaseConfig) -> PathBuf {
    config.data_dir.join("postgres")
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::new("the embedded database", error))?
}
