//! Carts, loaded with what is offered of them, and every change of them.

mod cart_row;
mod expiry;
mod store;
mod write;

pub use store::PgCartStore;
pub(crate) use write::complete_cart_in_tx;
