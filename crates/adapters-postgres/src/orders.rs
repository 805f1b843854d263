//! Orders: placing them, what becomes of them, and the views of them that people see.

mod address;
mod change;
mod erasure;
mod held;
mod insert;
mod limits;
mod line_row;
mod new_record;
mod offers;
mod order_row;
mod overdue;
mod page;
mod reader;
mod recorded;
mod step_row;
mod store;

pub(crate) use erasure::{erase_orders_in_tx, load_open_orders};
pub(crate) use held::{OrderRows, load_orders_of};
pub use reader::PgOrderReader;
pub use store::PgOrderStore;
