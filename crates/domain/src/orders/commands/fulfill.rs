//! Recording goods that went out.

use super::{
    super::{
        Command, Fulfillment, LineQuantity, NewRecord, Occasion, Order, OrderChange, OrderEvent, OrderLine,
        PickError, Refusal, Tracking,
        change::Draft,
        picking::{pick, pick_all},
    },
    by_variant,
};
use crate::{ids::FulfillmentId, inventory::MovementKind, money::MoneyError};

/// Goods that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFulfillment {
    /// The fulfillment's id.
    pub id: FulfillmentId,
    /// What; all that is left when absent.
    pub lines: Option<Vec<LineQuantity>>,
    /// Where it can be followed.
    pub tracking: Tracking,
}

/// Why a fulfillment is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FulfillError {
    /// Not by this asker, or not with this order.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Not these pieces.
    #[error(transparent)]
    Pick(#[from] PickError),
    /// An amount is beyond what Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Order {
    /// Records goods that went out. Only now they leave the stock, which must be there: that is asked at the commit.
    ///
    /// # Errors
    /// [`FulfillError`].
    pub fn fulfill(
        &self,
        occasion: &Occasion,
        fulfillment: NewFulfillment,
    ) -> Result<OrderChange, FulfillError> {
        let rule = self.permit(Command::Fulfill, &occasion.asker, occasion.now)?;
        let NewFulfillment { id, lines, tracking } = fulfillment;
        let lines = match lines {
            Some(asked) => pick(&self.lines, &asked, OrderLine::open)?,
            None => pick_all(&self.lines, OrderLine::open)?,
        };
        let mut draft = Draft::new(self, occasion);
        for part in &lines {
            draft.move_stock(MovementKind::Fulfillment, part.line_id, part.quantity.get());
        }
        let event = OrderEvent::FulfillmentRecorded { fulfillment_id: id, shipped: by_variant(self, &lines) };
        draft.record(NewRecord::Fulfillment(Fulfillment {
            id,
            lines,
            tracking,
            actor: occasion.asker.actor(),
            created_at: occasion.at(),
            delivered_at: None,
        }));
        draft.step(Command::Fulfill, rule.to, None, event)?;
        Ok(draft.finish()?)
    }
}
