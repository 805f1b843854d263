//! Products, as people see them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::{OptionalExtension, QueryResult, sql_query, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{ids::ProductId, money::Currency};
use futures::try_join;
use ports::{
    catalog::{ProductQuery, ProductReader, ProductView, Visibility},
    pagination::{Page, Position},
    storage::StorageError,
};
use uuid::Uuid;

use super::{
    page::{load_page, status_condition},
    product_row::{PRODUCT_COLUMNS, ProductRow},
    variant_rows::{VariantRow, load_variants},
};
use crate::{pagination::cut, pool::Database, retry::read, statement::prepared};

/// Shows products.
#[derive(Clone)]
pub struct PgProductReader {
    database: Database,
}

impl PgProductReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ProductReader for PgProductReader {
    /// One round trip. The product is read before its variants: what is edited in between is newer than the version
    /// that it is shown with, which an edit based on that version then finds out.
    async fn find(
        &self,
        id: ProductId,
        currency: Currency,
        visibility: Visibility,
    ) -> Result<Option<ProductView>, StorageError> {
        let (product, variants) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let ids = [id.uuid()];
            try_join!(load_product(connection, id, visibility), load_variants(connection, &ids, currency),)
        })
        .await?;
        product.map(|product| view(product, variants, currency)).transpose()
    }

    async fn list(&self, query: &ProductQuery) -> Result<Page<ProductView>, StorageError> {
        let Some(status) = status_condition(query) else {
            return Ok(Page { rows: Vec::new(), next: None });
        };
        let (Page { rows: products, next }, variants) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let products = cut(load_page(connection, query, status).await?, query.page, |product| Position {
                at: product.created_at,
                id: product.id,
            });
            let ids: Vec<Uuid> = products.rows.iter().map(|product| product.id).collect();
            let variants = match ids.is_empty() {
                true => Vec::new(),
                false => load_variants(connection, &ids, query.currency).await?,
            };
            Ok((products, variants))
        })
        .await?;
        Ok(Page { rows: views(products, variants, query.currency)?, next })
    }
}

async fn load_product(
    mut connection: &AsyncPgConnection,
    id: ProductId,
    visibility: Visibility,
) -> QueryResult<Option<ProductRow>> {
    let status = match visibility {
        Visibility::Public => "status = 'active'",
        Visibility::Staff => "true",
    };
    let statement = sql_query(format!(
        "SELECT {PRODUCT_COLUMNS} FROM products AS product WHERE id = $1 AND {status} AND deleted_at IS NULL"
    ))
    .bind::<SqlUuid, _>(id.uuid());
    prepared(statement).get_result(&mut connection).await.optional()
}

/// Puts each product together with its variants.
fn views(
    products: Vec<ProductRow>,
    variants: Vec<VariantRow>,
    currency: Currency,
) -> Result<Vec<ProductView>, StorageError> {
    let mut of_product: BTreeMap<Uuid, Vec<VariantRow>> = BTreeMap::new();
    for variant in variants {
        of_product.entry(variant.product_id).or_default().push(variant);
    }
    products
        .into_iter()
        .map(|product| {
            let variants = of_product.remove(&product.id).unwrap_or_default();
            view(product, variants, currency)
        })
        .collect()
}

fn view(
    product: ProductRow,
    variants: Vec<VariantRow>,
    currency: Currency,
) -> Result<ProductView, StorageError> {
    Ok(ProductView {
        product: product.try_into()?,
        variants: variants.into_iter().map(|row| row.into_view(currency)).collect::<Result<_, _>>()?,
    })
}
