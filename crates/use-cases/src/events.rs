//! The event log.

pub mod list_events;

pub use list_events::{EventFilter, ListEvents, ListEventsError};
