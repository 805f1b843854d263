//! Somebody calls an order off, or staff the rest of one.

use domain::{
    orders::{ChangeError, Command, Order},
    text::Note,
};

use super::{Given, OrderCommandError, OrderCommands};
use crate::Outcome;

/// Cancels orders.
#[derive(Clone)]
pub struct CancelOrder(pub OrderCommands);

impl CancelOrder {
    /// Calls off whatever was not shipped.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub async fn run(
        &self,
        given: Given<Order>,
        reason: Option<Note>,
    ) -> Result<Outcome<Order>, OrderCommandError<ChangeError>> {
        let decide = |order: &Order, occasion: &_| order.cancel(occasion, reason.clone()).map(Some);
        self.0.give(Command::Cancel, given, decide, |order| Some(order.clone())).await
    }
}
