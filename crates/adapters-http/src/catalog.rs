//! Products, their prices, and categories on the wire.

mod categories;
mod dto;
mod errors;
pub(crate) mod exchange;
mod notes;
mod prices;
mod products;
mod routes;
mod variants;

use crate::{openapi::Notes, routing::ServiceConfig};

/// Adds the routes of the area.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    routes::routes(config);
    prices::routes(config);
}

/// Says what there is to say about the area.
pub(crate) fn notes(notes: &mut Notes) {
    notes::notes(notes);
    prices::notes(notes);
}
