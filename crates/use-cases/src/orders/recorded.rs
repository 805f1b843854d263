//! One record of an order.

use domain::{
    ids::{FulfillmentId, OrderId, PaymentId, RefundId, ReturnId},
    orders::{Fulfillment, Order, Payment, Refund, Return},
};

/// A record, and the order that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<R> {
    /// The order.
    pub order_id: OrderId,
    /// What was recorded of it.
    pub record: R,
}

impl<R: Clone> Recorded<R> {
    fn find(order: &Order, records: &[R], is_meant: impl Fn(&R) -> bool) -> Option<Self> {
        let record = records.iter().find(|record| is_meant(record))?;
        Some(Self { order_id: order.id, record: record.clone() })
    }
}

impl Recorded<Payment> {
    /// The payment of an order that has this id.
    #[must_use]
    pub fn payment(order: &Order, id: PaymentId) -> Option<Self> {
        Self::find(order, &order.records.payments, |record| record.id == id)
    }
}

impl Recorded<Fulfillment> {
    /// The fulfillment of an order that has this id.
    #[must_use]
    pub fn fulfillment(order: &Order, id: FulfillmentId) -> Option<Self> {
        Self::find(order, &order.records.fulfillments, |record| record.id == id)
    }
}

impl Recorded<Return> {
    /// The return of an order that has this id.
    #[must_use]
    pub fn returned(order: &Order, id: ReturnId) -> Option<Self> {
        Self::find(order, &order.records.returns, |record| record.id == id)
    }
}

impl Recorded<Refund> {
    /// The refund of an order that has this id.
    #[must_use]
    pub fn refund(order: &Order, id: RefundId) -> Option<Self> {
        Self::find(order, &order.records.refunds, |record| record.id == id)
    }
}
