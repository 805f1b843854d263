//! Keeping products that are edited.

mod load;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{QueryResult, result::Error};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{
    catalog::{ProductChange, ProductEntry},
    idempotency::IdempotencyRecord,
    ids::ProductId,
    money::Currency,
};
use futures::try_join;
use ports::{
    catalog::{CommitChangeError, DeletedProduct, ProductRef, ProductStore},
    storage::StorageError,
};

use self::{
    load::{deleted, entry, load_any_product, load_gone, load_own_variants},
    write::{
        add_variant_in_tx, delete_variants_in_tx, lock_levels_in_tx, restore_variants_in_tx,
        update_product_in_tx, update_variants_in_tx,
    },
};
use super::{Announcer, ShownProducts, taken::taken_sku};
use crate::{
    errors::refused_by,
    events::insert_events_in_tx,
    idempotency::record_in_tx,
    inventory::switch_backorder_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit, read},
};

type ChangeFailure = Failure<CommitChangeError>;

/// Keeps products that are edited.
#[derive(Clone)]
pub struct PgProductStore {
    database: Database,
    announcer: Announcer,
}

impl PgProductStore {
    /// Keeps them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database, announcer: Announcer::silent() }
    }

    /// Lets whoever shows products know what has changed.
    #[must_use]
    pub fn announcing(self, shown: Arc<ShownProducts>) -> Self {
        Self { announcer: Announcer::to(shown), ..self }
    }
}

#[async_trait]
impl ProductStore for PgProductStore {
    /// One round trip. The product is read before its variants: if they are edited in between, its version is one that
    /// nothing can be stored on any more.
    async fn find(&self, which: ProductRef) -> Result<Option<ProductEntry>, StorageError> {
        let (product, variants) = read(&self.database, |connection| async move {
            try_join!(load_any_product(&connection, which), load_own_variants(&connection, which))
        })
        .await?;
        product.map(|product| entry(product, variants)).transpose()
    }

    async fn find_deleted(
        &self,
        id: ProductId,
        currency: Currency,
    ) -> Result<Option<DeletedProduct>, StorageError> {
        let (product, variants) = read(&self.database, |connection| async move {
            try_join!(
                load_any_product(&connection, ProductRef::Product(id)),
                load_gone(&connection, id, currency)
            )
        })
        .await?;
        match product {
            Some(product) => deleted(product, variants, currency),
            None => Ok(None),
        }
    }

    async fn commit_change<'a>(
        &self,
        change: &ProductChange,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitChangeError> {
        let once = |connection| change_once(connection, change, record);
        let outcome = commit(&self.database, "change product", once).await;
        let unknown = |error: &_| matches!(error, CommitChangeError::Storage(_));
        self.announcer.announce(&outcome, unknown, [change.product.id]);
        outcome
    }

    async fn commit_answer(&self, record: &IdempotencyRecord) -> Result<(), CommitChangeError> {
        commit(&self.database, "keep answer", |connection| answer_once(connection, record)).await
    }
}

async fn answer_once(mut connection: Connection, record: &IdempotencyRecord) -> Result<(), ChangeFailure> {
    connection
        .transaction(async |connection| record_in_tx(connection, record).await.map_err(Failure::widen))
        .await
}

/// The product's row has the guard, and everybody who changes anything of it waits there; then its stock levels are
/// locked, in the one order for all; then all the rest.
async fn change_once(
    mut connection: Connection,
    change: &ProductChange,
    record: Option<&IdempotencyRecord>,
) -> Result<(), ChangeFailure> {
    let events = [&change.event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            if let Some(record) = record {
                record_in_tx(connection, record).await.map_err(Failure::widen)?;
            }
            let refused = |error| refused(error, change);
            if update_product_in_tx(connection, change).await.map_err(refused)? != 1 {
                return Err(Failure::Refused(CommitChangeError::Conflict));
            }
            try_join!(store_variants_in_tx(connection, change), insert_events_in_tx(connection, &events))
                .map_err(refused)?;
            switch_in_tx(connection, change).await.map_err(Failure::widen)
        })
        .await
}

/// All of a change but its event; false when the product is not on the version that it was decided on.
pub(super) async fn store_change_in_tx(
    connection: &AsyncPgConnection,
    change: &ProductChange,
) -> Result<bool, Failure<StorageError>> {
    if update_product_in_tx(connection, change).await? != 1 {
        return Ok(false);
    }
    store_variants_in_tx(connection, change).await?;
    switch_in_tx(connection, change).await?;
    Ok(true)
}

async fn store_variants_in_tx(connection: &AsyncPgConnection, change: &ProductChange) -> QueryResult<()> {
    try_join!(
        lock_levels_in_tx(connection, change),
        update_variants_in_tx(connection, change),
        delete_variants_in_tx(connection, change),
        restore_variants_in_tx(connection, change),
        add_variant_in_tx(connection, change),
    )
    .map(drop)
}

async fn switch_in_tx(
    connection: &AsyncPgConnection,
    change: &ProductChange,
) -> Result<(), Failure<StorageError>> {
    match change.backorder {
        Some((variant, backorder)) => switch_backorder_in_tx(connection, variant, backorder).await,
        None => Ok(()),
    }
}

fn refused(error: Error, change: &ProductChange) -> ChangeFailure {
    let refusal = match refused_by(&error) {
        Some("products_slug_key") => Some(CommitChangeError::SlugTaken(change.product.slug.clone())),
        Some("products_category_id_fkey") => {
            change.product.category_id.map(CommitChangeError::UnknownCategory)
        }
        Some("variants_sku_key") => taken_sku(&error).map(CommitChangeError::SkuTaken),
        _ => None,
    };
    refusal.map_or(Failure::Failed(error), Failure::Refused)
}
