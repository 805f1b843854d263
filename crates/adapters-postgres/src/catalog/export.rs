//! The whole catalog in one snapshot: a transaction that only reads and stays open between the pieces.

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, TransactionManager};
use domain::{
    catalog::{Product, Slug},
    money::{Currency, Money},
};
use futures::try_join;
use ports::{
    catalog::{CatalogSnapshot, ProductExporter, ProductRecord, VariantRecord},
    storage::StorageError,
};
use uuid::Uuid;

use super::{
    product_row::{PRODUCT_COLUMNS, ProductRow},
    variant_rows::{VARIANT_COLUMNS, VariantRow},
};
use crate::{
    corrupt::Place,
    errors::storage_error,
    inventory::{FIGURE_COLUMNS, LevelFigures},
    pool::{Connection, Database},
    statement::prepared,
};

/// How many products are read at once: enough that the way to the database costs little, and few enough that even the
/// largest products take little room.
const PIECE: i64 = 50;

/// Reads the catalog for export.
#[derive(Clone)]
pub struct PgProductExporter {
    database: Database,
}

impl PgProductExporter {
    /// Reads through the pool of `database`, which is best a small one of its own: each export keeps a connection for as
    /// long as its reader takes, and as many can be read at once as it has connections.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ProductExporter for PgProductExporter {
    async fn open(&self) -> Result<Box<dyn CatalogSnapshot>, StorageError> {
        let mut connection = self.database.connection().await?;
        // It has no number of its own and writes nothing, so neither the readers of the event log nor orders wait for it.
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        AnsiTransactionManager::begin_transaction_sql(&mut *connection, begin)
            .await
            .map_err(storage_error)?;
        Ok(Box::new(PgCatalogSnapshot { connection: Some(connection), after: Uuid::nil() }))
    }
}

/// An open snapshot.
struct PgCatalogSnapshot {
    /// `None` at the end.
    connection: Option<Connection>,
    /// The last product that was read.
    after: Uuid,
}

/// Back in the pool, the connection would keep its transaction open until somebody else wants it.
impl Drop for PgCatalogSnapshot {
    fn drop(&mut self) {
        drop(self.connection.take().map(Connection::take));
    }
}

#[async_trait]
impl CatalogSnapshot for PgCatalogSnapshot {
    async fn next(&mut self) -> Result<Vec<ProductRecord>, StorageError> {
        let Some(connection) = &mut self.connection else { return Ok(Vec::new()) };
        let products = load_products(connection, self.after).await.map_err(storage_error)?;
        let Some(last) = products.last() else {
            AnsiTransactionManager::commit_transaction(&mut **connection).await.map_err(storage_error)?;
            self.connection = None;
            return Ok(Vec::new());
        };
        self.after = last.product.id;
        let ids: Vec<Uuid> = products.iter().map(|row| row.product.id).collect();
        let both = try_join!(load_variants(connection, &ids), load_prices(connection, &ids));
        let (variants, prices) = both.map_err(storage_error)?;
        records(products, variants, prices)
    }
}

#[derive(QueryableByName)]
struct ExportedProductRow {
    #[diesel(embed)]
    product: ProductRow,
    #[diesel(sql_type = Nullable<Text>)]
    category_slug: Option<String>,
}

#[derive(QueryableByName)]
struct ExportedVariantRow {
    #[diesel(embed)]
    variant: VariantRow,
    #[diesel(embed)]
    figures: LevelFigures,
}

#[derive(QueryableByName)]
struct PriceRow {
    #[diesel(sql_type = SqlUuid)]
    variant_id: Uuid,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    amount_minor: i64,
}

async fn load_products(
    mut connection: &AsyncPgConnection,
    after: Uuid,
) -> QueryResult<Vec<ExportedProductRow>> {
    let statement = sql_query(format!(
        "SELECT {PRODUCT_COLUMNS}, category.slug AS category_slug
        FROM products AS product LEFT JOIN categories AS category ON category.id = product.category_id
        WHERE product.id > $1 AND product.deleted_at IS NULL ORDER BY product.id LIMIT $2"
    ))
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(PIECE);
    prepared(statement).load(&mut connection).await
}

async fn load_variants(
    mut connection: &AsyncPgConnection,
    products: &[Uuid],
) -> QueryResult<Vec<ExportedVariantRow>> {
    let statement = sql_query(format!(
        "SELECT {VARIANT_COLUMNS}, {FIGURE_COLUMNS}
        FROM variants AS variant JOIN stock_levels AS level ON level.variant_id = variant.id
        WHERE variant.product_id = ANY ($1) AND variant.deleted_at IS NULL
        ORDER BY variant.product_id, variant.position, variant.id"
    ))
    .bind::<Array<SqlUuid>, _>(products);
    prepared(statement).load(&mut connection).await
}

/// `now()` is the instant at which the snapshot's transaction began, for all pieces alike.
async fn load_prices(mut connection: &AsyncPgConnection, products: &[Uuid]) -> QueryResult<Vec<PriceRow>> {
    let statement = sql_query(
        "SELECT price.variant_id, price.currency, price.amount_minor
        FROM variants AS variant JOIN prices AS price ON price.variant_id = variant.id
        WHERE variant.product_id = ANY ($1) AND variant.deleted_at IS NULL
            AND price.valid_from <= now() AND (price.valid_to IS NULL OR now() < price.valid_to)
        ORDER BY price.variant_id, price.currency",
    )
    .bind::<Array<SqlUuid>, _>(products);
    prepared(statement).load(&mut connection).await
}

/// Puts each product together.
fn records(
    products: Vec<ExportedProductRow>,
    variants: Vec<ExportedVariantRow>,
    prices: Vec<PriceRow>,
) -> Result<Vec<ProductRecord>, StorageError> {
    let mut prices_of: BTreeMap<Uuid, Vec<Money>> = BTreeMap::new();
    for row in prices {
        prices_of.entry(row.variant_id).or_default().push(row.money()?);
    }
    let mut variants_of: BTreeMap<Uuid, Vec<VariantRecord>> = BTreeMap::new();
    for row in variants {
        let (product, id) = (row.variant.product_id, row.variant.id);
        let prices = prices_of.remove(&id).unwrap_or_default();
        variants_of.entry(product).or_default().push(row.record(prices)?);
    }
    let record = |row: ExportedProductRow| {
        let place = Place { table: "products", id: row.product.id };
        let category = place.read("category", row.category_slug.as_deref().map(Slug::parse).transpose())?;
        let product = Product::try_from(row.product)?;
        let variants = variants_of.remove(&product.id.uuid()).unwrap_or_default();
        Ok(ProductRecord { product, category, variants })
    };
    products.into_iter().map(record).collect()
}

impl PriceRow {
    fn money(&self) -> Result<Money, StorageError> {
        let place = Place { table: "prices of variant", id: self.variant_id };
        let currency = place.read("currency", Currency::parse(&self.currency))?;
        place.read("amount_minor", Money::from_minor(self.amount_minor, currency))
    }
}

impl ExportedVariantRow {
    fn record(self, prices: Vec<Money>) -> Result<VariantRecord, StorageError> {
        let level = self.figures.level(self.variant.id);
        Ok(VariantRecord { variant: self.variant.try_into()?, prices, level })
    }
}
