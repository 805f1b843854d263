//! Keeping the catalog: new products and categories.

mod insert;

use async_trait::async_trait;
use diesel::{QueryResult, result::Error};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{
    catalog::{CategoryCreation, ProductCreation},
    idempotency::IdempotencyRecord,
    ids::CategoryId,
};
use futures::try_join;
use ports::catalog::{CatalogStore, CommitCatalogError};

use self::insert::{insert_category_in_tx, insert_product_in_tx};
pub(super) use self::insert::{insert_prices_in_tx, insert_variants_in_tx};
use super::taken::taken_sku;
use crate::{
    errors::refused_by,
    events::insert_events_in_tx,
    idempotency::record_in_tx,
    inventory::{insert_levels_in_tx, insert_movements_in_tx},
    pool::{Connection, Database},
    retry::{Failure, commit},
};

type CatalogFailure = Failure<CommitCatalogError>;

/// Keeps the catalog.
#[derive(Clone)]
pub struct PgCatalogStore {
    database: Database,
}

impl PgCatalogStore {
    /// Keeps it in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl CatalogStore for PgCatalogStore {
    async fn commit_product_creation<'a>(
        &self,
        creation: &ProductCreation,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCatalogError> {
        commit(&self.database, "create product", |connection| {
            create_product_once(connection, creation, record)
        })
        .await
    }

    async fn commit_category_creation<'a>(
        &self,
        creation: &CategoryCreation,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCatalogError> {
        commit(&self.database, "create category", |connection| {
            create_category_once(connection, creation, record)
        })
        .await
    }
}

async fn create_product_once(
    mut connection: Connection,
    new: &ProductCreation,
    record: Option<&IdempotencyRecord>,
) -> Result<(), CatalogFailure> {
    let events = [&new.event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            if let Some(record) = record {
                record_in_tx(connection, record).await.map_err(Failure::widen)?;
            }
            try_join!(store_product_in_tx(connection, new), insert_events_in_tx(connection, &events))
                .map(drop)
                .map_err(|error| refused_product(error, new))
        })
        .await
}

/// All of a new product but its event. Prices come before stock levels: each new price would otherwise count as a change
/// of an offer that nobody has seen.
pub(super) async fn store_product_in_tx(
    connection: &AsyncPgConnection,
    new: &ProductCreation,
) -> QueryResult<()> {
    let levels: Vec<_> =
        new.variants.iter().map(|new| (&new.level, i64::from(new.opening.is_some()))).collect();
    let openings: Vec<_> =
        new.variants.iter().filter_map(|new| new.opening.as_ref()).map(|line| (line, 1)).collect();
    try_join!(
        insert_product_in_tx(connection, &new.product),
        insert_variants_in_tx(connection, new.product.id, &new.variants, new.product.created_at),
        insert_prices_in_tx(connection, &new.variants, new.product.created_at),
        insert_levels_in_tx(connection, &levels),
        insert_movements_in_tx(connection, &openings),
    )
    .map(drop)
}

async fn create_category_once(
    mut connection: Connection,
    new: &CategoryCreation,
    record: Option<&IdempotencyRecord>,
) -> Result<(), CatalogFailure> {
    let events = [&new.event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            if let Some(record) = record {
                record_in_tx(connection, record).await.map_err(Failure::widen)?;
            }
            try_join!(
                insert_category_in_tx(connection, &new.category),
                insert_events_in_tx(connection, &events),
            )
            .map(drop)
            .map_err(|error| match refused_by(&error) {
                Some("categories_slug_key") => {
                    Failure::Refused(CommitCatalogError::SlugTaken(new.category.slug.clone()))
                }
                Some("categories_parent_id_fkey") => unknown_category(error, new.category.parent_id),
                _ => Failure::Failed(error),
            })
        })
        .await
}

fn refused_product(error: Error, new: &ProductCreation) -> CatalogFailure {
    match refused_by(&error) {
        Some("products_slug_key") => {
            Failure::Refused(CommitCatalogError::SlugTaken(new.product.slug.clone()))
        }
        Some("products_category_id_fkey") => unknown_category(error, new.product.category_id),
        Some("variants_sku_key") => match taken_sku(&error) {
            Some(sku) => Failure::Refused(CommitCatalogError::SkuTaken(sku)),
            None => Failure::Failed(error),
        },
        _ => Failure::Failed(error),
    }
}

fn unknown_category(error: Error, id: Option<CategoryId>) -> CatalogFailure {
    match id {
        Some(id) => Failure::Refused(CommitCatalogError::UnknownCategory(id)),
        None => Failure::Failed(error),
    }
}
