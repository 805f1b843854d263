//! Accounts and log-ins on the wire.

mod audit_log;
mod dto;
mod errors;
mod mailed;
mod notes;
mod own_data;
mod own_data_notes;
mod profile;
mod routes;
mod sessions;
mod users;

use crate::{Notes, ServiceConfig};

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    routes::routes(config);
    sessions::routes(config);
    profile::routes(config);
    own_data::routes(config);
    users::routes(config);
    mailed::routes(config);
    audit_log::routes(config);
}

/// Describes the operations.
pub(crate) fn notes(notes: &mut Notes) {
    notes::notes(notes);
    own_data_notes::notes(notes);
}
