//! The event log, for those who follow it.

use async_trait::async_trait;
use domain::{Instant, ids::EventId};
use uuid::Uuid;

use crate::{
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Which events are wanted, in the order of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Those of this type.
    pub event_type: Option<String>,
    /// Those about this thing.
    pub aggregate_id: Option<Uuid>,
    /// Which page; a place is a `sequence`.
    pub page: PageRequest<i64>,
}

/// An event as its readers see it: as it was stored, also by a release that knew other types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// Identity.
    pub id: EventId,
    /// Its place in the log.
    pub sequence: i64,
    /// What kind of thing it is about.
    pub aggregate_type: String,
    /// Which thing.
    pub aggregate_id: Uuid,
    /// The version of that thing after it.
    pub aggregate_version: i32,
    /// What happened.
    pub event_type: String,
    /// When.
    pub occurred_at: Instant,
    /// Who did it.
    pub actor: String,
    /// In which request.
    pub request_id: Option<String>,
    /// The figures, as a JSON object.
    pub data: String,
}

/// Reads the event log.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EventReader: Send + Sync {
    /// A page of the log. It ends before the first place at which an event could still appear, so that whoever goes on
    /// after the last one that they saw misses none, in whatever order transactions commit.
    async fn list(&self, query: &EventQuery) -> Result<Page<EventView, i64>, StorageError>;
}
