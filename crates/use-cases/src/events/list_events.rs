//! Whoever runs the shop follows what happens in it.

use std::sync::Arc;

use domain::accounts::{Caller, Forbidden, Permission};
use ports::{
    events::{EventQuery, EventReader, EventView},
    pagination::{Page, PageRequest},
    storage::StorageError,
};
use uuid::Uuid;

/// Which events somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Those behind this place of the log.
    pub after: Option<i64>,
    /// Those of this type.
    pub event_type: Option<String>,
    /// Those about this thing.
    pub aggregate_id: Option<Uuid>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListEventsError {
    /// The log is for administrators.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Lists the event log in its order.
#[derive(Clone)]
pub struct ListEvents {
    /// Reads the log.
    pub events: Arc<dyn EventReader>,
}

impl ListEvents {
    /// A page of the log, after the place that the filter names or that the page before it ended at, whichever is later.
    ///
    /// # Errors
    /// [`ListEventsError`].
    pub async fn run(
        &self,
        caller: &Caller,
        filter: EventFilter,
        page: PageRequest<i64>,
    ) -> Result<Page<EventView, i64>, ListEventsError> {
        caller.require(Permission::EventsRead)?;
        let EventFilter { after, event_type, aggregate_id } = filter;
        let page = PageRequest { after: page.after.max(after), ..page };
        Ok(self.events.list(&EventQuery { event_type, aggregate_id, page }).await?)
    }
}
