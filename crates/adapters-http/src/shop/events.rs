//! What happened.

use use_cases::events::ListEvents;

/// The event log.
#[derive(Clone)]
pub struct Events {
    /// GET /events
    pub list_events: ListEvents,
}
