//! Staff records that goods have arrived.

use domain::{
    ids::FulfillmentId,
    orders::{Command, DeliverError, Fulfillment, Order},
};

use super::{Given, OrderCommandError, OrderCommands, Recorded};
use crate::Outcome;

/// Records deliveries.
#[derive(Clone)]
pub struct DeliverFulfillment(pub OrderCommands);

impl DeliverFulfillment {
    /// Records that the fulfillment has arrived. Once more is once: then nothing happens.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub async fn run(
        &self,
        given: Given<Recorded<Fulfillment>>,
        fulfillment: FulfillmentId,
    ) -> Result<Outcome<Recorded<Fulfillment>>, OrderCommandError<DeliverError>> {
        let decide = |order: &Order, occasion: &_| order.deliver(occasion, fulfillment);
        self.0.give(Command::Deliver, given, decide, |order| Recorded::fulfillment(order, fulfillment)).await
    }
}
