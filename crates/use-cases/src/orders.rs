//! Orders.

pub mod get_order;
pub mod list_orders;
pub mod place_order;

pub use get_order::GetOrder;
pub use list_orders::{ListOrders, ListOrdersError, OrderFilter, Scope};
pub use place_order::{PlaceOrder, PlaceOrderCommand, PlaceOrderError};
