//! Accounts and log-ins on the wire.

mod audit_log;
mod dto;
mod errors;
mod mailed;
mod notes;
mod profile;
mod routes;
mod sessions;
mod users;

pub(crate) use self::notes::notes;
use crate::ServiceConfig;

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    routes::routes(config);
    sessions::routes(config);
    profile::routes(config);
    users::routes(config);
    mailed::routes(config);
    audit_log::routes(config);
}
