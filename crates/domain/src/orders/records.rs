//! What was recorded of an order's money and goods: facts, each made once and never changed, but that a fulfillment
//! arrives.

use super::{LineQuantity, Tracking};
use crate::{
    Instant,
    actor::Actor,
    ids::{FulfillmentId, OrderLineId, PaymentId, RefundId, ReturnId},
    money::Money,
    text::{Name, Note, Text},
};

/// How something was paid, such as `card` or `bank_transfer`.
pub type PaymentMethod = Text<64>;
/// What the payment is called where it came from; unique for its method.
pub type PaymentReference = Name;

/// All records of one order, each kind in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    /// What was paid.
    pub payments: Vec<Payment>,
    /// What was shipped.
    pub fulfillments: Vec<Fulfillment>,
    /// What came back.
    pub returns: Vec<Return>,
    /// What was given back.
    pub refunds: Vec<Refund>,
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Identity.
    pub id: PaymentId,
    /// How much; never nothing.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// What it is called where it came from.
    pub reference: PaymentReference,
    /// Who recorded it.
    pub actor: Actor,
    /// When it was recorded.
    pub created_at: Instant,
}

/// Goods that went out together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfillment {
    /// Identity.
    pub id: FulfillmentId,
    /// What, each line once.
    pub lines: Vec<LineQuantity>,
    /// Where it can be followed.
    pub tracking: Tracking,
    /// Who recorded it.
    pub actor: Actor,
    /// When it was recorded.
    pub created_at: Instant,
    /// When it arrived.
    pub delivered_at: Option<Instant>,
}

/// Goods that came back together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Identity.
    pub id: ReturnId,
    /// What, each line once.
    pub lines: Vec<LineQuantity>,
    /// Whether it can be sold again, and is counted in.
    pub restock: bool,
    /// Why, in somebody's words.
    pub reason: Option<Note>,
    /// Who recorded it.
    pub actor: Actor,
    /// When it was recorded.
    pub created_at: Instant,
}

/// Money that was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Identity.
    pub id: RefundId,
    /// How much; never nothing.
    pub amount: Money,
    /// Why, in somebody's words.
    pub reason: Option<Note>,
    /// Who recorded it.
    pub actor: Actor,
    /// When it was recorded.
    pub created_at: Instant,
}

/// What one command adds to the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewRecord {
    /// Money came in.
    Payment(Payment),
    /// Goods went out.
    Fulfillment(Fulfillment),
    /// Goods that had gone out arrived.
    Delivery {
        /// Which.
        fulfillment_id: FulfillmentId,
        /// When.
        at: Instant,
    },
    /// Goods came back.
    Return(Return),
    /// Money was given back.
    Refund(Refund),
}

impl Records {
    /// How many pieces of a line were shipped.
    #[must_use]
    pub fn fulfilled(&self, line: OrderLineId) -> u32 {
        pieces(line, self.fulfillments.iter().flat_map(|fulfillment| &fulfillment.lines))
    }

    /// How many pieces of a line arrived.
    #[must_use]
    pub fn delivered(&self, line: OrderLineId) -> u32 {
        let arrived = self.fulfillments.iter().filter(|fulfillment| fulfillment.delivered_at.is_some());
        pieces(line, arrived.flat_map(|fulfillment| &fulfillment.lines))
    }

    /// How many pieces of a line came back.
    #[must_use]
    pub fn returned(&self, line: OrderLineId) -> u32 {
        pieces(line, self.returns.iter().flat_map(|back| &back.lines))
    }

    /// The same records and `new`.
    pub(super) fn add(&mut self, new: &NewRecord) {
        match new {
            NewRecord::Payment(payment) => self.payments.push(payment.clone()),
            NewRecord::Fulfillment(fulfillment) => self.fulfillments.push(fulfillment.clone()),
            NewRecord::Delivery { fulfillment_id, at } => {
                for arrived in self.fulfillments.iter_mut().filter(|sent| sent.id == *fulfillment_id) {
                    arrived.delivered_at = Some(*at);
                }
            }
            NewRecord::Return(back) => self.returns.push(back.clone()),
            NewRecord::Refund(refund) => self.refunds.push(refund.clone()),
        }
    }
}

fn pieces<'a>(line: OrderLineId, parts: impl Iterator<Item = &'a LineQuantity>) -> u32 {
    parts.filter(|part| part.line_id == line).fold(0, |sum, part| sum.saturating_add(part.quantity.get()))
}
