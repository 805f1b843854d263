//! Whether the database can serve.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use ports::readiness::{NotReady, Readiness};

use crate::{
    accounts::PgCallerRegistry,
    migrate::lacks_migrations,
    pool::{Database, ping},
};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_millis(900);

/// Asks the database whether it is there and up to date.
pub struct PgReadiness {
    database: Database,
    /// Migrations are never taken back while the program runs, so they are compared until they are once complete.
    migrated: AtomicBool,
    registry: Option<Arc<PgCallerRegistry>>,
}

impl PgReadiness {
    /// Asks through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database, migrated: AtomicBool::new(false), registry: None }
    }

    /// Waits as well until `registry` knows which sessions were ended.
    #[must_use]
    pub fn after(self, registry: Arc<PgCallerRegistry>) -> Self {
        Self { registry: Some(registry), ..self }
    }

    async fn ask(&self) -> Result<(), NotReady> {
        let mut connection = self.database.connection().await.map_err(|_| NotReady::Database)?;
        if self.migrated.load(Ordering::Relaxed) {
            return ping(&mut connection).await.map_err(|_| NotReady::Database);
        }
        if lacks_migrations(&mut connection).await.map_err(|_| NotReady::Database)? {
            return Err(NotReady::Migrations);
        }
        self.migrated.store(true, Ordering::Relaxed);
        Ok(())
    }
}

#[async_trait]
impl Readiness for PgReadiness {
    async fn check(&self) -> Result<(), NotReady> {
        tokio::time::timeout(PATIENCE, self.ask()).await.unwrap_or(Err(NotReady::Database))?;
        let knows_callers = self.registry.as_ref().is_none_or(|registry| registry.is_loaded());
        if knows_callers { Ok(()) } else { Err(NotReady::Database) }
    }

    fn was_ready(&self) -> bool {
        self.migrated.load(Ordering::Relaxed)
    }
}
