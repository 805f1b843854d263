//! Closing an order.

use super::super::{ChangeError, Command, Occasion, Order, OrderChange, OrderEvent, change::Draft};

impl Order {
    /// Closes a confirmed order of which everything has arrived and nothing is due. It happens by itself in the
    /// decision that brings the last of both; this is for orders that have been left behind.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn complete(&self, occasion: &Occasion) -> Result<OrderChange, ChangeError> {
        let rule = self.permit(Command::Complete, &occasion.asker, occasion.now)?;
        let mut draft = Draft::new(self, occasion);
        draft.step(Command::Complete, rule.to, None, OrderEvent::Completed)?;
        Ok(draft.finish()?)
    }
}
