//! Whether requests can be served.

use async_trait::async_trait;

/// Why the server is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReady {
    /// The database does not answer.
    Database,
    /// The database lacks migrations.
    Migrations,
    /// The server is about to stop.
    Draining,
}

/// Knows whether requests can be served.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Passes when the database answers and has every migration. It answers within a second.
    async fn check(&self) -> Result<(), NotReady>;
}
