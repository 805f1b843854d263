//! Accounts and log-ins on the wire.

mod dto;
mod errors;
mod routes;

pub(crate) use self::routes::{notes, routes};
