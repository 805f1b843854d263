//! What people do with an order.

use domain::{
    orders::{LineQuantity, PaymentMethod, PaymentReference, Quantity, Tracking, TrackingUrl},
    text::{Name, Note},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::orders::{GoodsReturned, GoodsShipped, MoneyReturned, PaymentReceived};
use uuid::Uuid;

use super::PiecesView;
use crate::{Faults, IntoCommand, money::MoneyDto};

/// `/orders/{id}/payments/{payment_id}`
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct PaymentPath {
    /// The order's id.
    pub(crate) id: Uuid,
    /// The payment's id.
    pub(crate) payment_id: Uuid,
}

/// `/orders/{id}/fulfillments/{fulfillment_id}`
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct FulfillmentPath {
    /// The order's id.
    pub(crate) id: Uuid,
    /// The fulfillment's id.
    pub(crate) fulfillment_id: Uuid,
}

/// `/orders/{id}/returns/{return_id}`
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct ReturnPath {
    /// The order's id.
    pub(crate) id: Uuid,
    /// The return's id.
    pub(crate) return_id: Uuid,
}

/// `/orders/{id}/refunds/{refund_id}`
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct RefundPath {
    /// The order's id.
    pub(crate) id: Uuid,
    /// The refund's id.
    pub(crate) refund_id: Uuid,
}

/// Why something is done.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reason")]
pub(crate) struct ReasonBody {
    /// Why, in somebody's words; it goes into the history
    #[schemars(length(min = 1, max = 1_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// Money that came in.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPayment")]
pub(crate) struct PaymentBody {
    /// How much; more than nothing
    pub(crate) amount: MoneyDto,
    /// How it was paid
    #[schemars(
        length(min = 1, max = 64),
        extend("format" = "not-blank", "examples" = ["card", "bank_transfer"])
    )]
    pub(crate) method: String,
    /// What it is called where it came from; unique for its method
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    pub(crate) reference: String,
}

/// Goods that went out.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewFulfillment")]
pub(crate) struct FulfillmentBody {
    /// How many of which line; all that is left when absent
    #[schemars(length(min = 1, max = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lines: Option<Vec<PiecesView>>,
    /// Who carries them
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) carrier: Option<String>,
    /// What the carrier calls them
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tracking_number: Option<String>,
    /// Where they can be followed: an absolute http or https address
    #[schemars(length(min = 1, max = 2_000), extend("format" = "uri"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tracking_url: Option<String>,
}

/// Goods that came back.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewReturn")]
pub(crate) struct ReturnBody {
    /// How many of which line
    #[schemars(length(min = 1, max = 200))]
    pub(crate) lines: Vec<PiecesView>,
    /// Whether they can be sold again, and are to be counted in
    pub(crate) restock: bool,
    /// Why, in somebody's words
    #[schemars(length(min = 1, max = 1_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// Money that was given back.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewRefund")]
pub(crate) struct RefundBody {
    /// How much; more than nothing
    pub(crate) amount: MoneyDto,
    /// Why, in somebody's words
    #[schemars(length(min = 1, max = 1_000), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl IntoCommand for ReasonBody {
    type Command = Option<Note>;
    const BODY_OPTIONAL: bool = true;

    fn into_command(self, faults: &mut Faults) -> Option<Option<Note>> {
        reason(self.reason, faults)
    }
}

impl IntoCommand for PaymentBody {
    type Command = PaymentReceived;

    fn into_command(self, faults: &mut Faults) -> Option<PaymentReceived> {
        let amount = faults.within("/amount", |faults| self.amount.read(faults));
        let method = faults.field("/method", PaymentMethod::parse(&self.method));
        let reference = faults.field("/reference", PaymentReference::parse(&self.reference));
        Some(PaymentReceived { amount: amount?, method: method?, reference: reference? })
    }
}

impl IntoCommand for FulfillmentBody {
    type Command = GoodsShipped;
    const BODY_OPTIONAL: bool = true;

    fn into_command(self, faults: &mut Faults) -> Option<GoodsShipped> {
        let lines = match self.lines {
            Some(lines) => faults.each("/lines", lines, PiecesView::read).map(Some),
            None => Some(None),
        };
        let carrier = faults.optional("/carrier", self.carrier, |name| Name::parse(&name));
        let number = faults.optional("/tracking_number", self.tracking_number, |name| Name::parse(&name));
        let url = faults.optional("/tracking_url", self.tracking_url, |url| TrackingUrl::parse(&url));
        let tracking = Tracking { carrier: carrier?, number: number?, url: url? };
        Some(GoodsShipped { lines: lines?, tracking })
    }
}

impl IntoCommand for ReturnBody {
    type Command = GoodsReturned;

    fn into_command(self, faults: &mut Faults) -> Option<GoodsReturned> {
        let lines = faults.each("/lines", self.lines, PiecesView::read);
        let reason = reason(self.reason, faults);
        Some(GoodsReturned { lines: lines?, restock: self.restock, reason: reason? })
    }
}

impl IntoCommand for RefundBody {
    type Command = MoneyReturned;

    fn into_command(self, faults: &mut Faults) -> Option<MoneyReturned> {
        let amount = faults.within("/amount", |faults| self.amount.read(faults));
        let reason = reason(self.reason, faults);
        Some(MoneyReturned { amount: amount?, reason: reason? })
    }
}

impl PiecesView {
    fn read(self, faults: &mut Faults) -> Option<LineQuantity> {
        let quantity = faults.field("/quantity", Quantity::new(self.quantity));
        Some(LineQuantity { line_id: self.line_id.into(), quantity: quantity? })
    }
}

fn reason(reason: Option<String>, faults: &mut Faults) -> Option<Option<Note>> {
    faults.optional("/reason", reason, |note| Note::parse(&note))
}
