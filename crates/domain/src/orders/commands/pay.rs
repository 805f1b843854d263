//! Recording money that came in.

use super::super::{
    Command, NewRecord, Occasion, Order, OrderChange, OrderEvent, Payment, PaymentMethod, PaymentReference,
    Refusal, change::Draft,
};
use crate::{
    ids::PaymentId,
    money::{Money, MoneyError},
};

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    /// The payment's id.
    pub id: PaymentId,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// What it is called where it came from.
    pub reference: PaymentReference,
}

/// Why a payment is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayError {
    /// Not by this asker, or not with this order.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No money at all.
    #[error("must be more than nothing")]
    Nothing,
    /// The order has a payment of this method and reference already. Those of other orders are asked at the commit.
    #[error("there is a payment by {method} with the reference {reference} already")]
    ReferenceTaken {
        /// How it was paid.
        method: PaymentMethod,
        /// What it is called where it came from.
        reference: PaymentReference,
    },
    /// More than is due, of an order that was not called off.
    #[error("only {due} is due")]
    MoreThanDue {
        /// What is due.
        due: Money,
    },
    /// In another currency, or more than Stoa counts.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Order {
    /// Records money that came in. An order that waited only for it is confirmed in the same decision, and one that has
    /// all its goods is completed. Money for an order that was called off is a fact as well, and to be given back.
    ///
    /// # Errors
    /// [`PayError`].
    pub fn pay(&self, occasion: &Occasion, payment: NewPayment) -> Result<OrderChange, PayError> {
        let rule = self.permit(Command::Pay, &occasion.asker, occasion.now)?;
        let NewPayment { id, amount, method, reference } = payment;
        if amount.is_zero() {
            return Err(PayError::Nothing);
        }
        let known = |payment: &Payment| payment.method == method && payment.reference == reference;
        if self.records.payments.iter().any(known) {
            return Err(PayError::ReferenceTaken { method, reference });
        }
        self.totals.paid.plus(amount)?;
        let due = self.totals.due();
        if !self.status.is_called_off() && amount.minor() > due.minor() {
            return Err(PayError::MoreThanDue { due });
        }
        let (actor, created_at) = (occasion.asker.actor(), occasion.at());
        let mut draft = Draft::new(self, occasion);
        draft.record(NewRecord::Payment(Payment { id, amount, method, reference, actor, created_at }));
        let event = OrderEvent::PaymentRecorded { payment_id: id, amount };
        draft.step(Command::Pay, rule.to, None, event)?;
        Ok(draft.finish()?)
    }
}
