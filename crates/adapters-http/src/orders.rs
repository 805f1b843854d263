//! Orders on the wire.

mod command_errors;
mod command_notes;
mod dto;
mod errors;
mod metrics;
mod notes;
mod records;
mod routes;

pub use self::metrics::{ORDERS_PLACED, ORDERS_REFUSED};
pub(crate) use self::{
    command_notes::history as sample_history,
    dto::{LineBody, OrderView, StepView},
    errors::{short, unpriced},
    notes::{notes, order as sample_order},
    routes::routes,
};
