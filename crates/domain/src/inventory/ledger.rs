//! The ledger: every change of stock, in the order in which it came about.

use super::AdjustmentReason;
use crate::{
    actor::Origination,
    ids::{OrderId, VariantId},
    text::Note,
};

/// One change of stock, and the level after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMovement {
    /// Whose stock.
    pub variant_id: VariantId,
    /// Why.
    pub kind: MovementKind,
    /// Change of `on_hand`.
    pub delta_on_hand: i32,
    /// Change of `reserved`.
    pub delta_reserved: i32,
    /// `on_hand` after it.
    pub on_hand_after: i32,
    /// `reserved` after it.
    pub reserved_after: i32,
    /// The order that it belongs to.
    pub order_id: Option<OrderId>,
    /// What whoever did it by hand has to say about it.
    pub note: Option<Note>,
    /// Who, in which request, when.
    pub origination: Origination,
}

/// A change of stock at its place in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// Its number among the variant's lines, which are counted from 1 without a gap.
    pub sequence: i64,
    /// The change.
    pub movement: StockMovement,
}

/// Why stock changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// What was there when the variant was made.
    Opening,
    /// Somebody knows of pieces that came or went.
    Adjustment(AdjustmentReason),
    /// Somebody has counted.
    Count,
    /// An order holds it.
    Reservation,
    /// An order holds it no longer.
    Release,
    /// An order's goods went out.
    Fulfillment,
    /// An order's goods came back and can be sold again.
    Restock,
}

/// The text names no kind of movement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("names no kind of movement")]
pub struct ParseMovementKindError;

impl MovementKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Opening,
        Self::Adjustment(AdjustmentReason::Received),
        Self::Adjustment(AdjustmentReason::Damaged),
        Self::Adjustment(AdjustmentReason::Lost),
        Self::Adjustment(AdjustmentReason::Correction),
        Self::Adjustment(AdjustmentReason::Returned),
        Self::Count,
        Self::Reservation,
        Self::Release,
        Self::Fulfillment,
        Self::Restock,
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Adjustment(reason) => reason.name(),
            Self::Count => "count",
            Self::Reservation => "reservation",
            Self::Release => "release",
            Self::Fulfillment => "fulfillment",
            Self::Restock => "restock",
        }
    }

    /// By how much `quantity` pieces change `on_hand` and `reserved`.
    ///
    /// ```
    /// use domain::inventory::MovementKind;
    ///
    /// assert_eq!(MovementKind::Reservation.deltas(3), (0, 3));
    /// assert_eq!(MovementKind::Fulfillment.deltas(3), (-3, -3));
    /// ```
    #[must_use]
    pub const fn deltas(self, quantity: i32) -> (i32, i32) {
        match self {
            Self::Opening | Self::Restock | Self::Adjustment(_) | Self::Count => (quantity, 0),
            Self::Reservation => (0, quantity),
            Self::Release => (0, quantity.saturating_neg()),
            Self::Fulfillment => (quantity.saturating_neg(), quantity.saturating_neg()),
        }
    }

    /// Reads a kind's name.
    ///
    /// # Errors
    /// [`ParseMovementKindError`] when there is none of that name.
    pub fn parse(name: &str) -> Result<Self, ParseMovementKindError> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name).ok_or(ParseMovementKindError)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let names: BTreeSet<_> = MovementKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), MovementKind::ALL.len());
        for kind in MovementKind::ALL {
            assert_eq!(MovementKind::parse(kind.name()), Ok(*kind));
        }
        assert_eq!(MovementKind::parse("theft"), Err(ParseMovementKindError));
    }

    #[test]
    fn every_reason_is_a_kind() {
        for reason in AdjustmentReason::ALL {
            assert!(MovementKind::ALL.contains(&MovementKind::Adjustment(*reason)));
        }
    }
}
