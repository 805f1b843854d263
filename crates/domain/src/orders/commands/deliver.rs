//! Recording that goods have arrived.

use super::super::{Command, NewRecord, Occasion, Order, OrderChange, OrderEvent, Refusal, change::Draft};
use crate::{ids::FulfillmentId, money::MoneyError};

/// Why a delivery is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// Not by this asker, or not with this order.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The order has no such fulfillment.
    #[error("this order has no such fulfillment")]
    UnknownFulfillment,
    /// An amount is beyond what Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Order {
    /// Records that a fulfillment has arrived; `None` when it had already, and nothing is to be done. An order that has
    /// all its goods with it, and nothing due, is completed in the same decision.
    ///
    /// # Errors
    /// [`DeliverError`].
    pub fn deliver(
        &self,
        occasion: &Occasion,
        fulfillment_id: FulfillmentId,
    ) -> Result<Option<OrderChange>, DeliverError> {
        let rule = match self.permit(Command::Deliver, &occasion.asker, occasion.now) {
            // Goods never left an order that can't take this step.
            Err(Refusal::Illegal(_)) => return Err(DeliverError::UnknownFulfillment),
            permitted => permitted?,
        };
        let mut sent = self.records.fulfillments.iter();
        let sent = sent.find(|sent| sent.id == fulfillment_id).ok_or(DeliverError::UnknownFulfillment)?;
        if sent.delivered_at.is_some() {
            return Ok(None);
        }
        let mut draft = Draft::new(self, occasion);
        draft.record(NewRecord::Delivery { fulfillment_id, at: occasion.at() });
        draft.step(Command::Deliver, rule.to, None, OrderEvent::FulfillmentDelivered { fulfillment_id })?;
        Ok(Some(draft.finish()?))
    }
}
