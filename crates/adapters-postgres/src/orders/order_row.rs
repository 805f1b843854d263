//! An order's row.

use std::{net::IpAddr, sync::LazyLock};

use diesel::{
    QueryableByName,
    pg::Pg,
    sql_types::{Jsonb, Nullable, Text},
};
use domain::{
    Instant,
    accounts::Email,
    money::{Currency, Money},
    orders::{Address, FulfillmentStatus, GuestAccess, Order, OrderLine, OrderStatus, PaymentStatus, Totals},
    text::Note,
};
use ports::storage::StorageError;
use serde_json::Value;
use uuid::Uuid;

use super::{
    address::read_address,
    line_row::LineRow,
    recorded::{RECORDS, Recorded},
};
use crate::{corrupt::Place, schema::orders};

/// Every column that an order is made of.
#[derive(QueryableByName)]
#[diesel(table_name = orders, check_for_backend(Pg))]
pub(super) struct OrderRow {
    pub(super) id: Uuid,
    number: i64,
    customer_id: Option<Uuid>,
    token_digest: Option<Vec<u8>>,
    token_expires_at: Option<Instant>,
    currency: String,
    status: String,
    payment_status: String,
    fulfillment_status: String,
    subtotal_minor: i64,
    discount_minor: i64,
    shipping_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    cancelled_minor: i64,
    paid_minor: i64,
    refunded_minor: i64,
    email: Option<String>,
    shipping_address: Option<Value>,
    billing_address: Option<Value>,
    note: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    pub(super) placed_at: Instant,
    expires_at: Option<Instant>,
    version: i32,
    #[diesel(sql_type = Nullable<Jsonb>)]
    recorded: Option<Value>,
}

/// The columns of [`OrderRow`], for a statement's list.
pub(super) static ORDER_COLUMNS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "orders.id, orders.number, orders.customer_id, orders.token_digest, orders.token_expires_at, orders.currency,
        orders.status, orders.payment_status, orders.fulfillment_status, orders.subtotal_minor, orders.discount_minor,
        orders.shipping_minor, orders.tax_minor, orders.total_minor, orders.cancelled_minor, orders.paid_minor,
        orders.refunded_minor, orders.email, orders.shipping_address, orders.billing_address, orders.note,
        host(orders.placed_ip) AS ip, orders.placed_at, orders.expires_at, orders.version, {RECORDS}"
    )
});

impl OrderRow {
    /// The order with its lines. What became of them is told by the row, which is of one moment; they may have been read
    /// later.
    pub(super) fn into_order(mut self, lines: Vec<LineRow>) -> Result<Order, StorageError> {
        let currency = self.currency()?;
        let place = self.place();
        let unknown = "no such status";
        let recorded = Recorded::read(self.recorded.take(), self.id, currency)?;
        let line = |row: LineRow| Ok(with_progress(row.into_line(currency)?, &recorded));
        Ok(Order {
            currency,
            totals: self.totals()?,
            lines: lines.into_iter().map(line).collect::<Result<_, _>>()?,
            records: recorded.records,
            id: self.id.into(),
            number: self.number,
            customer_id: self.customer_id.map(Into::into),
            guest: self.guest()?,
            email: place.read("email", self.email.as_deref().map(Email::parse).transpose())?,
            placed_ip: place.read("placed_ip", self.ip.as_deref().map(str::parse::<IpAddr>).transpose())?,
            status: place.read("status", OrderStatus::parse(&self.status).ok_or(unknown))?,
            payment_status: place
                .read("payment_status", PaymentStatus::parse(&self.payment_status).ok_or(unknown))?,
            fulfillment_status: place.read(
                "fulfillment_status",
                FulfillmentStatus::parse(&self.fulfillment_status).ok_or(unknown),
            )?,
            shipping_address: address(&place, "shipping_address", self.shipping_address)?,
            billing_address: address(&place, "billing_address", self.billing_address)?,
            note: place.read("note", self.note.as_deref().map(Note::parse).transpose())?,
            placed_at: self.placed_at,
            expires_at: self.expires_at,
            version: self.version,
        })
    }

    fn currency(&self) -> Result<Currency, StorageError> {
        self.place().read("currency", Currency::parse(&self.currency))
    }

    /// What opens it for a guest; of a customer's order, nothing does.
    fn guest(&self) -> Result<Option<GuestAccess>, StorageError> {
        let Some((digest, expires_at)) = self.token_digest.as_deref().zip(self.token_expires_at) else {
            return Ok(None);
        };
        Ok(Some(GuestAccess { digest: self.place().read("token_digest", digest.try_into())?, expires_at }))
    }

    fn totals(&self) -> Result<Totals, StorageError> {
        let (place, currency) = (self.place(), self.currency()?);
        let money = |column, minor| place.read(column, Money::from_minor(minor, currency));
        Ok(Totals {
            subtotal: money("subtotal_minor", self.subtotal_minor)?,
            discount: money("discount_minor", self.discount_minor)?,
            shipping: money("shipping_minor", self.shipping_minor)?,
            tax: money("tax_minor", self.tax_minor)?,
            total: money("total_minor", self.total_minor)?,
            cancelled: money("cancelled_minor", self.cancelled_minor)?,
            paid: money("paid_minor", self.paid_minor)?,
            refunded: money("refunded_minor", self.refunded_minor)?,
        })
    }

    const fn place(&self) -> Place {
        Place { table: "orders", id: self.id }
    }
}

/// The line with what became of its pieces.
fn with_progress(line: OrderLine, Recorded { records, cancelled }: &Recorded) -> OrderLine {
    OrderLine {
        fulfilled_quantity: records.fulfilled(line.id),
        delivered_quantity: records.delivered(line.id),
        returned_quantity: records.returned(line.id),
        cancelled_quantity: cancelled.get(&line.id).copied().unwrap_or(0),
        ..line
    }
}

fn address(
    place: &Place,
    column: &'static str,
    stored: Option<Value>,
) -> Result<Option<Address>, StorageError> {
    place.read(column, stored.map(read_address).transpose())
}
