//! Staff has counted what is there.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    ids::VariantId,
    inventory::{ByHand, StockCommand},
    version::Precondition,
};
use ports::{
    clock::Clock,
    ids::IdGenerator,
    inventory::{StockStore, StockView},
};

use super::ChangeStockError;
use crate::RequestContext;

/// What a count has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountStockCommand {
    /// Pieces that are there.
    pub on_hand: u32,
    /// Whether to record a loss of pieces that orders hold.
    pub force: bool,
}

/// Takes counts of stock in.
#[derive(Clone)]
pub struct CountStock {
    /// Keeps stock.
    pub stock: Arc<dyn StockStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl CountStock {
    /// Sets the level of a variant to what was counted; a count that finds what was known is told in the ledger as well.
    ///
    /// # Errors
    /// [`ChangeStockError`].
    pub async fn run(
        &self,
        caller: &Caller,
        variant_id: VariantId,
        command: CountStockCommand,
        condition: &Precondition,
        context: RequestContext,
    ) -> Result<StockView, ChangeStockError> {
        caller.require(Permission::InventoryWrite)?;
        let command = StockCommand {
            variant_id,
            what: ByHand::Count { on_hand: command.on_hand },
            force: command.force,
            condition: condition.clone(),
            event_id: self.ids.id(),
            by: context.origination(caller, self.clock.now()),
        };
        Ok(self.stock.commit_command(&command, None).await?.view)
    }
}
