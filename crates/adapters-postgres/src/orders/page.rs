//! One page of orders by keyset: few texts of statements, each an index scan however deep the page is.

use diesel::{
    QueryResult, sql_query,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::orders::{FulfillmentStatus, OrderStatus, PaymentStatus};
use ports::{orders::OrderQuery, pagination::Position};
use uuid::Uuid;

use super::order_row::{ORDER_COLUMNS, OrderRow};
use crate::{
    pagination::{dawn, newest, rows_for},
    statement::prepared,
};

/// How a page is found: through the index of the narrowest thing that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Path {
    Number,
    Customer,
    Email,
    /// Where orders stand, on one axis or more.
    Axes,
    /// By time alone.
    Newest,
}

/// The rows of a page, newest first, and at least one more when there are more.
pub(super) async fn load_page(
    connection: &AsyncPgConnection,
    query: &OrderQuery,
) -> QueryResult<Vec<OrderRow>> {
    match Path::of(query) {
        Path::Newest => load_newest(connection, query).await,
        Path::Axes => load_by_axes(connection, query).await,
        path => load_along(connection, query, path).await,
    }
}

async fn load_newest(mut connection: &AsyncPgConnection, query: &OrderQuery) -> QueryResult<Vec<OrderRow>> {
    let Position { at, id } = start(query);
    let statement = sql_query(newest_first(rows_for(query.page)))
        .bind::<Timestamptz, _>(at)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(query.created_after.unwrap_or_else(dawn));
    prepared(statement).load(&mut connection).await
}

async fn load_along(
    mut connection: &AsyncPgConnection,
    query: &OrderQuery,
    path: Path,
) -> QueryResult<Vec<OrderRow>> {
    let Position { at, id } = start(query);
    let statement = sql_query(along(path, rows_for(query.page)))
        .bind::<Timestamptz, _>(at)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(query.created_after.unwrap_or_else(dawn))
        .bind::<Nullable<BigInt>, _>(query.number)
        .bind::<Nullable<SqlUuid>, _>(query.customer_id.map(|id| id.uuid()))
        .bind::<Nullable<Text>, _>(query.email.as_ref().map(|email| email.as_str()))
        .bind::<Nullable<Text>, _>(query.status.map(OrderStatus::name))
        .bind::<Nullable<Text>, _>(query.payment_status.map(PaymentStatus::name))
        .bind::<Nullable<Text>, _>(query.fulfillment_status.map(FulfillmentStatus::name));
    prepared(statement).load(&mut connection).await
}

async fn load_by_axes(mut connection: &AsyncPgConnection, query: &OrderQuery) -> QueryResult<Vec<OrderRow>> {
    /// The names of the one value that is asked for, or of all.
    fn names<T: Copy>(asked: Option<T>, all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
        asked.map_or_else(|| all.iter().copied().map(name).collect(), |value| vec![name(value)])
    }
    let Position { at, id } = start(query);
    let payments = names(query.payment_status, PaymentStatus::ALL, PaymentStatus::name);
    let fulfillments = names(query.fulfillment_status, FulfillmentStatus::ALL, FulfillmentStatus::name);
    let statement = sql_query(by_axes(rows_for(query.page)))
        .bind::<Timestamptz, _>(at)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(query.created_after.unwrap_or_else(dawn))
        .bind::<Array<Text>, _>(names(query.status, OrderStatus::ALL, OrderStatus::name))
        .bind::<Array<Text>, _>(payments)
        .bind::<Array<Text>, _>(fulfillments);
    prepared(statement).load(&mut connection).await
}

/// The place after which the page begins. One bound and not two, so that the scan starts there in any case.
fn start(query: &OrderQuery) -> Position {
    let after = query.page.after.unwrap_or_else(newest);
    let before = query.created_before.map_or(after, |at| Position { at, id: Uuid::nil() });
    if (before.at, before.id) < (after.at, after.id) { before } else { after }
}

impl Path {
    const fn of(query: &OrderQuery) -> Self {
        match query {
            OrderQuery { number: Some(_), .. } => Self::Number,
            OrderQuery { customer_id: Some(_), .. } => Self::Customer,
            OrderQuery { email: Some(_), .. } => Self::Email,
            OrderQuery { status: None, payment_status: None, fulfillment_status: None, .. } => Self::Newest,
            _ => Self::Axes,
        }
    }
}

/// What the path goes by is compared for itself, which an index serves; everything else is a filter, if it is asked for.
fn along(path: Path, rows: usize) -> String {
    let condition = |by, column, parameter| {
        if path == by {
            format!("{column} = {parameter}")
        } else {
            format!("({parameter} IS NULL OR {column} = {parameter})")
        }
    };
    let number = condition(Path::Number, "number", "$4");
    let customer = condition(Path::Customer, "customer_id", "$5");
    let email = condition(Path::Email, "email", "$6");
    let columns = &*ORDER_COLUMNS;
    format!(
        "SELECT {columns} FROM orders
        WHERE (placed_at, id) < ($1, $2) AND placed_at > $3 AND {number} AND {customer} AND {email}
            AND ($7 IS NULL OR status = $7) AND ($8 IS NULL OR payment_status = $8)
            AND ($9 IS NULL OR fulfillment_status = $9)
        ORDER BY placed_at DESC, id DESC LIMIT {rows}"
    )
}

/// Without a filter that could be there: the planner would take so many for so few rows that sorting them looks cheap.
fn newest_first(rows: usize) -> String {
    let columns = &*ORDER_COLUMNS;
    format!(
        "SELECT {columns} FROM orders WHERE (placed_at, id) < ($1, $2) AND placed_at > $3
        ORDER BY placed_at DESC, id DESC LIMIT {rows}"
    )
}

/// The newest of each combination of values, each by its own stretch of the index; the page is the newest of those.
/// Only then are whole rows read. That is 180 short looks at most, however rare or frequent a combination is.
fn by_axes(rows: usize) -> String {
    let columns = &*ORDER_COLUMNS;
    format!(
        "WITH page AS (
            SELECT newest.id
            FROM unnest($4) AS asked (status), unnest($5) AS of_money (status), unnest($6) AS of_goods (status)
            CROSS JOIN LATERAL (
                SELECT placed_at, id FROM orders
                WHERE status = asked.status AND payment_status = of_money.status
                    AND fulfillment_status = of_goods.status
                    AND (placed_at, id) < ($1, $2) AND placed_at > $3
                ORDER BY placed_at DESC, id DESC LIMIT {rows}
            ) AS newest
            ORDER BY newest.placed_at DESC, newest.id DESC LIMIT {rows}
        )
        SELECT {columns} FROM page JOIN orders ON orders.id = page.id
        ORDER BY orders.placed_at DESC, orders.id DESC"
    )
}
