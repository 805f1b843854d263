//! Products and categories on the wire.

mod categories;
mod dto;
mod errors;
mod notes;
mod products;
mod routes;
mod variants;

pub(crate) use self::{notes::notes, routes::routes};
