//! Somebody looks at what became of an order.

use std::sync::Arc;

use domain::{asker::Asker, ids::OrderId, orders::HistoryStep};
use ports::{
    clock::Clock,
    orders::OrderReader,
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Lists the steps of an order, the first one first.
#[derive(Clone)]
pub struct ListOrderHistory {
    /// Shows orders.
    pub orders: Arc<dyn OrderReader>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl ListOrderHistory {
    /// A page of the steps; `None` when there is no such order, or it is somebody else's: nobody is told which.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(
        &self,
        asker: &Asker,
        id: OrderId,
        page: PageRequest<i32>,
    ) -> Result<Option<Page<HistoryStep, i32>>, StorageError> {
        let found = self.orders.find_history(id, page).await?;
        let now = self.clock.now();
        Ok(found.filter(|found| found.order.is_visible_to(asker, now)).map(|found| found.steps))
    }
}
