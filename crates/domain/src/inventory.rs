//! Stock: what is there, what is promised, and the ledger that adds up to it.

use crate::{
    actor::Origination,
    catalog::Sku,
    ids::{OrderId, VariantId},
};

/// The most pieces of one variant that Stoa counts.
pub const MAX_ON_HAND: u32 = 1_000_000_000;

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

/// One line of the append-only ledger: a change, and the level after it.
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
    /// Who, in which request, when.
    pub origination: Origination,
}

/// Why stock changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// What was there when the variant was made.
    Opening,
    /// An order holds it.
    Reservation,
    /// An order holds it no longer.
    Release,
    /// An order's goods went out.
    Fulfillment,
    /// An order's goods came back and can be sold again.
    Restock,
}

/// Pieces that an order moves. What the level is then is known at the commit, which refuses to ship what is not there:
/// stock is too hot to be decided on before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// Whose stock.
    pub variant_id: VariantId,
    /// Its SKU, to name it when it is short.
    pub sku: Sku,
    /// Why.
    pub kind: MovementKind,
    /// How many; never none.
    pub quantity: u32,
}

impl MovementKind {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
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
            Self::Opening | Self::Restock => (quantity, 0),
            Self::Reservation => (0, quantity),
            Self::Release => (0, quantity.saturating_neg()),
            Self::Fulfillment => (quantity.saturating_neg(), quantity.saturating_neg()),
        }
    }
}

impl StockMove {
    /// By how much it changes `on_hand` and `reserved`.
    #[must_use]
    pub fn deltas(&self) -> (i32, i32) {
        self.kind.deltas(i32::try_from(self.quantity).unwrap_or(i32::MAX))
    }
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

    /// Counts the first `stock` pieces in.
    #[must_use]
    pub fn open(self, stock: u32, origination: Origination) -> (Self, StockMovement) {
        let on_hand = i32::try_from(stock.min(MAX_ON_HAND)).unwrap_or(i32::MAX);
        let level = Self { on_hand, ..self };
        let movement = StockMovement {
            variant_id: level.variant_id,
            kind: MovementKind::Opening,
            delta_on_hand: on_hand,
            delta_reserved: 0,
            on_hand_after: on_hand,
            reserved_after: level.reserved,
            order_id: None,
            origination,
        };
        (level, movement)
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
}
