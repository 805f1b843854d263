//! Whether requests can be served.

use async_trait::async_trait;

/// Why the server is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReady {
    /// The database does not answer.
    Database,
    /// The database lacks migrations.
    Migrations,
}

/// Knows whether requests can be served.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Passes when the database answers and has every migration. It answers within a second.
    async fn check(&self) -> Result<(), NotReady>;

    /// Whether [`check`](Self::check) has ever passed. Until then there is nothing to serve from; afterwards a database
    /// that goes away shows in each call that needs it.
    fn was_ready(&self) -> bool;
}
