//! Confirming an order before it is paid.

use super::super::{ChangeError, Command, Occasion, Order, OrderChange, OrderEvent, change::Draft};
use crate::text::Note;

impl Order {
    /// Promises to fulfill a pending order. Staff can, before it is paid; once it is paid in full it happens by itself
    /// ([`Order::pay`]).
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn confirm(&self, occasion: &Occasion, reason: Option<Note>) -> Result<OrderChange, ChangeError> {
        let rule = self.permit(Command::Confirm, &occasion.asker, occasion.now)?;
        let mut draft = Draft::new(self, occasion);
        draft.step(Command::Confirm, rule.to, reason, OrderEvent::Confirmed)?;
        Ok(draft.finish()?)
    }
}
