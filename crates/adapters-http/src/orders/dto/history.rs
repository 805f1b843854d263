//! The steps that an order took.

use domain::{accounts::Permission, actor::Actor, asker::Asker, orders::HistoryStep};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ListQuery, instant::Timestamp, plain_command};

/// Which steps: all.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HistoryQuery {}

plain_command!(HistoryQuery);

impl ListQuery for HistoryQuery {
    type Position = i32;
    const PRIVATE: bool = true;
}

/// A step of an order on one of its axes.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "OrderStep")]
pub(crate) struct StepView {
    /// Its place in the order's history, from 1 and without a gap
    pub(crate) sequence: i32,
    /// When
    pub(crate) at: Timestamp,
    /// What changed
    #[schemars(extend("enum" = ["status", "payment_status", "fulfillment_status"]))]
    pub(crate) axis: &'static str,
    /// From where; `null` for a new order
    pub(crate) from: Option<&'static str>,
    /// To where
    pub(crate) to: &'static str,
    /// What changed it, such as `place` or `cancel`
    pub(crate) command: &'static str,
    /// Who: `user:` and an id, `guest` or `system`; buyers see `staff` instead of the ids of others
    pub(crate) actor: String,
    /// Why, in somebody's words
    pub(crate) reason: Option<String>,
    /// In which request
    pub(crate) request_id: Option<String>,
}

impl StepView {
    /// The step as `asker` may see it.
    pub(crate) fn of(step: HistoryStep, asker: &Asker) -> Self {
        match asker {
            asker if asker.has(Permission::OrdersRead) => Self::for_staff(step),
            asker => Self::for_buyer(step, asker.actor()),
        }
    }

    /// The step as its buyer `me` sees it: others are no more than staff.
    pub(crate) fn for_buyer(step: HistoryStep, me: Actor) -> Self {
        let is_other = matches!(step.origination.actor, Actor::User(_)) && step.origination.actor != me;
        let shown = Self::for_staff(step);
        if is_other { Self { actor: "staff".to_owned(), ..shown } } else { shown }
    }

    fn for_staff(step: HistoryStep) -> Self {
        let (axis, from, to) = step.axis.names();
        let by = step.origination;
        Self {
            sequence: step.sequence,
            at: by.at.into(),
            axis,
            from,
            to,
            command: step.command.name(),
            actor: by.actor.to_string(),
            reason: step.reason.map(String::from),
            request_id: by.request_id,
        }
    }
}
