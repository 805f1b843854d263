//! The history of an order: every step, on every axis, in its order.

use super::{Command, FulfillmentStatus, Order, OrderStatus, PaymentStatus};
use crate::{Instant, actor::Origination, text::Note};

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

/// Where an order's history ends, so that the next step follows it without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryEnd {
    /// The last step's place.
    pub sequence: i32,
    /// When it was taken.
    pub at: Instant,
}

impl HistoryEnd {
    /// The end of `history`; `None` when it has no step.
    #[must_use]
    pub fn of(history: &[HistoryStep]) -> Option<Self> {
        let last = history.iter().max_by_key(|step| step.sequence)?;
        Some(Self { sequence: last.sequence, at: last.origination.at })
    }
}

impl Axis {
    /// The axes on which `after` stands elsewhere than `before`, the status first.
    #[must_use]
    pub fn changes(before: &Order, after: &Order) -> Vec<Self> {
        let (from, to) = (before, after);
        let status = Self::Status(Some(from.status), to.status);
        let payment = Self::Payment(Some(from.payment_status), to.payment_status);
        let fulfillment = Self::Fulfillment(Some(from.fulfillment_status), to.fulfillment_status);
        [status, payment, fulfillment].into_iter().filter(|axis| axis.is_a_change()).collect()
    }

    /// Reads what [`Axis::names`] gives.
    #[must_use]
    pub fn parse(axis: &str, from: Option<&str>, to: &str) -> Option<Self> {
        fn ends<T>(from: Option<&str>, to: &str, parse: fn(&str) -> Option<T>) -> Option<(Option<T>, T)> {
            let from = match from {
                Some(from) => Some(parse(from)?),
                None => None,
            };
            Some((from, parse(to)?))
        }
        match axis {
            "status" => ends(from, to, OrderStatus::parse).map(|(from, to)| Self::Status(from, to)),
            "payment_status" => {
                ends(from, to, PaymentStatus::parse).map(|(from, to)| Self::Payment(from, to))
            }
            "fulfillment_status" => {
                ends(from, to, FulfillmentStatus::parse).map(|(from, to)| Self::Fulfillment(from, to))
            }
            _ => None,
        }
    }

    fn is_a_change(&self) -> bool {
        let (_, from, to) = self.names();
        from != Some(to)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_from_the_names_that_it_is_stored_under() {
        let steps = [
            Axis::Status(None, OrderStatus::Pending),
            Axis::Status(Some(OrderStatus::Pending), OrderStatus::Expired),
            Axis::Payment(Some(PaymentStatus::Unpaid), PaymentStatus::Paid),
            Axis::Fulfillment(None, FulfillmentStatus::Unfulfilled),
        ];
        for step in steps {
            let (axis, from, to) = step.names();
            assert_eq!(Axis::parse(axis, from, to), Some(step));
        }
        assert_eq!(Axis::parse("status", None, "paid"), None);
        assert_eq!(Axis::parse("status", Some("paid"), "pending"), None);
        assert_eq!(Axis::parse("weather", None, "pending"), None);
    }
}
