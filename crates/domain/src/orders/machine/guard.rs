//! Conditions on what was recorded of an order, beside its status.

use super::super::{Goods, Totals};

/// What must hold of an order's money and goods for a line of the table to speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing more.
    Always,
    /// It costs something.
    CostsSomething,
    /// It costs nothing.
    IsFree,
    /// Something is still to be paid.
    SomethingDue,
    /// Nothing is to be paid (any more).
    NothingDue,
    /// No piece was shipped.
    NothingShipped,
    /// Some pieces were shipped and some were not.
    PartShipped,
    /// All that was not called off has arrived, and nothing is to be paid.
    DeliveredAndNothingDue,
}

impl Guard {
    /// Whether it holds.
    #[must_use]
    pub fn holds(self, totals: &Totals, goods: Goods) -> bool {
        match self {
            Self::Always => true,
            Self::CostsSomething => !totals.total.is_zero(),
            Self::IsFree => totals.total.is_zero(),
            Self::SomethingDue => !totals.due().is_zero(),
            Self::NothingDue => totals.due().is_zero(),
            Self::NothingShipped => goods.fulfilled == 0,
            Self::PartShipped => goods.fulfilled > 0 && goods.fulfilled < goods.wanted,
            Self::DeliveredAndNothingDue => goods.delivered == goods.wanted && totals.due().is_zero(),
        }
    }

    /// The condition in words; nothing where there is none.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::CostsSomething => "costs something",
            Self::IsFree => "free",
            Self::SomethingDue => "not paid in full",
            Self::NothingDue => "paid in full",
            Self::NothingShipped => "nothing shipped",
            Self::PartShipped => "part shipped",
            Self::DeliveredAndNothingDue => "all delivered, nothing due",
        }
    }
}
