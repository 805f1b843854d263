//! The history of an order: every step, on every axis, in its order.

use super::{FulfillmentStatus, OrderStatus, PaymentStatus};
use crate::{actor::Origination, text::Note};

/// A change of one axis: from where, to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// The order's own status; a new order comes from nowhere.
    Status(Option<OrderStatus>, OrderStatus),
    /// The derived payment status.
    Payment(Option<PaymentStatus>, PaymentStatus),
    /// The derived fulfillment status.
    Fulfillment(Option<FulfillmentStatus>, FulfillmentStatus),
}

/// What made an order take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Somebody ordered.
    Place,
}

/// One step of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryStep {
    /// The step's place in the order's history, from 1.
    pub sequence: i32,
    /// What changed.
    pub axis: Axis,
    /// What changed it.
    pub command: Command,
    /// Why, in somebody's words.
    pub reason: Option<Note>,
    /// Who, in which request, when.
    pub origination: Origination,
}

impl Command {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
        }
    }
}

impl Axis {
    /// The axis's name, and the names of both ends.
    #[must_use]
    pub fn names(self) -> (&'static str, Option<&'static str>, &'static str) {
        match self {
            Self::Status(from, to) => ("status", from.map(OrderStatus::name), to.name()),
            Self::Payment(from, to) => ("payment_status", from.map(PaymentStatus::name), to.name()),
            Self::Fulfillment(from, to) => {
                ("fulfillment_status", from.map(FulfillmentStatus::name), to.name())
            }
        }
    }
}
