//! What was recorded of an order's money and goods: one column of the order's row, so that it is of the same moment as
//! the row. An order that nothing has happened to has none, and none is looked for.

use std::collections::BTreeMap;

use domain::{
    Instant,
    ids::OrderLineId,
    money::{Currency, Money},
    orders::{
        Fulfillment, LineQuantity, Payment, PaymentMethod, PaymentReference, Quantity, Records, Refund,
        Return, Tracking, TrackingUrl,
    },
    text::{Name, Note},
};
use ports::storage::StorageError;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::corrupt::Place;

/// The column, for the list of a statement that reads `orders`.
pub(super) const RECORDS: &str = "
    CASE WHEN orders.version > 1 THEN jsonb_build_object(
        'payments', (
            SELECT jsonb_agg(to_jsonb(payments) ORDER BY created_at, id) FROM payments WHERE order_id = orders.id
        ),
        'refunds', (
            SELECT jsonb_agg(to_jsonb(refunds) ORDER BY created_at, id) FROM refunds WHERE order_id = orders.id
        ),
        'fulfillments', (
            SELECT jsonb_agg(to_jsonb(sent) || jsonb_build_object('lines', (
                SELECT jsonb_agg(to_jsonb(part) ORDER BY position)
                FROM fulfillment_lines AS part
                JOIN order_lines AS line ON (line.order_id, line.id) = (part.order_id, part.line_id)
                WHERE (part.order_id, part.fulfillment_id) = (sent.order_id, sent.id)
            )) ORDER BY created_at, id)
            FROM fulfillments AS sent WHERE order_id = orders.id
        ),
        'returns', (
            SELECT jsonb_agg(to_jsonb(back) || jsonb_build_object('lines', (
                SELECT jsonb_agg(to_jsonb(part) ORDER BY position)
                FROM return_lines AS part
                JOIN order_lines AS line ON (line.order_id, line.id) = (part.order_id, part.line_id)
                WHERE (part.order_id, part.return_id) = (back.order_id, back.id)
            )) ORDER BY created_at, id)
            FROM returns AS back WHERE order_id = orders.id
        ),
        'cancelled', (
            SELECT jsonb_agg(jsonb_build_object('line_id', id, 'quantity', cancelled_quantity))
            FROM order_lines WHERE order_id = orders.id AND cancelled_quantity > 0
        )
    ) END AS recorded";

/// The records, and how many pieces of each line were called off, where any were.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) records: Records,
    pub(super) cancelled: BTreeMap<OrderLineId, u32>,
}

#[derive(Deserialize)]
struct Column {
    payments: Option<Vec<PaymentRow>>,
    refunds: Option<Vec<RefundRow>>,
    fulfillments: Option<Vec<FulfillmentRow>>,
    returns: Option<Vec<ReturnRow>>,
    cancelled: Option<Vec<PartRow>>,
}

#[derive(Deserialize)]
struct PaymentRow {
    id: Uuid,
    amount_minor: i64,
    method: String,
    reference: String,
    actor: String,
    created_at: Instant,
}

#[derive(Deserialize)]
struct RefundRow {
    id: Uuid,
    amount_minor: i64,
    reason: Option<String>,
    actor: String,
    created_at: Instant,
}

#[derive(Deserialize)]
struct FulfillmentRow {
    id: Uuid,
    carrier: Option<String>,
    tracking_number: Option<String>,
    tracking_url: Option<String>,
    actor: String,
    created_at: Instant,
    delivered_at: Option<Instant>,
    lines: Vec<PartRow>,
}

#[derive(Deserialize)]
struct ReturnRow {
    id: Uuid,
    restock: bool,
    reason: Option<String>,
    actor: String,
    created_at: Instant,
    lines: Vec<PartRow>,
}

/// Pieces of a line.
#[derive(Deserialize)]
struct PartRow {
    line_id: Uuid,
    quantity: u32,
}

