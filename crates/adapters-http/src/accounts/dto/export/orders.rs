//! Orders with their histories, as their buyer takes them along.

use domain::{actor::Actor, ids::UserId};
use ports::accounts::personal_data::HeldOrder;
use schemars::JsonSchema;
use serde::Serialize;

use crate::orders::{OrderView, StepView};

/// An order with its history.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportedOrder {
    /// The order, as `GET /orders/{id}` shows it
    pub(crate) order: OrderView,
    /// The network address that it was placed from
    pub(crate) placed_from: Option<String>,
    /// Every step of it, as `GET /orders/{id}/history` shows them to the buyer
    pub(crate) history: Vec<StepView>,
}

impl ExportedOrder {
    /// An order, as its buyer `me` may see it.
    pub(super) fn of(held: HeldOrder, me: UserId) -> Self {
        let step = |step| StepView::for_buyer(step, Actor::User(me));
        Self {
            placed_from: held.order.placed_ip.map(|ip| ip.to_string()),
            order: held.order.into(),
            history: held.history.into_iter().map(step).collect(),
        }
    }
}
