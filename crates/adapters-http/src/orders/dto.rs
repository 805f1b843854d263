//! What clients send and get about orders.

mod address;
mod order;
mod orders_query;
mod place_order;

pub(crate) use self::order::OrderView;
pub(super) use self::{
    address::{AddressBody, AddressView},
    order::{NoRecords, OrderLineView, TotalsView},
    orders_query::OrdersQuery,
    place_order::{LineBody, PlaceOrderBody},
};
