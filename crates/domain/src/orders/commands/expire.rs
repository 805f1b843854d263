//! Giving up waiting for money.

use super::super::{Command, Occasion, Order, OrderChange, OrderEvent, Refusal, change::Draft};
use crate::{Instant, money::MoneyError};

/// Why an order does not expire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpireError {
    /// Not by this asker, or not with this order.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its time has not come.
    #[error("it waits for money until {expires_at}")]
    TooEarly {
        /// When its time comes.
        expires_at: Instant,
    },
    /// An amount is beyond what Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Order {
    /// Gives up an order that was not paid in full in time: its stock is free again, and what was paid for it is to be
    /// given back.
    ///
    /// # Errors
    /// [`ExpireError`].
    pub fn expire(&self, occasion: &Occasion) -> Result<OrderChange, ExpireError> {
        let rule = self.permit(Command::Expire, &occasion.asker, occasion.now)?;
        if let Some(expires_at) = self.expires_at.filter(|expires_at| *expires_at > occasion.now) {
            return Err(ExpireError::TooEarly { expires_at });
        }
        let mut draft = Draft::new(self, occasion);
        let released = draft.call_off();
        draft.step(Command::Expire, rule.to, None, OrderEvent::Expired { released })?;
        Ok(draft.finish()?)
    }
}
