//! Staff knows of pieces that came or went.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    catalog::Sku,
    idempotency::KeyReused,
    ids::VariantId,
    inventory::{AdjustmentReason, ByHand, StockChange, StockCommand, StockDelta, StockError},
    text::Note,
    version::Precondition,
};
use ports::{
    clock::Clock,
    idempotency::{IdempotencyReader, KeyConflict},
    ids::IdGenerator,
    inventory::{CommitStockError, StockStore},
    storage::StorageError,
};

use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
};

/// Pieces that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustStockCommand {
    /// How many.
    pub delta: StockDelta,
    /// Why.
    pub reason: AdjustmentReason,
    /// What there is to say about it.
    pub note: Option<Note>,
    /// Whether to record a loss of pieces that orders hold.
    pub force: bool,
}

/// Why stock was not changed. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeStockError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such variant, or it is deleted.
    #[error("there is no such variant")]
    NotFound,
    /// The level does not allow it.
    #[error("{sku}: {refusal}")]
    Refused {
        /// Whose stock.
        sku: Sku,
        /// Why.
        refusal: StockError,
    },
    /// The idempotency key came with another request.
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// A call with the same key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Adjusts stock.
#[derive(Clone)]
pub struct AdjustStock {
    /// Keeps stock.
    pub stock: Arc<dyn StockStore>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl AdjustStock {
    /// Adjusts the level of a variant by so many pieces.
    ///
    /// # Errors
    /// [`ChangeStockError`].
    pub async fn run(
        &self,
        caller: &Caller,
        variant_id: VariantId,
        command: AdjustStockCommand,
        keyed: Option<Keyed<StockChange>>,
        context: RequestContext,
    ) -> Result<Outcome<StockChange>, ChangeStockError> {
        caller.require(Permission::InventoryWrite)?;
        let AdjustStockCommand { delta, reason, note, force } = command;
        let command = StockCommand {
            variant_id,
            what: ByHand::Adjust { delta, reason, note },
            force,
            condition: Precondition::None,
            event_id: self.ids.id(),
            by: context.origination(caller, self.clock.now()),
        };
        once(&*self.records, keyed.as_ref(), async {
            let changed = self.stock.commit_command(&command, keyed.as_ref()).await?;
            Ok(Outcome::done(changed.change, changed.record))
        })
        .await
    }
}

impl From<CommitStockError> for ChangeStockError {
    fn from(error: CommitStockError) -> Self {
        match error {
            CommitStockError::NotFound => Self::NotFound,
            CommitStockError::Refused { sku, refusal } => Self::Refused { sku, refusal },
            CommitStockError::Key(conflict) => Self::Key(conflict),
            CommitStockError::Storage(error) => Self::Storage(error),
        }
    }
}
