//! Events on the wire.

use ports::events as read;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use use_cases::events::EventFilter;
use uuid::Uuid;

use crate::{Faults, IntoCommand, ListQuery, instant::Timestamp};

/// Which events.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsQuery {
    /// Only those behind this `sequence`: of the last event that was seen
    #[schemars(range(min = 0, max = 9_007_199_254_740_991_i64), extend("examples" = [0]))]
    after: Option<i64>,
    /// Only those of this type
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 64), extend("examples" = ["order.placed"]))]
    kind: Option<String>,
    /// Only those about this order, product, category, stock level or user
    aggregate_id: Option<Uuid>,
}

/// What a command has changed.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Event")]
pub(crate) struct EventView {
    /// Identity
    pub(crate) id: Uuid,
    /// Its place in the log: rising, with gaps
    pub(crate) sequence: i64,
    /// What kind of thing it is about: `user`, `category`, `product`, `price`, `stock` or `order`
    #[schemars(extend("examples" = ["order"]))]
    pub(crate) aggregate_type: String,
    /// Which one
    pub(crate) aggregate_id: Uuid,
    /// Its version afterwards
    pub(crate) aggregate_version: i32,
    /// What happened
    #[serde(rename = "type")]
    #[schemars(extend("examples" = ["order.placed"]))]
    pub(crate) kind: String,
    /// When it happened
    pub(crate) occurred_at: Timestamp,
    /// Who did it: `user:` and an id, `guest` or `system`
    pub(crate) actor: String,
    /// In which request
    pub(crate) request_id: Option<String>,
    /// What changed, by ids and figures; nothing personal
    pub(crate) data: Map<String, Value>,
}

impl IntoCommand for EventsQuery {
    type Command = EventFilter;

    fn into_command(self, _: &mut Faults) -> Option<EventFilter> {
        Some(EventFilter { after: self.after, event_type: self.kind, aggregate_id: self.aggregate_id })
    }
}

impl ListQuery for EventsQuery {
    type Position = i64;
    const PRIVATE: bool = true;
}

impl TryFrom<read::EventView> for EventView {
    type Error = serde_json::Error;

    fn try_from(event: read::EventView) -> Result<Self, Self::Error> {
        Ok(Self {
            id: event.id.uuid(),
            sequence: event.sequence,
            aggregate_type: event.aggregate_type,
            aggregate_id: event.aggregate_id,
            aggregate_version: event.aggregate_version,
            kind: event.event_type,
            occurred_at: event.occurred_at.into(),
            actor: event.actor,
            request_id: event.request_id,
            data: serde_json::from_str(&event.data)?,
        })
    }
}
