//! What was sold.

use std::sync::Arc;

use domain::{money::Currency, orders::OpenOrderLimits};
use ports::{
    carts::CartStore,
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
    orders::{OrderReader, OrderStore},
    security::SecretTokens,
};
use use_cases::orders::{
    CancelOrder, ConfirmOrder, DeliverFulfillment, GetOrder, ListOrderHistory, ListOrders, OrderCommands,
    OrderExpiry, PlaceOrder, RecordFulfillment, RecordPayment, RecordRefund, RecordReturn,
};

/// Orders.
#[derive(Clone)]
pub struct Orders {
    /// POST /orders
    pub place_order: PlaceOrder,
    /// GET /orders/{id}, and its records
    pub get_order: GetOrder,
    /// GET /orders/{id}/history
    pub list_history: ListOrderHistory,
    /// GET /orders
    pub list_orders: ListOrders,
    /// POST /orders/{id}/cancel
    pub cancel_order: CancelOrder,
    /// POST /orders/{id}/confirm
    pub confirm_order: ConfirmOrder,
    /// POST /orders/{id}/payments
    pub record_payment: RecordPayment,
    /// POST /orders/{id}/fulfillments
    pub record_fulfillment: RecordFulfillment,
    /// POST /orders/{id}/fulfillments/{record_id}/deliver
    pub deliver_fulfillment: DeliverFulfillment,
    /// POST /orders/{id}/returns
    pub record_return: RecordReturn,
    /// POST /orders/{id}/refunds
    pub record_refund: RecordRefund,
}

/// What orders ask of the outside, and how the shop handles them.
pub struct OrderPorts {
    /// Keeps orders.
    pub order_store: Arc<dyn OrderStore>,
    /// Keeps carts.
    pub carts: Arc<dyn CartStore>,
    /// Makes the tokens of guests' orders.
    pub secrets: Arc<dyn SecretTokens>,
    /// Shows orders.
    pub orders: Arc<dyn OrderReader>,
    /// Finds the answers that were given before.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
    /// How long an order waits for money.
    pub expiry: OrderExpiry,
    /// How many unpaid orders may wait; `None` for any number.
    pub limits: Option<OpenOrderLimits>,
}

impl Orders {
    /// Every use case, on these.
    #[must_use]
    pub fn on(ports: OrderPorts) -> Self {
        let OrderPorts { order_store, carts, secrets, orders, records, ids, clock, .. } = ports;
        let OrderPorts { store_currency, expiry, limits, .. } = ports;
        let commands = OrderCommands {
            orders: order_store.clone(),
            records: records.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        };
        Self {
            place_order: PlaceOrder {
                orders: order_store,
                carts,
                records,
                secrets,
                ids,
                store_currency,
                expiry,
                limits,
            },
            get_order: GetOrder { orders: orders.clone(), clock: clock.clone() },
            list_history: ListOrderHistory { orders: orders.clone(), clock },
            list_orders: ListOrders { orders },
            cancel_order: CancelOrder(commands.clone()),
            confirm_order: ConfirmOrder(commands.clone()),
            record_payment: RecordPayment(commands.clone()),
            record_fulfillment: RecordFulfillment(commands.clone()),
            deliver_fulfillment: DeliverFulfillment(commands.clone()),
            record_return: RecordReturn(commands.clone()),
            record_refund: RecordRefund(commands),
        }
    }
}
