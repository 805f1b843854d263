//! Staff records money that was given back.

use domain::{
    money::Money,
    orders::{Command, NewRefund, Order, Refund, RefundError},
    text::Note,
};

use super::{Given, OrderCommandError, OrderCommands, Recorded};
use crate::Outcome;

/// Money that was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyReturned {
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: Option<Note>,
}

/// Records refunds.
#[derive(Clone)]
pub struct RecordRefund(pub OrderCommands);

impl RecordRefund {
    /// Records the refund.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub async fn run(
        &self,
        given: Given<Recorded<Refund>>,
        returned: MoneyReturned,
    ) -> Result<Outcome<Recorded<Refund>>, OrderCommandError<RefundError>> {
        let id = self.0.ids.id();
        let decide = |order: &Order, occasion: &_| {
            let MoneyReturned { amount, reason } = returned.clone();
            order.refund(occasion, NewRefund { id, amount, reason }).map(Some)
        };
        self.0.give(Command::Refund, given, decide, |order| Recorded::refund(order, id)).await
    }
}
