//! The lines of some orders, as they were bought: one statement for all of them.

use diesel::{
    QueryResult, QueryableByName,
    pg::Pg,
    sql_query,
    sql_types::{Array, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    catalog::Sku,
    money::{Currency, Money},
    orders::{OrderLine, Quantity},
};
use ports::storage::StorageError;
use uuid::Uuid;

use crate::{corrupt::Place, schema::order_lines, statement::prepared};

#[derive(QueryableByName)]
#[diesel(table_name = order_lines, check_for_backend(Pg))]
pub(super) struct LineRow {
    pub(super) order_id: Uuid,
    id: Uuid,
    variant_id: Uuid,
    product_id: Uuid,
    sku: String,
    title: String,
    unit_price_minor: i64,
    quantity: i32,
    line_total_minor: i64,
}

/// The lines of `orders`, order by order and each order's in their order.
pub(super) async fn load_lines(
    mut connection: &AsyncPgConnection,
    orders: &[Uuid],
) -> QueryResult<Vec<LineRow>> {
    let statement = sql_query(
        "SELECT order_id, id, variant_id, product_id, sku, title, unit_price_minor, quantity, line_total_minor
        FROM order_lines WHERE order_id = ANY ($1) ORDER BY order_id, position",
    )
    .bind::<Array<SqlUuid>, _>(orders);
    prepared(statement).load(&mut connection).await
}

impl LineRow {
    /// The line as it was bought, with its amounts in the order's currency.
    pub(super) fn into_line(self, currency: Currency) -> Result<OrderLine, StorageError> {
        let place = Place { table: "order_lines", id: self.id };
        let money = |column, minor| place.read(column, Money::from_minor(minor, currency));
        Ok(OrderLine {
            id: self.id.into(),
            variant_id: self.variant_id.into(),
            product_id: self.product_id.into(),
            sku: place.read("sku", Sku::parse(&self.sku))?,
            title: self.title,
            quantity: place.read("quantity", Quantity::new(u32::try_from(self.quantity).unwrap_or(0)))?,
            unit_price: money("unit_price_minor", self.unit_price_minor)?,
            line_total: money("line_total_minor", self.line_total_minor)?,
            fulfilled_quantity: 0,
            delivered_quantity: 0,
            cancelled_quantity: 0,
            returned_quantity: 0,
        })
    }
}
