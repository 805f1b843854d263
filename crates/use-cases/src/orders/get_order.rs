//! Somebody looks at an order, or at what became of it.

use std::sync::Arc;

use domain::{
    asker::Asker,
    ids::OrderId,
    orders::{HistoryStep, Order},
};
use ports::{
    clock::Clock,
    orders::OrderReader,
    pagination::{Page, PageRequest},
    storage::StorageError,
};

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
        Ok(order.filter(|order| self.may_see(asker, order)))
    }

    /// A page of the steps that the order took, the first one first; `None` as for the order itself.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn history(
        &self,
        asker: &Asker,
        id: OrderId,
        page: PageRequest<i32>,
    ) -> Result<Option<Page<HistoryStep, i32>>, StorageError> {
        let found = self.orders.find_history(id, page).await?;
        Ok(found.filter(|found| self.may_see(asker, &found.order)).map(|found| found.steps))
    }

    fn may_see(&self, asker: &Asker, order: &Order) -> bool {
        order.is_visible_to(asker, self.clock.now())
    }
}
