//! All orders of one person, with their histories and records, for that person to take along.

use std::collections::BTreeMap;

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, SelectableHelper, sql_query, sql_types::Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::ids::UserId;
use futures::try_join;
use ports::{accounts::personal_data::HeldOrder, storage::StorageError};
use uuid::Uuid;

use super::{
    line_row::{LineRow, load_lines},
    order_row::{ORDER_COLUMNS, OrderRow},
    reader::whole,
    record_rows::{FulfillmentRow, GoodsRow, PaymentRow, RefundRow, ReturnRow, StepRow},
};
use crate::{
    schema::{fulfillment_lines, fulfillments, order_history, payments, refunds, return_lines, returns},
    statement::prepared,
};

/// The rows of somebody's orders.
pub(crate) struct OrderRows {
    orders: Vec<OrderRow>,
    lines: Vec<LineRow>,
    steps: Vec<StepRow>,
    payments: Vec<PaymentRow>,
    refunds: Vec<RefundRow>,
    fulfillments: Vec<FulfillmentRow>,
    returns: Vec<ReturnRow>,
    /// The goods of every fulfillment.
    shipped: Vec<GoodsRow>,
    /// The goods of every return.
    returned: Vec<GoodsRow>,
}

/// The rows of all of a person's orders, the oldest order first.
pub(crate) async fn load_orders_of(connection: &AsyncPgConnection, person: UserId) -> QueryResult<OrderRows> {
    let orders = load_orders(connection, person).await?;
    let ids: Vec<Uuid> = orders.iter().map(|order| order.id).collect();
    // As many borrows of the one connection: all statements are on their way at once.
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g] = [connection; 7];
    let (lines, steps, payments, refunds, fulfillments, returns, shipped, returned) = try_join!(
        load_lines(connection, &ids),
        order_history::table
            .filter(order_history::order_id.eq_any(&ids))
            .order((order_history::order_id, order_history::sequence))
            .select(StepRow::as_select())
            .load(&mut a),
        payments::table
            .filter(payments::order_id.eq_any(&ids))
            .order((payments::created_at, payments::id))
            .select(PaymentRow::as_select())
            .load(&mut b),
        refunds::table
            .filter(refunds::order_id.eq_any(&ids))
            .order((refunds::created_at, refunds::id))
            .select(RefundRow::as_select())
            .load(&mut c),
        fulfillments::table
            .filter(fulfillments::order_id.eq_any(&ids))
            .order((fulfillments::created_at, fulfillments::id))
            .select(FulfillmentRow::as_select())
            .load(&mut d),
        returns::table
            .filter(returns::order_id.eq_any(&ids))
            .order((returns::created_at, returns::id))
            .select(ReturnRow::as_select())
            .load(&mut e),
        fulfillment_lines::table
            .filter(fulfillment_lines::order_id.eq_any(&ids))
            .select((
                fulfillment_lines::fulfillment_id,
                fulfillment_lines::line_id,
                fulfillment_lines::quantity
            ))
            .load(&mut f),
        return_lines::table
            .filter(return_lines::order_id.eq_any(&ids))
            .select((return_lines::return_id, return_lines::line_id, return_lines::quantity))
            .load(&mut g),
    )?;
    Ok(OrderRows { orders, lines, steps, payments, refunds, fulfillments, returns, shipped, returned })
}

async fn load_orders(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<OrderRow>> {
    let statement = sql_query(format!(
        "SELECT {ORDER_COLUMNS} FROM orders WHERE customer_id = $1 ORDER BY orders.placed_at, orders.id"
    ))
    .bind::<SqlUuid, _>(person.uuid());
    prepared(statement).load(&mut connection).await
}

impl OrderRows {
    /// The orders, each with what belongs to it.
    pub(crate) fn into_orders(self) -> Result<Vec<HeldOrder>, StorageError> {
        let mut lines = by_owner(self.lines, |line| line.order_id);
        let mut steps = by_owner(self.steps, |step| step.order_id);
        let mut payments = by_owner(self.payments, |payment| payment.order_id);
        let mut refunds = by_owner(self.refunds, |refund| refund.order_id);
        let mut fulfillments = by_owner(self.fulfillments, |fulfillment| fulfillment.order_id);
        let mut returns = by_owner(self.returns, |back| back.order_id);
        let mut shipped = by_owner(self.shipped, |goods| goods.0);
        let mut returned = by_owner(self.returned, |goods| goods.0);
        let held = |row: OrderRow| {
            let (id, currency) = (row.id, row.currency()?);
            Ok(HeldOrder {
                order: whole(row, take(&mut lines, id))?,
                history: all(take(&mut steps, id), StepRow::into_step)?,
                payments: all(take(&mut payments, id), |row| row.into_payment(currency))?,
                refunds: all(take(&mut refunds, id), |row| row.into_refund(currency))?,
                fulfillments: all(take(&mut fulfillments, id), |row| {
                    let goods = take(&mut shipped, row.id);
                    row.into_fulfillment(goods)
                })?,
                returns: all(take(&mut returns, id), |row| {
                    let goods = take(&mut returned, row.id);
                    row.into_return(goods)
                })?,
            })
        };
        all(self.orders, held)
    }
}

fn by_owner<T>(rows: Vec<T>, owner: impl Fn(&T) -> Uuid) -> BTreeMap<Uuid, Vec<T>> {
    let mut owned: BTreeMap<Uuid, Vec<T>> = BTreeMap::new();
    for row in rows {
        owned.entry(owner(&row)).or_default().push(row);
    }
    owned
}

fn take<T>(owned: &mut BTreeMap<Uuid, Vec<T>>, owner: Uuid) -> Vec<T> {
    owned.remove(&owner).unwrap_or_default()
}

fn all<T, U>(rows: Vec<T>, read: impl FnMut(T) -> Result<U, StorageError>) -> Result<Vec<U>, StorageError> {
    rows.into_iter().map(read).collect()
}
