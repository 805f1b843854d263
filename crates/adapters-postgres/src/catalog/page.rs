//! One page of products by keyset: a fixed set of statements, each an index scan however deep the page is.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, catalog::ProductStatus};
use ports::{
    catalog::{ProductQuery, Visibility},
    pagination::Position,
};
use uuid::Uuid;

use crate::{
    pagination::{newest, rows_for},
    statement::prepared,
};

/// Which statuses a page shows: a text of the statement, for partial indexes serve no parameters. `None` when there is
/// nothing that the asker may see.
pub(super) const fn status_condition(query: &ProductQuery) -> Option<&'static str> {
    match (query.visibility, query.status) {
        (Visibility::Public, None | Some(ProductStatus::Active))
        | (Visibility::Staff, Some(ProductStatus::Active)) => Some("status = 'active'"),
        (Visibility::Public, Some(ProductStatus::Draft | ProductStatus::Archived)) => None,
        (Visibility::Staff, Some(ProductStatus::Draft)) => Some("status = 'draft'"),
        (Visibility::Staff, Some(ProductStatus::Archived)) => Some("status = 'archived'"),
        (Visibility::Staff, None) => Some("true"),
    }
}

/// Where a product stands in the list.
#[derive(QueryableByName)]
pub(super) struct PlaceRow {
    #[diesel(sql_type = Timestamptz)]
    created_at: Instant,
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
}

impl PlaceRow {
    pub(super) const fn position(&self) -> Position {
        Position { at: self.created_at, id: self.id }
    }
}

/// The places of a page, newest first, and at least one more when there are more.
pub(super) async fn load_page(
    mut connection: &AsyncPgConnection,
    query: &ProductQuery,
    status: &'static str,
) -> QueryResult<Vec<PlaceRow>> {
    let Position { at, id } = query.page.after.unwrap_or_else(newest);
    let rows = rows_for(query.page);
    match query.category_id {
        None => {
            let statement =
                sql_query(everywhere(status, rows)).bind::<Timestamptz, _>(at).bind::<SqlUuid, _>(id);
            prepared(statement).load(&mut connection).await
        }
        Some(category) => {
            let statement = sql_query(in_subtree(status, rows))
                .bind::<Timestamptz, _>(at)
                .bind::<SqlUuid, _>(id)
                .bind::<SqlUuid, _>(category.uuid());
            prepared(statement).load(&mut connection).await
        }
    }
}

fn everywhere(status: &str, rows: usize) -> String {
    format!(
        "SELECT created_at, id FROM products
        WHERE {status} AND deleted_at IS NULL AND (created_at, id) < ($1, $2)
        ORDER BY created_at DESC, id DESC LIMIT {rows}"
    )
}

/// The newest of each category of the subtree, each by its own stretch of the index; the page is the newest of those.
fn in_subtree(status: &str, rows: usize) -> String {
    format!(
        "WITH RECURSIVE subtree (id) AS (
            SELECT $3
            UNION
            SELECT category.id FROM categories AS category JOIN subtree ON category.parent_id = subtree.id
        )
        SELECT newest.created_at, newest.id FROM subtree CROSS JOIN LATERAL (
            SELECT created_at, id FROM products
            WHERE category_id = subtree.id AND {status} AND deleted_at IS NULL AND (created_at, id) < ($1, $2)
            ORDER BY created_at DESC, id DESC LIMIT {rows}
        ) AS newest
        ORDER BY newest.created_at DESC, newest.id DESC LIMIT {rows}"
    )
}
