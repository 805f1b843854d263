//! Somebody looks at an order.

use std::sync::Arc;

use domain::{asker::Asker, ids::OrderId, orders::Order};
use ports::{clock::Clock, orders::OrderReader, storage::StorageError};

/// Shows one order.
#[derive(Clone)]
pub struct GetOrder {
    /// Shows orders.
    pub orders: Arc<dyn OrderReader>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl GetOrder {
    /// The order; `None` when there is none, or it is somebody else's: nobody is told which.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(&self, asker: &Asker, id: OrderId) -> Result<Option<Order>, StorageError> {
        let order = self.orders.find(id).await?;
        let now = self.clock.now();
        Ok(order.filter(|order| order.is_visible_to(asker, now)))
    }
}
