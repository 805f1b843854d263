//! What the event log says of an order after it was placed.

use crate::{
    ids::{FulfillmentId, PaymentId, RefundId, ReturnId, VariantId},
    money::Money,
};

/// Pieces by variant.
pub type Pieces = Vec<(VariantId, u32)>;

/// What happened to an order, with its figures; nothing of it is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEvent {
    /// It will be fulfilled.
    Confirmed,
    /// It was not paid in time.
    Expired {
        /// What is not reserved any more.
        released: Pieces,
    },
    /// It was called off.
    Cancelled {
        /// What is not reserved any more.
        released: Pieces,
    },
    /// What had not been shipped was called off.
    RestCancelled {
        /// What is not reserved any more.
        released: Pieces,
    },
    /// All has arrived and is paid.
    Completed,
    /// Money came in.
    PaymentRecorded {
        /// The payment.
        payment_id: PaymentId,
        /// How much.
        amount: Money,
    },
    /// Goods went out.
    FulfillmentRecorded {
        /// The fulfillment.
        fulfillment_id: FulfillmentId,
        /// What.
        shipped: Pieces,
    },
    /// Goods arrived.
    FulfillmentDelivered {
        /// The fulfillment.
        fulfillment_id: FulfillmentId,
    },
    /// Goods came back.
    ReturnRecorded {
        /// The return.
        return_id: ReturnId,
        /// What.
        returned: Pieces,
        /// Whether it can be sold again.
        restock: bool,
    },
    /// Money was given back.
    RefundRecorded {
        /// The refund.
        refund_id: RefundId,
        /// How much.
        amount: Money,
    },
}

impl OrderEvent {
    /// The event's type. Where the status takes a step, it is named after where that leads.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self {
            Self::Confirmed => "order.confirmed",
            Self::Expired { .. } => "order.expired",
            Self::Cancelled { .. } => "order.cancelled",
            Self::RestCancelled { .. } => "order.rest_cancelled",
            Self::Completed => "order.completed",
            Self::PaymentRecorded { .. } => "order.payment_recorded",
            Self::FulfillmentRecorded { .. } => "order.fulfillment_recorded",
            Self::FulfillmentDelivered { .. } => "order.fulfillment_delivered",
            Self::ReturnRecorded { .. } => "order.return_recorded",
            Self::RefundRecorded { .. } => "order.refund_recorded",
        }
    }
}
