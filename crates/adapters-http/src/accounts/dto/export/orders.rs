//! Orders with their histories and records, as their buyer takes them along.

use domain::ids::{OrderLineId, UserId};
use ports::accounts::personal_data::{
    HeldFulfillment, HeldOrder, HeldPayment, HeldRefund, HeldReturn, HeldStep,
};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::told;
use crate::{instant::Timestamp, money::MoneyDto, orders::OrderView};

/// An order with its history and its records.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedOrder {
    /// The order, as `GET /orders/{id}` shows it
    pub(crate) order: OrderView,
    /// The network address that it was placed from
    pub(crate) placed_from: Option<String>,
    /// Every step of it
    pub(crate) history: Vec<ExportedStep>,
    /// Money that came in
    pub(crate) payments: Vec<ExportedPayment>,
    /// Goods that went out
    pub(crate) fulfillments: Vec<ExportedFulfillment>,
    /// Goods that came back
    pub(crate) returns: Vec<ExportedReturn>,
    /// Money that was given back
    pub(crate) refunds: Vec<ExportedRefund>,
}

/// One step of an order.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedStep {
    /// When
    pub(crate) at: Timestamp,
    /// On which axis, such as `status`
    pub(crate) axis: String,
    /// From where; `null` for a new order
    pub(crate) from: Option<String>,
    /// To where
    pub(crate) to: String,
    /// What made it, such as `place`
    pub(crate) command: String,
    /// Who made it
    #[schemars(extend("enum" = ["you", "staff", "guest", "system"]))]
    pub(crate) by: &'static str,
    /// Why, in somebody's words
    pub(crate) reason: Option<String>,
}

/// Money that came in.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedPayment {
    /// Identity
    pub(crate) id: Uuid,
    /// How much
    pub(crate) amount: MoneyDto,
    /// How it was paid
    pub(crate) method: String,
    /// What the payment is called where it was made
    pub(crate) reference: String,
    /// When it was recorded
    pub(crate) at: Timestamp,
}

/// Money that was given back.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedRefund {
    /// Identity
    pub(crate) id: Uuid,
    /// How much
    pub(crate) amount: MoneyDto,
    /// Why, in somebody's words
    pub(crate) reason: Option<String>,
    /// When it was recorded
    pub(crate) at: Timestamp,
}

/// Goods that went out.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedFulfillment {
    /// Identity
    pub(crate) id: Uuid,
    /// Who carried them
    pub(crate) carrier: Option<String>,
    /// What the carrier calls the parcel
    pub(crate) tracking_number: Option<String>,
    /// Where the parcel can be followed
    pub(crate) tracking_url: Option<String>,
    /// When they went out
    pub(crate) at: Timestamp,
    /// When they arrived
    pub(crate) delivered_at: Option<Timestamp>,
    /// How many of which line
    pub(crate) lines: Vec<ExportedGoods>,
}

/// Goods that came back.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedReturn {
    /// Identity
    pub(crate) id: Uuid,
    /// Why, in somebody's words
    pub(crate) reason: Option<String>,
    /// When they were recorded
    pub(crate) at: Timestamp,
    /// How many of which line
    pub(crate) lines: Vec<ExportedGoods>,
}

/// So many of a line of the order.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedGoods {
    /// Which line
    pub(crate) line_id: Uuid,
    /// How many
    pub(crate) quantity: u32,
}

impl ExportedOrder {
    /// An order of the person `me`.
    pub(super) fn of(held: HeldOrder, me: UserId) -> Self {
        Self {
            placed_from: held.order.placed_ip.map(|ip| ip.to_string()),
            order: held.order.into(),
            history: held.history.into_iter().map(|step| ExportedStep::of(step, me)).collect(),
            payments: held.payments.into_iter().map(ExportedPayment::from).collect(),
            fulfillments: held.fulfillments.into_iter().map(ExportedFulfillment::from).collect(),
            returns: held.returns.into_iter().map(ExportedReturn::from).collect(),
            refunds: held.refunds.into_iter().map(ExportedRefund::from).collect(),
        }
    }
}

impl ExportedStep {
    fn of(step: HeldStep, me: UserId) -> Self {
        Self {
            at: step.at.into(),
            axis: step.axis,
            from: step.from,
            to: step.to,
            command: step.command,
            by: told(step.actor, me),
            reason: step.reason,
        }
    }
}

impl From<HeldPayment> for ExportedPayment {
    fn from(payment: HeldPayment) -> Self {
        Self {
            id: payment.id.uuid(),
            amount: payment.amount.into(),
            method: payment.method,
            reference: payment.reference,
            at: payment.at.into(),
        }
    }
}

impl From<HeldRefund> for ExportedRefund {
    fn from(refund: HeldRefund) -> Self {
        Self {
            id: refund.id.uuid(),
            amount: refund.amount.into(),
            reason: refund.reason,
            at: refund.at.into(),
        }
    }
}

impl From<HeldFulfillment> for ExportedFulfillment {
    fn from(parcel: HeldFulfillment) -> Self {
        Self {
            id: parcel.id.uuid(),
            carrier: parcel.carrier,
            tracking_number: parcel.tracking_number,
            tracking_url: parcel.tracking_url,
            at: parcel.at.into(),
            delivered_at: parcel.delivered_at.map(Timestamp::from),
            lines: goods(parcel.lines),
        }
    }
}

impl From<HeldReturn> for ExportedReturn {
    fn from(back: HeldReturn) -> Self {
        Self { id: back.id.uuid(), reason: back.reason, at: back.at.into(), lines: goods(back.lines) }
    }
}

fn goods(lines: Vec<(OrderLineId, u32)>) -> Vec<ExportedGoods> {
    lines.into_iter().map(|(line, quantity)| ExportedGoods { line_id: line.uuid(), quantity }).collect()
}
