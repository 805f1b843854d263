//! Orders, as people see them.

use async_trait::async_trait;
use diesel::{OptionalExtension, QueryResult, sql_query, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{ids::OrderId, orders::Order};
use futures::try_join;
use ports::{
    orders::{OrderHistory, OrderQuery, OrderReader},
    pagination::{Page, PageRequest, Position},
    storage::StorageError,
};
use uuid::Uuid;

use super::{
    held::by_order,
    line_row::load_lines,
    order_row::{ORDER_COLUMNS, OrderRow},
    page::load_page,
    step_row::{StepRow, load_step_page},
};
use crate::{pagination::cut, pool::Database, retry::read, statement::prepared};

/// Shows orders.
#[derive(Clone)]
pub struct PgOrderReader {
    database: Database,
}

impl PgOrderReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl OrderReader for PgOrderReader {
    /// One round trip.
    async fn find(&self, id: OrderId) -> Result<Option<Order>, StorageError> {
        let (order, lines) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let ids = [id.uuid()];
            try_join!(load_order(connection, id), load_lines(connection, &ids))
        })
        .await?;
        order.map(|order| order.into_order(lines)).transpose()
    }

    /// One round trip.
    async fn find_history(
        &self,
        id: OrderId,
        page: PageRequest<i32>,
    ) -> Result<Option<OrderHistory>, StorageError> {
        let (order, lines, steps) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let ids = [id.uuid()];
            try_join!(
                load_order(connection, id),
                load_lines(connection, &ids),
                load_step_page(connection, id, page)
            )
        })
        .await?;
        let Some(order) = order else { return Ok(None) };
        let Page { rows, next } = cut(steps, page, |step| step.sequence);
        let rows = rows.into_iter().map(StepRow::into_step).collect::<Result<_, _>>()?;
        Ok(Some(OrderHistory { order: order.into_order(lines)?, steps: Page { rows, next } }))
    }

    async fn list(&self, query: &OrderQuery) -> Result<Page<Order>, StorageError> {
        let (Page { rows: orders, next }, lines) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let orders = cut(load_page(connection, query).await?, query.page, |order| Position {
                at: order.placed_at,
                id: order.id,
            });
            let ids: Vec<Uuid> = orders.rows.iter().map(|order| order.id).collect();
            let lines = match ids.is_empty() {
                true => Vec::new(),
                false => load_lines(connection, &ids).await?,
            };
            Ok((orders, lines))
        })
        .await?;
        let mut of_order = by_order(lines, |line| line.order_id);
        let with_lines = |order: OrderRow| {
            let lines = of_order.remove(&order.id).unwrap_or_default();
            order.into_order(lines)
        };
        Ok(Page { rows: orders.into_iter().map(with_lines).collect::<Result<_, _>>()?, next })
    }
}

pub(super) async fn load_order(
    mut connection: &AsyncPgConnection,
    id: OrderId,
) -> QueryResult<Option<OrderRow>> {
    let statement = sql_query(format!("SELECT {} FROM orders WHERE id = $1", *ORDER_COLUMNS))
        .bind::<SqlUuid, _>(id.uuid());
    prepared(statement).get_result(&mut connection).await.optional()
}
