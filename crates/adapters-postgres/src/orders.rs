//! Orders: placing them, and the views of them that people see.

mod address;
mod erasure;
mod insert;
mod limits;
mod line_row;
mod offers;
mod order_row;
mod page;
mod reader;
mod record_rows;
mod records;
mod store;

pub(crate) use erasure::{erase_orders_in_tx, load_open_orders};
pub use reader::PgOrderReader;
pub(crate) use records::{OrderRows, load_orders_of};
pub use store::PgOrderStore;
