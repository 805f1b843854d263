//! Somebody looks at an order.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::OrderId,
    orders::Order,
};
use ports::{orders::OrderReader, storage::StorageError};

/// Shows one order.
#[derive(Clone)]
pub struct GetOrder {
    /// Shows orders.
    pub orders: Arc<dyn OrderReader>,
}

impl GetOrder {
    /// The order; `None` when there is none, or it is somebody else's: nobody is told which.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(&self, caller: &Caller, id: OrderId) -> Result<Option<Order>, StorageError> {
        let order = self.orders.find(id).await?;
        Ok(order.filter(|order| may_see(caller, order)))
    }
}

fn may_see(caller: &Caller, order: &Order) -> bool {
    order.customer_id == Some(caller.user_id) || caller.roles.allow(Permission::OrdersRead)
}
