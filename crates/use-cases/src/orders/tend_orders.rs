//! The shop gives up orders that nobody has paid for, and closes those that were left behind.

use domain::orders::{Occasion, Order, OrderChange};
use ports::{orders::Overdue, storage::StorageError};

use super::OrderCommands;

/// Tends to what is overdue.
#[derive(Clone)]
pub struct TendOrders(pub OrderCommands);

impl TendOrders {
    /// Lets up to `limit` orders expire that have waited for their money for too long. How many did: one that somebody
    /// pays, cancels or lets expire at the same time is theirs.
    ///
    /// # Errors
    /// [`StorageError`]; when it is about one order only, the others were looked after.
    pub async fn expire(&self, limit: u32) -> Result<u32, StorageError> {
        self.each(Overdue::Unpaid, limit, |order, occasion| order.expire(occasion).ok()).await
    }

    /// Completes up to `limit` orders of which everything has arrived and nothing is due, though that happens by itself in
    /// the decision that brings the last of both. How many it were.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn complete(&self, limit: u32) -> Result<u32, StorageError> {
        self.each(Overdue::Incomplete, limit, |order, occasion| order.complete(occasion).ok()).await
    }

    async fn each(
        &self,
        what: Overdue,
        limit: u32,
        decide: impl Fn(&Order, &Occasion) -> Option<OrderChange>,
    ) -> Result<u32, StorageError> {
        let overdue = self.0.orders.list_overdue(what, self.0.clock.now(), limit).await?;
        let (mut done, mut failure) = (0_u32, None);
        for id in overdue {
            match self.0.tend(id, &decide).await {
                Ok(true) => done = done.saturating_add(1),
                Ok(false) => {}
                Err(error @ (StorageError::Unavailable(_) | StorageError::Overloaded(_))) => {
                    return Err(error);
                }
                // It would be the first one of every round: the others must not wait for it.
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(done), Err)
    }
}
