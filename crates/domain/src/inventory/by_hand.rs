//! Changing stock by hand: adjustments for what somebody knows of, and counts of what is really there.
//!
//! Stock is hot: orders change it all the time. So what staff wants is a value, a [`StockCommand`], and it decides on
//! the level that it finds while nobody else can change that.

mod adjustment;
#[cfg(test)]
mod tests;

use super::{LedgerLine, MAX_ON_HAND, MovementKind, StockLevel};
use crate::{
    actor::Origination,
    events::{Event, EventData},
    ids::{EventId, VariantId},
    text::Note,
    version::{Precondition, VersionMismatch},
};

pub use self::adjustment::{AdjustmentReason, ParseDeltaError, StockDelta};

/// What staff wants to do to the stock of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockCommand {
    /// Whose stock.
    pub variant_id: VariantId,
    /// What to do.
    pub what: ByHand,
    /// Whether to record a loss of pieces that orders hold.
    pub force: bool,
    /// On which version of the level.
    pub condition: Precondition,
    /// The event's id.
    pub event_id: EventId,
    /// Who, in which request, when.
    pub by: Origination,
}

/// A change of `on_hand`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByHand {
    /// So many pieces came or went.
    Adjust {
        /// How many.
        delta: StockDelta,
        /// Why.
        reason: AdjustmentReason,
        /// What there is to say about it.
        note: Option<Note>,
    },
    /// So many pieces are there.
    Count {
        /// How many.
        on_hand: u32,
    },
}

/// Decision: stock was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockChange {
    /// The level after it.
    pub level: StockLevel,
    /// The ledger's line.
    pub line: LedgerLine,
    /// `stock.short` when it leaves orders without their pieces, or else `stock.adjusted`.
    pub event: Event,
}

/// What an event says of a change of stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockFigures {
    /// Why.
    pub kind: MovementKind,
    /// Change of `on_hand`.
    pub delta: i32,
    /// `on_hand` after it.
    pub on_hand: i32,
    /// `reserved` after it.
    pub reserved: i32,
}

/// Why stock can't be changed like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StockError {
    /// The level is not on the version that was meant.
    #[error(transparent)]
    Version(#[from] VersionMismatch),
    /// So many pieces can't go.
    #[error("{requested} pieces can't go: {on_hand} are there, and orders hold {reserved}")]
    Insufficient {
        /// How many were to go.
        requested: u32,
        /// How many can.
        available: u32,
        /// How many are there.
        on_hand: i32,
        /// How many of those, or more, orders hold.
        reserved: i32,
    },
    /// More would be there than Stoa counts.
    #[error("at most {MAX_ON_HAND} pieces can be counted")]
    TooMany,
}

impl StockCommand {
    /// Decides on the level as it is, whose ledger has so many lines.
    ///
    /// # Errors
    /// [`StockError`].
    pub fn decide(&self, level: &StockLevel, lines: i64) -> Result<StockChange, StockError> {
        self.condition.check(level.version)?;
        let (to, kind, note) = match &self.what {
            ByHand::Adjust { delta, reason, note } => {
                let to = i64::from(level.on_hand) + i64::from(delta.get());
                (to, MovementKind::Adjustment(*reason), note.clone())
            }
            ByHand::Count { on_hand } => (i64::from(*on_hand), MovementKind::Count, None),
        };
        let after = level.recount(to, self.force)?;
        let delta = after.on_hand.saturating_sub(level.on_hand);
        let mut movement = after.line(kind, delta, self.by.clone());
        movement.note = note;
        let figures = StockFigures { kind, delta, on_hand: after.on_hand, reserved: after.reserved };
        let data = match after.shortfall() > level.shortfall() {
            true => EventData::StockShort(figures),
            false => EventData::StockAdjusted(figures),
        };
        let event = Event::new(self.event_id, self.variant_id.uuid(), after.version, data, self.by.clone());
        Ok(StockChange {
            level: after,
            line: LedgerLine { sequence: lines.saturating_add(1), movement },
            event,
        })
    }
}

impl StockLevel {
    /// The level with `to` pieces there; `force` records a loss of pieces that orders hold. Adding never needs it.
    fn recount(&self, to: i64, force: bool) -> Result<Self, StockError> {
        let (on_hand, reserved) = (i64::from(self.on_hand), i64::from(self.reserved));
        if to > i64::from(MAX_ON_HAND) {
            return Err(StockError::TooMany);
        }
        let least = if force || self.backorder { 0 } else { reserved.min(on_hand) };
        let Some(after) = i32::try_from(to).ok().filter(|_| to >= least) else {
            let pieces = |count: i64| u32::try_from(count).unwrap_or(0);
            return Err(StockError::Insufficient {
                requested: pieces(on_hand - to),
                available: pieces(on_hand - least),
                on_hand: self.on_hand,
                reserved: self.reserved,
            });
        };
        let version = self.version.saturating_add(i32::from(after != self.on_hand));
        Ok(Self { on_hand: after, version, ..self.clone() })
    }
}
