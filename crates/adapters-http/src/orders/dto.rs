//! What clients send and get about orders.

mod address;
mod command;
mod history;
mod order;
mod orders_query;
mod place_order;
mod record;

pub(super) use self::{
    address::{AddressBody, AddressView},
    command::{
        FulfillmentBody, FulfillmentPath, PaymentBody, PaymentPath, ReasonBody, RefundBody, RefundPath,
        ReturnBody, ReturnPath,
    },
    history::HistoryQuery,
    order::{OrderLineView, TotalsView},
    orders_query::OrdersQuery,
    place_order::PlaceOrderBody,
    record::{FulfillmentView, PaymentView, PiecesView, RefundView, ReturnView},
};
pub(crate) use self::{history::StepView, order::OrderView, place_order::LineBody};