impl Recorded {
    /// Reads the column of the order `id`, whose amounts are in `currency`. The failure says nothing of what stands there:
    /// some of it is personal, and failures are logged.
    pub(super) fn read(column: Option<Value>, id: Uuid, currency: Currency) -> Result<Self, StorageError> {
        let Some(column) = column else { return Ok(Self::default()) };
        let place = Place { table: "orders", id };
        let column: Column = place
            .read("recorded", serde_json::from_value(column).map_err(|_| "not the records of an order"))?;
        let cancelled = column.cancelled.unwrap_or_default();
        Ok(Self {
            records: Records {
                payments: all(column.payments, |row| row.into_payment(currency))?,
                fulfillments: all(column.fulfillments, FulfillmentRow::into_fulfillment)?,
                returns: all(column.returns, ReturnRow::into_return)?,
                refunds: all(column.refunds, |row| row.into_refund(currency))?,
            },
            cancelled: cancelled.into_iter().map(|part| (part.line_id.into(), part.quantity)).collect(),
        })
    }
}

fn all<T, U>(
    rows: Option<Vec<T>>,
    read: impl FnMut(T) -> Result<U, StorageError>,
) -> Result<Vec<U>, StorageError> {
    rows.unwrap_or_default().into_iter().map(read).collect()
}

impl PaymentRow {
    fn into_payment(self, currency: Currency) -> Result<Payment, StorageError> {
        let place = Place { table: "payments", id: self.id };
        Ok(Payment {
            id: self.id.into(),
            amount: place.read("amount_minor", Money::from_minor(self.amount_minor, currency))?,
            method: place.read("method", PaymentMethod::parse(&self.method))?,
            reference: place.read("reference", PaymentReference::parse(&self.reference))?,
            actor: place.read("actor", self.actor.parse())?,
            created_at: self.created_at,
        })
    }
}

impl RefundRow {
    fn into_refund(self, currency: Currency) -> Result<Refund, StorageError> {
        let place = Place { table: "refunds", id: self.id };
        Ok(Refund {
            id: self.id.into(),
            amount: place.read("amount_minor", Money::from_minor(self.amount_minor, currency))?,
            reason: note(&place, self.reason.as_deref())?,
            actor: place.read("actor", self.actor.parse())?,
            created_at: self.created_at,
        })
    }
}

impl FulfillmentRow {
    fn into_fulfillment(self) -> Result<Fulfillment, StorageError> {
        let place = Place { table: "fulfillments", id: self.id };
        let name =
            |column, text: Option<String>| place.read(column, text.as_deref().map(Name::parse).transpose());
        let url = self.tracking_url.as_deref().map(TrackingUrl::parse).transpose();
        Ok(Fulfillment {
            id: self.id.into(),
            lines: parts(&place, self.lines)?,
            tracking: Tracking {
                carrier: name("carrier", self.carrier)?,
                number: name("tracking_number", self.tracking_number)?,
                url: place.read("tracking_url", url)?,
            },
            actor: place.read("actor", self.actor.parse())?,
            created_at: self.created_at,
            delivered_at: self.delivered_at,
        })
    }
}

impl ReturnRow {
    fn into_return(self) -> Result<Return, StorageError> {
        let place = Place { table: "returns", id: self.id };
        Ok(Return {
            id: self.id.into(),
            lines: parts(&place, self.lines)?,
            restock: self.restock,
            reason: note(&place, self.reason.as_deref())?,
            actor: place.read("actor", self.actor.parse())?,
            created_at: self.created_at,
        })
    }
}

fn note(place: &Place, text: Option<&str>) -> Result<Option<Note>, StorageError> {
    place.read("reason", text.map(Note::parse).transpose())
}

fn parts(place: &Place, rows: Vec<PartRow>) -> Result<Vec<LineQuantity>, StorageError> {
    let part = |row: PartRow| {
        let quantity = place.read("quantity", Quantity::new(row.quantity))?;
        Ok(LineQuantity { line_id: row.line_id.into(), quantity })
    };
    rows.into_iter().map(part).collect()
}
