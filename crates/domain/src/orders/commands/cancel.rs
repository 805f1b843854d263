//! Calling an order off, or the rest of it.

use super::super::{ChangeError, Command, Occasion, Order, OrderChange, OrderEvent, change::Draft};
use crate::text::Note;

impl Order {
    /// Calls off whatever was not shipped and gives its stock free. While nothing was shipped the whole order is
    /// cancelled, and what was paid for it is to be given back; of a part-shipped one, staff calls off the rest, and the
    /// order goes on without it. Nothing is given back by itself.
    ///
    /// # Errors
    /// [`ChangeError`]; an owner can't call off the rest.
    pub fn cancel(&self, occasion: &Occasion, reason: Option<Note>) -> Result<OrderChange, ChangeError> {
        let whole = self.permit(Command::Cancel, &occasion.asker, occasion.now);
        let rest = || self.permit(Command::CancelRest, &occasion.asker, occasion.now).ok();
        let rule = whole.or_else(|refusal| rest().ok_or(refusal))?;
        let mut draft = Draft::new(self, occasion);
        let released = draft.call_off();
        let event = if rule.command == Command::CancelRest {
            OrderEvent::RestCancelled { released }
        } else {
            OrderEvent::Cancelled { released }
        };
        draft.step(rule.command, rule.to, reason, event)?;
        Ok(draft.finish()?)
    }
}
