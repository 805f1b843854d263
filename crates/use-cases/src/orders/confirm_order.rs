//! Staff promises to fulfill an order before it is paid.

use domain::{
    orders::{ChangeError, Command, Order},
    text::Note,
};

use super::{Given, OrderCommandError, OrderCommands};
use crate::Outcome;

/// Confirms orders.
#[derive(Clone)]
pub struct ConfirmOrder(pub OrderCommands);

impl ConfirmOrder {
    /// Confirms a pending order.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub async fn run(
        &self,
        given: Given<Order>,
        reason: Option<Note>,
    ) -> Result<Outcome<Order>, OrderCommandError<ChangeError>> {
        let decide = |order: &Order, occasion: &_| order.confirm(occasion, reason.clone()).map(Some);
        self.0.give(Command::Confirm, given, decide, |order| Some(order.clone())).await
    }
}
