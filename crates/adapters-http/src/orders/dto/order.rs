//! Orders, as their owners and staff see them.

use domain::orders::{FulfillmentStatus, Order, OrderLine, OrderStatus, PaymentStatus, Totals};
use schemars::JsonSchema;
use serde::Serialize;
use use_cases::orders::PlacedOrder;
use uuid::Uuid;

use super::{AddressView, FulfillmentView, PaymentView, RefundView, ReturnView};
use crate::{instant::Timestamp, money::MoneyDto, named::Named};

/// What somebody bought, at which price, and what became of it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Order")]
pub(crate) struct OrderView {
    /// Identity
    pub(crate) id: Uuid,
    /// What people call it by; unique
    pub(crate) number: String,
    /// Who bought it
    pub(crate) customer_id: Option<Uuid>,
    /// Where its mail goes; `null` once the person has been erased
    pub(crate) email: Option<String>,
    /// The currency of all its amounts
    pub(crate) currency: &'static str,
    pub(crate) status: Named<OrderStatus>,
    pub(crate) payment_status: Named<PaymentStatus>,
    pub(crate) fulfillment_status: Named<FulfillmentStatus>,
    /// What was bought, as it was then
    pub(crate) lines: Vec<OrderLineView>,
    pub(crate) totals: TotalsView,
    /// Where the goods go
    pub(crate) shipping_address: Option<AddressView>,
    /// Who gets the bill
    pub(crate) billing_address: Option<AddressView>,
    /// What was paid
    pub(crate) payments: Vec<PaymentView>,
    /// What was shipped
    pub(crate) fulfillments: Vec<FulfillmentView>,
    /// What came back
    pub(crate) returns: Vec<ReturnView>,
    /// What was given back
    pub(crate) refunds: Vec<RefundView>,
    /// What the buyer wanted to say
    pub(crate) note: Option<String>,
    /// When it was placed
    pub(crate) placed_at: Timestamp,
    /// Until when it waits for money; `null` once it does not
    pub(crate) expires_at: Option<Timestamp>,
    /// Counts its steps and records
    pub(crate) version: i32,
    /// What opens a guest's order for 90 days, in the header `Order-Token`: only in the answer to placing it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order_token: Option<String>,
}

/// One variant of an order, with its name and price as they were when it was placed.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "OrderLine")]
pub(crate) struct OrderLineView {
    /// Identity
    pub(crate) id: Uuid,
    /// What was bought
    pub(crate) variant_id: Uuid,
    /// Of which product
    pub(crate) product_id: Uuid,
    /// Its SKU then
    pub(crate) sku: String,
    /// Its name then
    pub(crate) title: String,
    /// How many
    #[schemars(range(min = 1, max = 999))]
    pub(crate) quantity: u32,
    /// What one cost then
    pub(crate) unit_price: MoneyDto,
    /// `unit_price` times `quantity`
    pub(crate) line_total: MoneyDto,
    /// How many were shipped
    pub(crate) fulfilled_quantity: u32,
    /// How many were called off
    pub(crate) cancelled_quantity: u32,
    /// How many came back
    pub(crate) returned_quantity: u32,
}

/// The amounts of an order: `total` is `subtotal` − `discount` + `shipping` + `tax`.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Totals")]
pub(crate) struct TotalsView {
    /// The sum of the lines
    pub(crate) subtotal: MoneyDto,
    /// What is taken off
    pub(crate) discount: MoneyDto,
    /// What bringing it costs
    pub(crate) shipping: MoneyDto,
    /// What is added for the state
    pub(crate) tax: MoneyDto,
    /// What the order costs
    pub(crate) total: MoneyDto,
    /// The value of what was called off
    pub(crate) cancelled: MoneyDto,
    /// What came in
    pub(crate) paid: MoneyDto,
    /// What was given back
    pub(crate) refunded: MoneyDto,
    /// What is still to be paid
    pub(crate) due: MoneyDto,
    /// What is still to be given back
    pub(crate) refund_due: MoneyDto,
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        Self {
            id: order.id.uuid(),
            number: order.number.to_string(),
            customer_id: order.customer_id.map(|id| id.uuid()),
            email: order.email.map(|email| email.to_string()),
            currency: order.currency.code(),
            status: Named(order.status),
            payment_status: Named(order.payment_status),
            fulfillment_status: Named(order.fulfillment_status),
            lines: order.lines.into_iter().map(OrderLineView::from).collect(),
            totals: order.totals.into(),
            shipping_address: order.shipping_address.map(AddressView::from),
            billing_address: order.billing_address.map(AddressView::from),
            payments: shown(order.records.payments),
            fulfillments: shown(order.records.fulfillments),
            returns: shown(order.records.returns),
            refunds: shown(order.records.refunds),
            note: order.note.map(String::from),
            placed_at: order.placed_at.into(),
            expires_at: order.expires_at.map(Timestamp::from),
            version: order.version,
            order_token: None,
        }
    }
}

impl From<PlacedOrder> for OrderView {
    fn from(PlacedOrder { order, token }: PlacedOrder) -> Self {
        Self { order_token: token, ..order.into() }
    }
}

fn shown<R, V: From<R>>(records: Vec<R>) -> Vec<V> {
    records.into_iter().map(V::from).collect()
}

impl From<OrderLine> for OrderLineView {
    fn from(line: OrderLine) -> Self {
        Self {
            id: line.id.uuid(),
            variant_id: line.variant_id.uuid(),
            product_id: line.product_id.uuid(),
            sku: line.sku.to_string(),
            title: line.title,
            quantity: line.quantity.get(),
            unit_price: line.unit_price.into(),
            line_total: line.line_total.into(),
            fulfilled_quantity: line.fulfilled_quantity,
            cancelled_quantity: line.cancelled_quantity,
            returned_quantity: line.returned_quantity,
        }
    }
}

impl From<Totals> for TotalsView {
    fn from(totals: Totals) -> Self {
        Self {
            subtotal: totals.subtotal.into(),
            discount: totals.discount.into(),
            shipping: totals.shipping.into(),
            tax: totals.tax.into(),
            total: totals.total.into(),
            cancelled: totals.cancelled.into(),
            paid: totals.paid.into(),
            refunded: totals.refunded.into(),
            due: totals.due().into(),
            refund_due: totals.refund_due().into(),
        }
    }
}
