//! Rows of an order's history and records.

use diesel::{Queryable, Selectable, pg::Pg};
use domain::{
    Instant,
    ids::OrderLineId,
    money::{Currency, Money},
};
use ports::{
    accounts::personal_data::{HeldFulfillment, HeldPayment, HeldRefund, HeldReturn, HeldStep},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    schema::{fulfillments, order_history, payments, refunds, returns},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = order_history, check_for_backend(Pg))]
pub(super) struct StepRow {
    pub(super) order_id: Uuid,
    at: Instant,
    axis: String,
    from_value: Option<String>,
    to_value: String,
    command: String,
    actor: String,
    reason: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(Pg))]
pub(super) struct PaymentRow {
    pub(super) order_id: Uuid,
    id: Uuid,
    amount_minor: i64,
    method: String,
    reference: String,
    created_at: Instant,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = refunds, check_for_backend(Pg))]
pub(super) struct RefundRow {
    pub(super) order_id: Uuid,
    id: Uuid,
    amount_minor: i64,
    reason: Option<String>,
    created_at: Instant,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = fulfillments, check_for_backend(Pg))]
pub(super) struct FulfillmentRow {
    pub(super) order_id: Uuid,
    pub(super) id: Uuid,
    carrier: Option<String>,
    tracking_number: Option<String>,
    tracking_url: Option<String>,
    created_at: Instant,
    delivered_at: Option<Instant>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = returns, check_for_backend(Pg))]
pub(super) struct ReturnRow {
    pub(super) order_id: Uuid,
    pub(super) id: Uuid,
    reason: Option<String>,
    created_at: Instant,
}

/// Of which fulfillment or return, which line of the order, and how many.
pub(super) type GoodsRow = (Uuid, Uuid, i32);

impl StepRow {
    pub(super) fn into_step(self) -> Result<HeldStep, StorageError> {
        let place = Place { table: "order_history", id: self.order_id };
        Ok(HeldStep {
            at: self.at,
            axis: self.axis,
            from: self.from_value,
            to: self.to_value,
            command: self.command,
            actor: place.read("actor", self.actor.parse())?,
            reason: self.reason,
        })
    }
}

impl PaymentRow {
    pub(super) fn into_payment(self, currency: Currency) -> Result<HeldPayment, StorageError> {
        let place = Place { table: "payments", id: self.id };
        Ok(HeldPayment {
            id: self.id.into(),
            amount: place.read("amount_minor", Money::from_minor(self.amount_minor, currency))?,
            method: self.method,
            reference: self.reference,
            at: self.created_at,
        })
    }
}

impl RefundRow {
    pub(super) fn into_refund(self, currency: Currency) -> Result<HeldRefund, StorageError> {
        let place = Place { table: "refunds", id: self.id };
        Ok(HeldRefund {
            id: self.id.into(),
            amount: place.read("amount_minor", Money::from_minor(self.amount_minor, currency))?,
            reason: self.reason,
            at: self.created_at,
        })
    }
}

impl FulfillmentRow {
    pub(super) fn into_fulfillment(self, goods: Vec<GoodsRow>) -> Result<HeldFulfillment, StorageError> {
        let place = Place { table: "fulfillment_lines", id: self.id };
        Ok(HeldFulfillment {
            id: self.id.into(),
            carrier: self.carrier,
            tracking_number: self.tracking_number,
            tracking_url: self.tracking_url,
            at: self.created_at,
            delivered_at: self.delivered_at,
            lines: pieces(&place, goods)?,
        })
    }
}

impl ReturnRow {
    pub(super) fn into_return(self, goods: Vec<GoodsRow>) -> Result<HeldReturn, StorageError> {
        let place = Place { table: "return_lines", id: self.id };
        Ok(HeldReturn {
            id: self.id.into(),
            reason: self.reason,
            at: self.created_at,
            lines: pieces(&place, goods)?,
        })
    }
}

fn pieces(place: &Place, goods: Vec<GoodsRow>) -> Result<Vec<(OrderLineId, u32)>, StorageError> {
    goods
        .into_iter()
        .map(|(_, line, quantity)| Ok((line.into(), place.read("quantity", u32::try_from(quantity))?)))
        .collect()
}
