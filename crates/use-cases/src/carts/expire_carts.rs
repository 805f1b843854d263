//! The shop closes carts that nobody has touched for too long.

use std::sync::Arc;

use ports::{carts::CartStore, storage::StorageError};

/// Closes carts.
#[derive(Clone)]
pub struct ExpireCarts {
    /// Keeps carts.
    pub carts: Arc<dyn CartStore>,
}

impl ExpireCarts {
    /// Closes as many as `limit`, and gives how many there were: when as many, there may be more.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(&self, limit: u32) -> Result<u32, StorageError> {
        self.carts.expire(limit).await
    }
}
