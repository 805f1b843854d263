//! Staff records goods that came back.

use domain::{
    orders::{Command, LineQuantity, NewReturn, Order, Return, ReturnError},
    text::Note,
};

use super::{Given, OrderCommandError, OrderCommands, Recorded};
use crate::Outcome;

/// Goods that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsReturned {
    /// What.
    pub lines: Vec<LineQuantity>,
    /// Whether it can be sold again.
    pub restock: bool,
    /// Why.
    pub reason: Option<Note>,
}

/// Records returns.
#[derive(Clone)]
pub struct RecordReturn(pub OrderCommands);

impl RecordReturn {
    /// Records the return; what can be sold again is counted in.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub async fn run(
        &self,
        given: Given<Recorded<Return>>,
        returned: GoodsReturned,
    ) -> Result<Outcome<Recorded<Return>>, OrderCommandError<ReturnError>> {
        let id = self.0.ids.id();
        let decide = |order: &Order, occasion: &_| {
            let GoodsReturned { lines, restock, reason } = returned.clone();
            order.take_back(occasion, NewReturn { id, lines, restock, reason }).map(Some)
        };
        self.0.give(Command::Return, given, decide, |order| Recorded::returned(order, id)).await
    }
}
