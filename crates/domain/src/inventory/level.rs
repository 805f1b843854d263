//! How many pieces of a variant there are, and how many are promised.

use super::{MAX_ON_HAND, MovementKind, StockMovement};
use crate::{actor::Origination, ids::VariantId};

/// The stock of one variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLevel {
    /// Whose stock.
    pub variant_id: VariantId,
    /// Pieces that are there, sold or not.
    pub on_hand: i32,
    /// Pieces that orders hold and that have not been shipped.
    pub reserved: i32,
    /// Whether more may be sold than are there.
    pub backorder: bool,
    /// Counts changes of `on_hand`.
    pub version: i32,
}

impl StockLevel {
    /// Nothing there, nothing promised.
    #[must_use]
    pub const fn empty(variant_id: VariantId, backorder: bool) -> Self {
        Self { variant_id, on_hand: 0, reserved: 0, backorder, version: 1 }
    }

    /// What can be sold without a backorder; negative when more is promised than is there.
    #[must_use]
    pub const fn available(&self) -> i32 {
        self.on_hand.saturating_sub(self.reserved)
    }

    /// Whether there is a piece that nobody has ordered yet; a backorder does not put one there.
    #[must_use]
    pub const fn in_stock(&self) -> bool {
        self.available() > 0
    }

    /// Whether `quantity` pieces can be sold.
    #[must_use]
    pub fn can_sell(&self, quantity: u32) -> bool {
        self.backorder || i64::from(quantity) <= i64::from(self.available())
    }

    /// By how much more is promised than is there where backorder doesn't allow for it: a loss was forced, or backorder
    /// was switched off while pieces were missing. Nothing is sold on it, and it vanishes as stock comes back.
    #[must_use]
    pub fn shortfall(&self) -> i32 {
        if self.backorder { 0 } else { self.available().saturating_neg().max(0) }
    }

    /// Lets more be sold than is there, or no longer, whatever has been promised by now; `None` when it is so already.
    #[must_use]
    pub fn switch_backorder(&self, backorder: bool) -> Option<Self> {
        (self.backorder != backorder).then(|| Self { backorder, ..self.clone() })
    }

    /// Counts the first `stock` pieces in.
    #[must_use]
    pub fn open(self, stock: u32, origination: Origination) -> (Self, StockMovement) {
        let on_hand = i32::try_from(stock.min(MAX_ON_HAND)).unwrap_or(i32::MAX);
        let level = Self { on_hand, ..self };
        let movement = level.line(MovementKind::Opening, on_hand, origination);
        (level, movement)
    }

    /// The ledger's line of a change of `on_hand` that led here.
    pub(super) fn line(&self, kind: MovementKind, delta: i32, origination: Origination) -> StockMovement {
        StockMovement {
            variant_id: self.variant_id,
            kind,
            delta_on_hand: delta,
            delta_reserved: 0,
            on_hand_after: self.on_hand,
            reserved_after: self.reserved,
            order_id: None,
            note: None,
            origination,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(on_hand: i32, reserved: i32, backorder: bool) -> StockLevel {
        StockLevel { on_hand, reserved, ..StockLevel::empty(uuid::Uuid::nil().into(), backorder) }
    }

    #[test]
    fn what_orders_hold_can_not_be_sold_again() {
        assert!(level(10, 7, false).can_sell(3));
        assert!(!level(10, 7, false).can_sell(4));
    }

    #[test]
    fn backorder_sells_beyond_what_is_there() {
        assert!(level(0, 5, true).can_sell(999));
        assert!(!level(0, 5, false).can_sell(1), "promised more than is there: nothing more is sold");
    }

    #[test]
    fn what_can_be_backordered_is_not_therefore_in_stock() {
        assert!(level(3, 2, false).in_stock());
        assert!(!level(3, 3, true).in_stock() && !level(3, 5, true).in_stock());
    }

    #[test]
    fn backorder_that_ends_while_pieces_are_missing_leaves_a_shortfall_on_which_nothing_is_sold() {
        let short = level(2, 5, true).switch_backorder(false).unwrap();
        assert_eq!((short.shortfall(), short.available(), short.version), (3, -3, 1));
        assert!(!short.can_sell(1));
        assert_eq!(short.switch_backorder(true).unwrap().shortfall(), 0);
        assert_eq!(level(2, 5, true).switch_backorder(true), None);
        assert_eq!(level(5, 2, true).switch_backorder(false).unwrap().shortfall(), 0);
    }
}
