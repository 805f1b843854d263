//! Stock: what is there, what is promised, and the ledger that adds up to it.

pub mod by_hand;
pub mod ledger;
pub mod level;
pub mod moves;
pub mod replay;

pub use by_hand::{
    AdjustmentReason, ByHand, ParseDeltaError, StockChange, StockCommand, StockDelta, StockError,
    StockFigures,
};
pub use ledger::{LedgerLine, MovementKind, ParseMovementKindError, StockMovement};
pub use level::StockLevel;
pub use moves::StockMove;
pub use replay::{Counted, LedgerFault, Pieces, Replay};

/// The most pieces of one variant that Stoa counts.
pub const MAX_ON_HAND: u32 = 1_000_000_000;
