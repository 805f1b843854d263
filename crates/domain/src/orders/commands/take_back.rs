//! Recording goods that came back.

use super::{
    super::{
        Command, LineQuantity, NewRecord, Occasion, Order, OrderChange, OrderEvent, OrderLine, PickError,
        Refusal, Return, change::Draft, picking::pick,
    },
    by_variant,
};
use crate::{ids::ReturnId, inventory::MovementKind, money::MoneyError, text::Note};

/// Goods that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReturn {
    /// The return's id.
    pub id: ReturnId,
    /// What.
    pub lines: Vec<LineQuantity>,
    /// Whether it can be sold again.
    pub restock: bool,
    /// Why, in somebody's words.
    pub reason: Option<Note>,
}

/// Why a return is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReturnError {
    /// Not by this asker, or not with this order.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Not these pieces: only what has arrived can come back.
    #[error(transparent)]
    Pick(#[from] PickError),
    /// An amount is beyond what Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Order {
    /// Records goods that came back; what can be sold again is counted in. No money is given back by itself.
    ///
    /// # Errors
    /// [`ReturnError`].
    pub fn take_back(&self, occasion: &Occasion, back: NewReturn) -> Result<OrderChange, ReturnError> {
        let rule = self.permit(Command::Return, &occasion.asker, occasion.now)?;
        let NewReturn { id, lines, restock, reason } = back;
        let lines = pick(&self.lines, &lines, OrderLine::returnable)?;
        let mut draft = Draft::new(self, occasion);
        for part in lines.iter().filter(|_| restock) {
            draft.move_stock(MovementKind::Restock, part.line_id, part.quantity.get());
        }
        let event = OrderEvent::ReturnRecorded { return_id: id, returned: by_variant(self, &lines), restock };
        draft.record(NewRecord::Return(Return {
            id,
            lines,
            restock,
            reason: reason.clone(),
            actor: occasion.asker.actor(),
            created_at: occasion.at(),
        }));
        draft.step(Command::Return, rule.to, reason, event)?;
        Ok(draft.finish()?)
    }
}
