//! Orders on the wire.

mod dto;
mod errors;
mod metrics;
mod notes;
mod routes;

pub use self::metrics::{ORDERS_PLACED, ORDERS_REFUSED};
pub(crate) use self::{
    dto::OrderView,
    notes::{notes, order as sample_order},
    routes::routes,
};
