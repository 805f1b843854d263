//! Orders: placing them, and the views of them that people see.

mod address;
mod insert;
mod limits;
mod line_row;
mod offers;
mod order_row;
mod page;
mod reader;
mod store;

pub use reader::PgOrderReader;
pub use store::PgOrderStore;
