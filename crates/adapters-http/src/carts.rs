//! Carts on the wire.

mod dto;
mod errors;
mod notes;
mod routes;

pub(crate) use self::{notes::notes, routes::routes};
