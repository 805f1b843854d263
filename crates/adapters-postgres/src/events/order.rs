//! What the events of an order say.

use domain::{ids::VariantId, orders::OrderEvent};
use serde_json::{Value, json};

use super::money;

pub(super) fn data(event: &OrderEvent) -> Value {
    match event {
        OrderEvent::Confirmed | OrderEvent::Completed => json!({}),
        OrderEvent::Expired { released }
        | OrderEvent::Cancelled { released }
        | OrderEvent::RestCancelled { released } => json!({ "released": pieces(released) }),
        OrderEvent::PaymentRecorded { payment_id, amount } => {
            json!({ "payment_id": payment_id.to_string(), "amount": money(*amount) })
        }
        OrderEvent::FulfillmentRecorded { fulfillment_id, shipped } => {
            json!({ "fulfillment_id": fulfillment_id.to_string(), "shipped": pieces(shipped) })
        }
        OrderEvent::FulfillmentDelivered { fulfillment_id } => {
            json!({ "fulfillment_id": fulfillment_id.to_string() })
        }
        OrderEvent::ReturnRecorded { return_id, returned, restock } => {
            json!({ "return_id": return_id.to_string(), "returned": pieces(returned), "restock": restock })
        }
        OrderEvent::RefundRecorded { refund_id, amount } => {
            json!({ "refund_id": refund_id.to_string(), "amount": money(*amount) })
        }
    }
}

/// Pieces by variant.
pub(super) fn pieces(pieces: &[(VariantId, u32)]) -> Value {
    let piece = |(variant_id, quantity): &(VariantId, u32)| json!({ "variant_id": variant_id.to_string(), "quantity": quantity });
    pieces.iter().map(piece).collect()
}
