//! Orders.

pub mod cancel_order;
pub mod commands;
pub mod confirm_order;
pub mod deliver_fulfillment;
pub mod get_order;
pub mod list_order_history;
pub mod list_orders;
pub mod place_order;
pub mod record_fulfillment;
pub mod record_payment;
pub mod record_refund;
pub mod record_return;
pub mod recorded;
pub mod tend_orders;

pub use cancel_order::CancelOrder;
pub use commands::{Given, OrderCommandError, OrderCommands};
pub use confirm_order::ConfirmOrder;
pub use deliver_fulfillment::DeliverFulfillment;
pub use get_order::GetOrder;
pub use list_order_history::ListOrderHistory;
pub use list_orders::{ListOrders, ListOrdersError, OrderFilter, Scope};
pub use place_order::{OrderExpiry, PlaceOrder, PlaceOrderCommand, PlaceOrderError, PlacedOrder, Purchase};
pub use record_fulfillment::{GoodsShipped, RecordFulfillment};
pub use record_payment::{PaymentReceived, RecordPayment};
pub use record_refund::{MoneyReturned, RecordRefund};
pub use record_return::{GoodsReturned, RecordReturn};
pub use recorded::Recorded;
pub use tend_orders::TendOrders;
