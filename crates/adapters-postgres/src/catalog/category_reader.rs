//! The category tree, as people see it.

use async_trait::async_trait;
use diesel::{OptionalExtension, sql_query, sql_types::Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use domain::ids::CategoryId;
use ports::{
    catalog::{CategoryReader, CategoryView},
    storage::StorageError,
};

use super::category_row::{CATEGORY_COLUMNS, CategoryViewRow};
use crate::{pool::Database, retry::read, statement::prepared};

/// Shows categories.
#[derive(Clone)]
pub struct PgCategoryReader {
    database: Database,
}

impl PgCategoryReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl CategoryReader for PgCategoryReader {
    async fn list(&self) -> Result<Vec<CategoryView>, StorageError> {
        let rows: Vec<CategoryViewRow> = read(&self.database, |mut connection| async move {
            prepared(sql_query(list())).load(&mut connection).await
        })
        .await?;
        rows.into_iter().map(CategoryView::try_from).collect()
    }

    async fn find(&self, id: CategoryId) -> Result<Option<CategoryView>, StorageError> {
        let row: Option<CategoryViewRow> = read(&self.database, |mut connection| async move {
            let statement = sql_query(find()).bind::<SqlUuid, _>(id.uuid());
            prepared(statement).get_result(&mut connection).await.optional()
        })
        .await?;
        row.map(CategoryView::try_from).transpose()
    }
}

/// The products were counted when they came and went.
fn list() -> String {
    format!(
        "SELECT {CATEGORY_COLUMNS}, coalesce(product_count, 0) AS product_count
        FROM categories AS category
        LEFT JOIN (
            SELECT category_id, sum(products)::bigint AS product_count FROM category_counts GROUP BY category_id
        ) AS counts ON category_id = id
        ORDER BY position, name, id"
    )
}

fn find() -> String {
    format!(
        "SELECT {CATEGORY_COLUMNS},
            (SELECT coalesce(sum(products), 0)::bigint FROM category_counts
            WHERE category_id = category.id) AS product_count
        FROM categories AS category WHERE id = $1"
    )
}
