//! What became of an order's goods, as sums over its lines.

use super::{FulfillmentStatus, OrderLine};

/// Pieces of an order: 0 <= returned <= delivered <= fulfilled <= wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Goods {
    /// Ordered and not called off.
    pub wanted: u32,
    /// Shipped.
    pub fulfilled: u32,
    /// Arrived.
    pub delivered: u32,
    /// Came back.
    pub returned: u32,
}

impl Goods {
    /// The sums over `lines`.
    #[must_use]
    pub fn of(lines: &[OrderLine]) -> Self {
        lines.iter().fold(Self::default(), |sum, line| Self {
            wanted: sum.wanted.saturating_add(line.wanted()),
            fulfilled: sum.fulfilled.saturating_add(line.fulfilled_quantity),
            delivered: sum.delivered.saturating_add(line.delivered_quantity),
            returned: sum.returned.saturating_add(line.returned_quantity),
        })
    }

    /// What became of the goods; pieces that were called off don't count, and where all were, nothing was shipped.
    ///
    /// ```
    /// use domain::orders::{FulfillmentStatus, Goods};
    ///
    /// let shipped = Goods { wanted: 3, fulfilled: 2, ..Goods::default() };
    /// assert_eq!(shipped.status(), FulfillmentStatus::PartiallyFulfilled);
    /// assert_eq!(Goods { wanted: 2, ..shipped }.status(), FulfillmentStatus::Fulfilled);
    /// ```
    #[must_use]
    pub const fn status(self) -> FulfillmentStatus {
        let Self { wanted, fulfilled, delivered, returned } = self;
        if fulfilled == 0 {
            FulfillmentStatus::Unfulfilled
        } else if returned > 0 && returned == wanted {
            FulfillmentStatus::Returned
        } else if returned > 0 {
            FulfillmentStatus::PartiallyReturned
        } else if delivered == wanted {
            FulfillmentStatus::Delivered
        } else if fulfilled == wanted {
            FulfillmentStatus::Fulfilled
        } else {
            FulfillmentStatus::PartiallyFulfilled
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fulfillment_status_is_the_first_that_holds() {
        use FulfillmentStatus as F;
        for ((wanted, fulfilled, delivered, returned), status) in [
            ((5, 0, 0, 0), F::Unfulfilled),
            ((0, 0, 0, 0), F::Unfulfilled),
            ((5, 2, 0, 0), F::PartiallyFulfilled),
            ((5, 2, 2, 0), F::PartiallyFulfilled),
            ((5, 5, 0, 0), F::Fulfilled),
            ((5, 5, 4, 0), F::Fulfilled),
            ((5, 5, 5, 0), F::Delivered),
            ((5, 2, 2, 1), F::PartiallyReturned),
            ((5, 5, 5, 4), F::PartiallyReturned),
            ((5, 5, 5, 5), F::Returned),
            ((2, 2, 2, 2), F::Returned),
        ] {
            let goods = Goods { wanted, fulfilled, delivered, returned };
            assert_eq!(goods.status(), status, "{goods:?}");
        }
    }
}
