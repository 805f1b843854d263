//! Stock, as staff sees it.

use async_trait::async_trait;
use diesel::{
    OptionalExtension, sql_query,
    sql_types::{Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{catalog::Sku, ids::VariantId};
use ports::{
    inventory::{StockPlace, StockQuery, StockReader, StockView},
    pagination::Page,
    storage::StorageError,
};
use uuid::Uuid;

use super::level_row::{LEVEL_COLUMNS, LevelRow};
use crate::{
    pagination::{cut, rows_for},
    pool::Database,
    retry::read,
    statement::prepared,
};

/// Shows stock.
#[derive(Clone)]
pub struct PgStockReader {
    database: Database,
}

impl PgStockReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// By SKU, from the index of those that are not deleted.
    async fn all(
        &self,
        after: Option<&StockPlace>,
        sku: Option<&Sku>,
        rows: usize,
    ) -> Result<Vec<LevelRow>, StorageError> {
        let after = match after {
            Some(StockPlace::BySku(sku)) => sku.as_str(),
            _ => "",
        };
        let condition = narrowed(sku);
        let sql = &format!(
            "SELECT {LEVEL_COLUMNS}
            FROM variants AS variant JOIN stock_levels AS level ON level.variant_id = variant.id
            WHERE variant.deleted_at IS NULL AND variant.sku > $1 AND {condition}
            ORDER BY variant.sku LIMIT {rows}"
        );
        read(&self.database, |mut connection| async move {
            let statement =
                sql_query(sql).bind::<Text, _>(after).bind::<Nullable<Text>, _>(sku.map(Sku::as_str));
            prepared(statement).load(&mut connection).await
        })
        .await
    }

    /// The emptiest first, from what is kept of those that run low.
    async fn low(
        &self,
        below: i32,
        after: Option<&StockPlace>,
        sku: Option<&Sku>,
        rows: usize,
    ) -> Result<Vec<LevelRow>, StorageError> {
        let (available, id) = match after {
            Some(StockPlace::ByAvailable { available, id }) => (*available, *id),
            _ => (i32::MIN, Uuid::nil()),
        };
        let condition = narrowed(sku);
        let sql = &format!(
            "SELECT {LEVEL_COLUMNS}
            FROM low_stock AS low
            JOIN stock_levels AS level ON level.variant_id = low.variant_id
            JOIN variants AS variant ON variant.id = low.variant_id
            WHERE low.available < $3 AND (low.available, low.variant_id) > ($4, $1) AND {condition}
            ORDER BY low.available, low.variant_id LIMIT {rows}"
        );
        read(&self.database, |mut connection| async move {
            let statement = sql_query(sql)
                .bind::<SqlUuid, _>(id)
                .bind::<Nullable<Text>, _>(sku.map(Sku::as_str))
                .bind::<Integer, _>(below)
                .bind::<Integer, _>(available);
            prepared(statement).load(&mut connection).await
        })
        .await
    }
}

/// What is asked for is compared for itself, which an index serves.
const fn narrowed(sku: Option<&Sku>) -> &'static str {
    match sku {
        Some(_) => "variant.sku = $2 AND variant.deleted_at IS NULL",
        None => "$2 IS NULL",
    }
}

#[async_trait]
impl StockReader for PgStockReader {
    async fn find(&self, id: VariantId) -> Result<Option<StockView>, StorageError> {
        let row: Option<LevelRow> = read(&self.database, |mut connection| async move {
            let statement = sql_query(format!(
                "SELECT {LEVEL_COLUMNS}
                FROM stock_levels AS level JOIN variants AS variant ON variant.id = level.variant_id
                WHERE level.variant_id = $1 AND variant.deleted_at IS NULL"
            ))
            .bind::<SqlUuid, _>(id.uuid());
            prepared(statement).get_result(&mut connection).await.optional()
        })
        .await?;
        row.map(StockView::try_from).transpose()
    }

    async fn list(&self, query: &StockQuery) -> Result<Page<StockView, StockPlace>, StorageError> {
        let StockQuery { below, sku, page } = query;
        let (sku, after, rows) = (sku.as_ref(), page.after.as_ref(), rows_for(page.clone()));
        let rows = match below {
            Some(below) => self.low(*below, after, sku, rows).await?,
            None => self.all(after, sku, rows).await?,
        };
        let views = rows.into_iter().map(StockView::try_from).collect::<Result<Vec<_>, _>>()?;
        Ok(cut(views, page.clone(), |view| match below {
            Some(_) => StockPlace::ByAvailable {
                available: view.level.available(),
                id: view.level.variant_id.uuid(),
            },
            None => StockPlace::BySku(view.sku.clone()),
        }))
    }
}
