//! Staff records goods that went out.

use domain::orders::{Command, FulfillError, Fulfillment, LineQuantity, NewFulfillment, Order, Tracking};

use super::{Given, OrderCommandError, OrderCommands, Recorded};
use crate::Outcome;

/// Goods that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsShipped {
    /// What; all that is left when absent.
    pub lines: Option<Vec<LineQuantity>>,
    /// Where they can be followed.
    pub tracking: Tracking,
}

/// Records fulfillments.
#[derive(Clone)]
pub struct RecordFulfillment(pub OrderCommands);

impl RecordFulfillment {
    /// Records the fulfillment, and takes its goods from the stock.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub async fn run(
        &self,
        given: Given<Recorded<Fulfillment>>,
        shipped: GoodsShipped,
    ) -> Result<Outcome<Recorded<Fulfillment>>, OrderCommandError<FulfillError>> {
        let id = self.0.ids.id();
        let decide = |order: &Order, occasion: &_| {
            let GoodsShipped { lines, tracking } = shipped.clone();
            order.fulfill(occasion, NewFulfillment { id, lines, tracking }).map(Some)
        };
        self.0.give(Command::Fulfill, given, decide, |order| Recorded::fulfillment(order, id)).await
    }
}
