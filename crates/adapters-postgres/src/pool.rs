//! The connections that requests share: a bounded number, a bounded wait, and one place that gives them out.

use std::time::Duration;

use deadpool::Runtime;
use diesel_async::{
    AsyncPgConnection, RunQueryDsl,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use futures::FutureExt;
use ports::storage::StorageError;

use crate::{
    connect::{ConnectSettings, Connector, SettingsError},
    errors::{pool_error, storage_error},
};

/// A connection out of the pool; it goes back when dropped, unless it is dead or in the middle of a transaction.
pub type Connection = Object<AsyncPgConnection>;

/// How many connections there may be, and what they are like.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// What each connection is like.
    pub connect: ConnectSettings,
    /// The most connections.
    pub max_size: usize,
    /// How long to wait for a free one.
    pub acquire_timeout: Duration,
}

/// How much of a pool is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Connections that somebody is using.
    pub in_use: usize,
    /// Connections that wait to be used.
    pub idle: usize,
    /// Those who wait for a connection.
    pub waiting: usize,
}

/// The database, through a pool of connections. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
}

impl Database {
    /// Sets the pool up. It connects only when a connection is needed, so this passes while the database is away.
    ///
    /// # Errors
    /// [`SettingsError`] when the address or the certificates can't be used.
    pub fn new(settings: &PoolSettings) -> Result<Self, SettingsError> {
        let connector = Connector::new(&settings.connect)?;
        let mut config = ManagerConfig::default();
        // A dead connection is recognised without asking the server; asking would double the round trips of a lookup.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |_| {
            let connector = connector.clone();
            async move { connector.connect().await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config("", config);
        let pool = Pool::builder(manager)
            .max_size(settings.max_size)
            .wait_timeout(Some(settings.acquire_timeout))
            .create_timeout(Some(settings.connect.connect_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| SettingsError::Pool(error.into()))?;
        Ok(Self { pool })
    }

    /// A connection, as soon as one is free.
    ///
    /// # Errors
    /// [`StorageError::Overloaded`] when none became free in time, [`StorageError::Unavailable`] when the database
    /// can't be reached.
    pub async fn connection(&self) -> Result<Connection, StorageError> {
        self.pool.get().await.map_err(pool_error)
    }

    /// How much of the pool is in use.
    #[must_use]
    pub fn pool_use(&self) -> PoolUse {
        let status = self.pool.status();
        PoolUse {
            in_use: status.size.saturating_sub(status.available),
            idle: status.available,
            waiting: status.waiting,
        }
    }

    /// Ends every connection; whoever uses one may finish first.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// Makes sure that the database answers on this connection.
pub(crate) async fn ping(connection: &mut Connection) -> Result<(), StorageError> {
    diesel::sql_query("SELECT 1").execute(connection).await.map(drop).map_err(storage_error)
}
