//! Staff records money that came in.

use domain::{
    money::Money,
    orders::{Command, NewPayment, Order, PayError, Payment, PaymentMethod, PaymentReference},
};

use super::{Given, OrderCommandError, OrderCommands, Recorded};
use crate::Outcome;

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentReceived {
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// What it is called where it came from.
    pub reference: PaymentReference,
}

/// Records payments.
#[derive(Clone)]
pub struct RecordPayment(pub OrderCommands);

impl RecordPayment {
    /// Records the payment; an order that waited only for it is confirmed with it.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub async fn run(
        &self,
        given: Given<Recorded<Payment>>,
        received: PaymentReceived,
    ) -> Result<Outcome<Recorded<Payment>>, OrderCommandError<PayError>> {
        let id = self.0.ids.id();
        let decide = |order: &Order, occasion: &_| {
            let PaymentReceived { amount, method, reference } = received.clone();
            order.pay(occasion, NewPayment { id, amount, method, reference }).map(Some)
        };
        self.0.give(Command::Pay, given, decide, |order| Recorded::payment(order, id)).await
    }
}
