//! Loading much at once, by COPY: for a new catalog, and for imports.
//!
//! Every constraint and trigger is in force, and everything has its event: what is loaded is as sound as what came
//! through a use case.

mod census;
mod copy;

use domain::{accounts::User, catalog::ProductCreation, events::Event};
use ports::storage::StorageError;
use tokio_postgres::{Client, Transaction};

use self::copy::{
    copy_events, copy_levels, copy_movements, copy_prices, copy_products, copy_users, copy_variants,
};
use crate::{
    connect::{ConnectSettings, Connector, SettingsError},
    errors::client_error,
};

/// The most that one call loads: a transaction has room for so many events.
pub const MAX_BATCH: usize = 1_000;

/// Loads products and users, each call in one transaction, through a connection of its own.
pub struct BulkLoader {
    client: Client,
    /// Batches of products that were loaded.
    batches: u64,
}

/// Why nothing of a batch was loaded.
#[derive(Debug, thiserror::Error)]
pub enum BulkLoadError {
    /// The database's address or certificates can't be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// More than [`MAX_BATCH`].
    #[error("a batch has at most {MAX_BATCH} elements, not {0}")]
    TooMany(usize),
    /// One of its elements breaks a rule of the schema: a slug, SKU or address that is taken, or an unknown category.
    #[error("{constraint} refuses it: {detail}")]
    Refused {
        /// The constraint.
        constraint: String,
        /// What the database says about the row. It may hold an address.
        detail: String,
    },
    /// The database failed it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl BulkLoader {
    /// Connects. A long `statement_timeout` becomes the size of the batches.
    ///
    /// # Errors
    /// [`BulkLoadError::Settings`], or [`BulkLoadError::Storage`] when the database can't be reached.
    pub async fn connect(settings: &ConnectSettings) -> Result<Self, BulkLoadError> {
        let client = Connector::new(settings)?.client().await?;
        Ok(Self { client, batches: 0 })
    }

    /// Loads new products with their variants, prices (past ones too), stock, ledger lines and events.
    ///
    /// # Errors
    /// [`BulkLoadError`]; then none of them is loaded.
    pub async fn load_products(&mut self, products: &[ProductCreation]) -> Result<(), BulkLoadError> {
        fits(products.len())?;
        // Triggers plan their statements once, by the first batch. Where that met empty tables, the plans read whole
        // indexes, and loading would take time by the square; figures of today make the database plan again.
        if self.batches == 1 {
            self.analyze().await?;
        }
        load_products_once(&mut self.client, products).await?;
        self.batches += 1;
        Ok(())
    }

    /// Loads new users with their events; they all have the same password.
    ///
    /// # Errors
    /// [`BulkLoadError`]; then none of them is loaded.
    pub async fn load_users(
        &mut self,
        users: &[(User, Event)],
        password_hash: &str,
    ) -> Result<(), BulkLoadError> {
        fits(users.len())?;
        load_users_once(&mut self.client, users, password_hash).await.map_err(BulkLoadError::from)
    }
}

type Loaded = Result<(), tokio_postgres::Error>;

/// Prices come before stock levels: each new price would otherwise count as a change of an offer that nobody has seen.
async fn load_products_once(client: &mut Client, products: &[ProductCreation]) -> Loaded {
    let transaction = client.transaction().await?;
    let first = first_sequence_in_tx(&transaction).await?;
    copy_products(&transaction, products).await?;
    copy_variants(&transaction, products).await?;
    copy_prices(&transaction, products).await?;
    copy_levels(&transaction, products).await?;
    copy_movements(&transaction, products).await?;
    copy_events(&transaction, first, products.iter().map(|product| &product.event)).await?;
    transaction.commit().await
}

async fn load_users_once(client: &mut Client, users: &[(User, Event)], password_hash: &str) -> Loaded {
    let transaction = client.transaction().await?;
    let first = first_sequence_in_tx(&transaction).await?;
    copy_users(&transaction, users.iter().map(|(user, _)| user), password_hash).await?;
    copy_events(&transaction, first, users.iter().map(|(_, event)| event)).await?;
    transaction.commit().await
}

/// The place of this transaction's first event in the log. COPY can't call the function that knows, so the lock that an
/// INSERT would take comes first: the epoch can't change after it.
async fn first_sequence_in_tx(transaction: &Transaction<'_>) -> Result<i64, tokio_postgres::Error> {
    transaction.batch_execute("LOCK TABLE events IN ROW EXCLUSIVE MODE").await?;
    transaction.query_one("SELECT event_sequence(0)", &[]).await?.try_get(0)
}

const fn fits(count: usize) -> Result<(), BulkLoadError> {
    if count <= MAX_BATCH { Ok(()) } else { Err(BulkLoadError::TooMany(count)) }
}

impl From<tokio_postgres::Error> for BulkLoadError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error().and_then(|refusal| Some((refusal.constraint()?, refusal))) {
            Some((constraint, refusal)) => Self::Refused {
                constraint: constraint.to_owned(),
                detail: refusal.detail().unwrap_or(refusal.message()).to_owned(),
            },
            None => Self::Storage(client_error(error)),
        }
    }
}
