//! Every area of the API, on one screen.

use crate::{
    accounts, carts, catalog, events, inventory, openapi::Notes, operations, orders, routing::ServiceConfig,
};

/// An API: its routes, and what the OpenAPI document says beyond their types.
#[derive(Clone, Copy)]
pub struct Api {
    /// Adds the routes.
    pub routes: fn(&mut ServiceConfig<'_>),
    /// Adds tags, examples and the codes of problems.
    pub notes: fn(&mut Notes),
}

/// The API of this server.
pub const API: Api = Api { routes, notes };

/// One line for each area.
fn routes(config: &mut ServiceConfig<'_>) {
    accounts::routes(config);
    catalog::routes(config);
    inventory::routes(config);
    carts::routes(config);
    orders::routes(config);
    events::routes(config);
    operations::routes(config);
}

/// One line for each area.
fn notes(notes: &mut Notes) {
    accounts::notes(notes);
    catalog::notes(notes);
    inventory::notes(notes);
    carts::notes(notes);
    orders::notes(notes);
    events::notes(notes);
    operations::notes(notes);
}
