//! Taking products in: each row alone with its product, as one transaction.
//!
//! A transaction for many rows was weighed: it would keep the customers of all their products waiting until its end, one
//! bad row would undo the others, and orders could wait for it in a circle.

mod load;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use domain::{
    catalog::{ImportDecision, ImportStep, PriceDecision, ProductImport, Slug},
    ids::ProductId,
};
use ports::{
    catalog::{CommitImportError, ImportMode, ProductImporter},
    storage::StorageError,
};

use self::load::{load_ground, load_held_in_tx};
use super::{
    Announcer, ShownProducts, prices::store_prices_in_tx, product_store::store_change_in_tx,
    store::store_product_in_tx,
};
use crate::{
    errors::refused_by,
    events::insert_events_in_tx,
    inventory::store_stock_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit, read},
};

/// How often a row that was overtaken starts again.
const RETRIES: usize = 10;

/// Why a row was not committed.
#[derive(Debug)]
enum End {
    /// It can't be.
    Refused(CommitImportError),
    /// It could be, and was only tried.
    Dry(Box<ImportDecision>),
    /// Somebody else was faster; another attempt may do better.
    Overtaken,
}

impl<E: Into<CommitImportError>> From<E> for End {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

type ImportFailure = Failure<End>;

/// Takes products in.
#[derive(Clone)]
pub struct PgProductImporter {
    database: Database,
    announcer: Announcer,
}

impl PgProductImporter {
    /// Takes them into `database`, best through a pool of its own: a file has many rows.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database, announcer: Announcer::silent() }
    }

    /// Lets whoever shows products know what has changed.
    #[must_use]
    pub fn announcing(self, shown: Arc<ShownProducts>) -> Self {
        Self { announcer: Announcer::to(shown), ..self }
    }

    /// What a row that changes nothing decides, by reading alone: so it is with every row of a file that comes again.
    async fn unchanged(&self, import: &ProductImport) -> Result<Option<ImportDecision>, StorageError> {
        let rows =
            read(&self.database, |connection| async move { load_ground(&connection, &import.row).await });
        let decision = import.decide(&rows.await?.ground()?).ok();
        Ok(decision.filter(|decision| decision.steps.is_empty()))
    }

    async fn import(
        &self,
        import: &ProductImport,
        mode: ImportMode,
        touched: &OnceLock<ProductId>,
    ) -> Result<ImportDecision, CommitImportError> {
        for _ in 0..RETRIES {
            let once = |connection| import_once(connection, import, mode, touched);
            match commit(&self.database, "import product", once).await {
                Ok(decision) => return Ok(decision),
                Err(End::Dry(decision)) => return Ok(*decision),
                Err(End::Refused(error)) => return Err(error),
                Err(End::Overtaken) => {}
            }
        }
        Err(StorageError::Overloaded("others were faster each time".into()).into())
    }
}

#[async_trait]
impl ProductImporter for PgProductImporter {
    async fn commit_import(
        &self,
        import: &ProductImport,
        mode: ImportMode,
    ) -> Result<ImportDecision, CommitImportError> {
        if let Some(unchanged) = self.unchanged(import).await? {
            return Ok(unchanged);
        }
        let touched = OnceLock::new();
        let outcome = self.import(import, mode, &touched).await;
        let unknown = |error: &_| matches!(error, CommitImportError::Storage(_));
        self.announcer.announce(&outcome, unknown, touched.get().copied());
        outcome
    }
}

/// `touched` is told whose row it is, before anything is stored.
async fn import_once(
    mut connection: Connection,
    import: &ProductImport,
    mode: ImportMode,
    touched: &OnceLock<ProductId>,
) -> Result<ImportDecision, ImportFailure> {
    connection
        .transaction(async |connection| {
            let found = load_held_in_tx(connection, &import.row).await?;
            let found = found.ok_or(Failure::Refused(End::Overtaken))?;
            let found = found.ground().map_err(refused)?;
            let decision =
                import.decide(&found).map_err(|faults| refused(CommitImportError::Refused(faults)))?;
            if mode == ImportMode::Commit {
                touched.get_or_init(|| decision.product_id);
            }
            for step in &decision.steps {
                store_step_in_tx(connection, step).await?;
            }
            insert_events_in_tx(connection, &decision.events()).await?;
            match mode {
                ImportMode::Commit => Ok(decision),
                ImportMode::DryRun => {
                    // What a commit would still look at, too.
                    connection.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
                    Err(Failure::Refused(End::Dry(Box::new(decision))))
                }
            }
        })
        .await
}

/// One after another: each step was decided on what those before it leave behind.
async fn store_step_in_tx(connection: &AsyncPgConnection, step: &ImportStep) -> Result<(), ImportFailure> {
    let stored = match step {
        ImportStep::Create(creation) => {
            let stored = store_product_in_tx(connection, creation).await.map(|()| true);
            stored.map_err(|error| explain(error, &creation.product.slug))
        }
        ImportStep::Change(change) => match store_change_in_tx(connection, change).await {
            Err(Failure::Failed(error)) => Err(explain(error, &change.product.slug)),
            stored => stored.map_err(Failure::widen),
        },
        ImportStep::Price(decision) => store_price_in_tx(connection, decision).await,
        ImportStep::Count(change) => store_stock_in_tx(connection, change).await.map_err(Failure::Failed),
    };
    // Everybody else is kept out, so nothing can be on another version.
    if stored? { Ok(()) } else { Err(Failure::Failed(Error::NotFound)) }
}

async fn store_price_in_tx(
    connection: &AsyncPgConnection,
    decision: &PriceDecision,
) -> Result<bool, ImportFailure> {
    let Some(effect) = &decision.effect else { return Ok(true) };
    match store_prices_in_tx(connection, decision, effect).await {
        Ok(()) => Ok(true),
        // One that was to be replaced has begun, by its schedule.
        Err(error) if refused_by(&error) == Some("append_only") => Err(Failure::Refused(End::Overtaken)),
        Err(error) => Err(Failure::Failed(error)),
    }
}

fn refused(error: impl Into<End>) -> ImportFailure {
    Failure::Refused(error.into())
}

/// Nobody else can touch what was locked; what is not there yet, others can make meanwhile, and a category can go.
fn explain(error: Error, slug: &Slug) -> ImportFailure {
    match refused_by(&error) {
        Some("products_slug_key") => refused(CommitImportError::SlugTaken(slug.clone())),
        Some("variants_sku_key" | "products_category_id_fkey") => Failure::Refused(End::Overtaken),
        _ => Failure::Failed(error),
    }
}
