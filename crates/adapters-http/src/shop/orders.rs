//! What was sold.

use use_cases::orders::{GetOrder, ListOrders, PlaceOrder};

/// Orders.
#[derive(Clone)]
pub struct Orders {
    /// POST /orders
    pub place_order: PlaceOrder,
    /// GET /orders/{id}
    pub get_order: GetOrder,
    /// GET /orders
    pub list_orders: ListOrders,
}
