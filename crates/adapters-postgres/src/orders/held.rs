//! All orders of one person, with their histories, for that person to take along.

use std::collections::BTreeMap;

use diesel::{QueryResult, sql_query, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::ids::UserId;
use futures::try_join;
use ports::{accounts::personal_data::HeldOrder, storage::StorageError};
use uuid::Uuid;

use super::{
    line_row::{LineRow, load_lines},
    order_row::{ORDER_COLUMNS, OrderRow},
    step_row::{StepRow, load_steps},
};
use crate::statement::prepared;

/// The rows of somebody's orders.
pub(crate) struct OrderRows {
    orders: Vec<OrderRow>,
    lines: Vec<LineRow>,
    steps: Vec<StepRow>,
}

/// The rows of all of a person's orders, the oldest order first.
pub(crate) async fn load_orders_of(connection: &AsyncPgConnection, person: UserId) -> QueryResult<OrderRows> {
    let orders = load_orders(connection, person).await?;
    let ids: Vec<Uuid> = orders.iter().map(|order| order.id).collect();
    let (lines, steps) = try_join!(load_lines(connection, &ids), load_steps(connection, &ids))?;
    Ok(OrderRows { orders, lines, steps })
}

async fn load_orders(mut connection: &AsyncPgConnection, person: UserId) -> QueryResult<Vec<OrderRow>> {
    let statement = sql_query(format!(
        "SELECT {} FROM orders WHERE customer_id = $1 ORDER BY orders.placed_at, orders.id",
        *ORDER_COLUMNS
    ))
    .bind::<SqlUuid, _>(person.uuid());
    prepared(statement).load(&mut connection).await
}

impl OrderRows {
    /// The orders, each with what belongs to it.
    pub(crate) fn into_orders(self) -> Result<Vec<HeldOrder>, StorageError> {
        let mut lines = by_order(self.lines, |line| line.order_id);
        let mut steps = by_order(self.steps, |step| step.order_id);
        let held = |row: OrderRow| {
            let of_order = steps.remove(&row.id).unwrap_or_default();
            let history = of_order.into_iter().map(StepRow::into_step).collect::<Result<_, _>>()?;
            let lines = lines.remove(&row.id).unwrap_or_default();
            Ok(HeldOrder { order: row.into_order(lines)?, history })
        };
        self.orders.into_iter().map(held).collect()
    }
}

/// Rows by the order that they belong to.
pub(super) fn by_order<T>(rows: Vec<T>, order: impl Fn(&T) -> Uuid) -> BTreeMap<Uuid, Vec<T>> {
    let mut sorted: BTreeMap<Uuid, Vec<T>> = BTreeMap::new();
    for row in rows {
        sorted.entry(order(&row)).or_default().push(row);
    }
    sorted
}
