//! What was recorded of an order's money and goods.

use domain::orders::{Fulfillment, LineQuantity, Payment, Refund, Return};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{instant::Timestamp, money::MoneyDto};

/// Money that came in.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Payment")]
pub(crate) struct PaymentView {
    /// Identity
    pub(crate) id: Uuid,
    /// How much
    pub(crate) amount: MoneyDto,
    /// How it was paid, such as `card` or `bank_transfer`
    pub(crate) method: String,
    /// What it is called where it came from; unique for its method
    pub(crate) reference: String,
    /// When it was recorded
    pub(crate) created_at: Timestamp,
}

/// Goods that went out together.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Fulfillment")]
pub(crate) struct FulfillmentView {
    /// Identity
    pub(crate) id: Uuid,
    /// How many of which line
    pub(crate) lines: Vec<PiecesView>,
    /// Who carries them
    pub(crate) carrier: Option<String>,
    /// What the carrier calls them
    pub(crate) tracking_number: Option<String>,
    /// Where they can be followed
    pub(crate) tracking_url: Option<String>,
    /// When it was recorded
    pub(crate) created_at: Timestamp,
    /// When they arrived
    pub(crate) delivered_at: Option<Timestamp>,
}

/// Goods that came back together.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Return")]
pub(crate) struct ReturnView {
    /// Identity
    pub(crate) id: Uuid,
    /// How many of which line
    pub(crate) lines: Vec<PiecesView>,
    /// Whether they can be sold again, and were counted in
    pub(crate) restock: bool,
    /// Why, in somebody's words
    pub(crate) reason: Option<String>,
    /// When it was recorded
    pub(crate) created_at: Timestamp,
}

/// Money that was given back.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Refund")]
pub(crate) struct RefundView {
    /// Identity
    pub(crate) id: Uuid,
    /// How much
    pub(crate) amount: MoneyDto,
    /// Why, in somebody's words
    pub(crate) reason: Option<String>,
    /// When it was recorded
    pub(crate) created_at: Timestamp,
}

/// Some pieces of a line.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Pieces")]
pub(crate) struct PiecesView {
    /// Which line of the order
    pub(crate) line_id: Uuid,
    /// How many
    #[schemars(range(min = 1, max = 999))]
    pub(crate) quantity: u32,
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        Self {
            id: payment.id.uuid(),
            amount: payment.amount.into(),
            method: payment.method.into(),
            reference: payment.reference.into(),
            created_at: payment.created_at.into(),
        }
    }
}

impl From<Fulfillment> for FulfillmentView {
    fn from(Fulfillment { id, lines, tracking, created_at, delivered_at, .. }: Fulfillment) -> Self {
        Self {
            id: id.uuid(),
            lines: pieces(&lines),
            carrier: tracking.carrier.map(String::from),
            tracking_number: tracking.number.map(String::from),
            tracking_url: tracking.url.map(|url| url.to_string()),
            created_at: created_at.into(),
            delivered_at: delivered_at.map(Timestamp::from),
        }
    }
}

impl From<Return> for ReturnView {
    fn from(back: Return) -> Self {
        Self {
            id: back.id.uuid(),
            lines: pieces(&back.lines),
            restock: back.restock,
            reason: back.reason.map(String::from),
            created_at: back.created_at.into(),
        }
    }
}

impl From<Refund> for RefundView {
    fn from(refund: Refund) -> Self {
        Self {
            id: refund.id.uuid(),
            amount: refund.amount.into(),
            reason: refund.reason.map(String::from),
            created_at: refund.created_at.into(),
        }
    }
}

fn pieces(lines: &[LineQuantity]) -> Vec<PiecesView> {
    let pieces =
        |part: &LineQuantity| PiecesView { line_id: part.line_id.uuid(), quantity: part.quantity.get() };
    lines.iter().map(pieces).collect()
}
