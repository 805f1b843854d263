//! Orders, as people see them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::{OptionalExtension, QueryResult, sql_query, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{ids::OrderId, orders::Order};
use futures::try_join;
use ports::{
    orders::{OrderQuery, OrderReader},
    pagination::{Page, Position},
    storage::StorageError,
};
use uuid::Uuid;

use super::{
    line_row::{LineRow, load_lines},
    order_row::{ORDER_COLUMNS, OrderRow},
    page::load_page,
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
    /// One round trip. The order is read before its lines: what happens to it in between shows in the lines, and then
    /// they are newer than the version that it is shown with.
    async fn find(&self, id: OrderId) -> Result<Option<Order>, StorageError> {
        let (order, lines) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let ids = [id.uuid()];
            try_join!(load_order(connection, id), load_lines(connection, &ids))
        })
        .await?;
        order.map(|order| whole(order, lines)).transpose()
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
        let mut of_order: BTreeMap<Uuid, Vec<LineRow>> = BTreeMap::new();
        for line in lines {
            of_order.entry(line.order_id).or_default().push(line);
        }
        let with_lines = |order: OrderRow| {
            let lines = of_order.remove(&order.id).unwrap_or_default();
            whole(order, lines)
        };
        Ok(Page { rows: orders.into_iter().map(with_lines).collect::<Result<_, _>>()?, next })
    }
}

async fn load_order(mut connection: &AsyncPgConnection, id: OrderId) -> QueryResult<Option<OrderRow>> {
    let statement =
        sql_query(format!("SELECT {ORDER_COLUMNS} FROM orders WHERE id = $1")).bind::<SqlUuid, _>(id.uuid());
    prepared(statement).get_result(&mut connection).await.optional()
}

/// An order of its rows.
pub(super) fn whole(order: OrderRow, lines: Vec<LineRow>) -> Result<Order, StorageError> {
    let currency = order.currency()?;
    let lines = lines.into_iter().map(|line| line.into_line(currency)).collect::<Result<_, _>>()?;
    order.into_order(lines)
}
