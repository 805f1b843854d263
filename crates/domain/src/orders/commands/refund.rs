//! Recording money that was given back.

use super::super::{
    Command, NewRecord, Occasion, Order, OrderChange, OrderEvent, Refund, Refusal, change::Draft,
};
use crate::{
    ids::RefundId,
    money::{Money, MoneyError},
    text::Note,
};

/// Money that was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// The refund's id.
    pub id: RefundId,
    /// How much.
    pub amount: Money,
    /// Why, in somebody's words.
    pub reason: Option<Note>,
}

/// Why a refund is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// Not by this asker, or not with this order: while it is pending, it is cancelled first.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No money at all.
    #[error("must be more than nothing")]
    Nothing,
    /// More than came in and was not given back.
    #[error("only {kept} can be given back")]
    MoreThanKept {
        /// What can be given back.
        kept: Money,
    },
    /// In another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Order {
    /// Records money that was given back: whatever came in can be, also where it is not owed.
    ///
    /// # Errors
    /// [`RefundError`].
    pub fn refund(&self, occasion: &Occasion, refund: NewRefund) -> Result<OrderChange, RefundError> {
        let rule = self.permit(Command::Refund, &occasion.asker, occasion.now)?;
        let NewRefund { id, amount, reason } = refund;
        if amount.is_zero() {
            return Err(RefundError::Nothing);
        }
        let kept = self.totals.kept();
        match kept.minus(amount) {
            Err(MoneyError::Negative) => return Err(RefundError::MoreThanKept { kept }),
            rest => rest?,
        };
        let (actor, created_at) = (occasion.asker.actor(), occasion.at());
        let mut draft = Draft::new(self, occasion);
        draft.record(NewRecord::Refund(Refund { id, amount, reason: reason.clone(), actor, created_at }));
        draft.step(Command::Refund, rule.to, reason, OrderEvent::RefundRecorded { refund_id: id, amount })?;
        Ok(draft.finish()?)
    }
}
