//! Keeping prices: each edit alone with its variant, at an instant of the database's clock.

mod alone;
mod write;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use diesel_async::AsyncConnection;
use domain::{
    catalog::{PriceDecision, PriceEdit, PriceWish},
    ids::ProductId,
};
use ports::{
    catalog::{CommitPriceError, PriceStore},
    storage::StorageError,
};
use uuid::Uuid;

pub(in crate::catalog) use self::write::store_prices_in_tx;
use self::{
    alone::{load_alone_in_tx, target_in_tx},
    write::store_in_tx,
};
use crate::{
    catalog::{Announcer, ShownProducts},
    pool::{Connection, Database},
    retry::{Failure, commit},
    turns::Turns,
};

/// Keeps prices.
#[derive(Clone)]
pub struct PgPriceStore {
    database: Database,
    announcer: Announcer,
    turns: Turns,
}

impl PgPriceStore {
    /// Keeps them in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, announcer: Announcer::silent(), turns: Turns::new() }
    }

    /// Lets whoever shows products know whose price has changed.
    #[must_use]
    pub fn announcing(self, shown: Arc<ShownProducts>) -> Self {
        Self { announcer: Announcer::to(shown), ..self }
    }
}

#[async_trait]
impl PriceStore for PgPriceStore {
    async fn commit_price_edit(&self, edit: &PriceEdit) -> Result<PriceDecision, CommitPriceError> {
        let product = OnceLock::new();
        let _turn = self.turns.take(turn(&edit.wish)).await;
        let outcome = self.edit(edit, &product).await;
        let unknown = |error: &_| matches!(error, CommitPriceError::Storage(_));
        self.announcer.announce(&outcome, unknown, product.get().copied());
        outcome
    }
}

/// Which turn an edit takes.
const fn turn(wish: &PriceWish) -> Uuid {
    match wish {
        PriceWish::Set { variant_id, .. } => variant_id.uuid(),
        PriceWish::Cancel { price_id } => price_id.uuid(),
    }
}

/// How often an edit that was overtaken starts again.
const RETRIES: usize = 10;

/// Why an edit was not made.
#[derive(Debug)]
pub(super) enum EditFailure {
    /// Somebody else was faster; another attempt may do better.
    Overtaken,
    Final(CommitPriceError),
}

pub(super) type PriceFailure = Failure<EditFailure>;

impl PgPriceStore {
    async fn edit(
        &self,
        edit: &PriceEdit,
        touched: &OnceLock<ProductId>,
    ) -> Result<PriceDecision, CommitPriceError> {
        for _ in 0..RETRIES {
            let once = |connection| edit_once(connection, edit, touched);
            match commit(&self.database, "edit price", once).await {
                Err(EditFailure::Overtaken) => {}
                Err(EditFailure::Final(error)) => return Err(error),
                Ok(decision) => return Ok(decision),
            }
        }
        Err(StorageError::Overloaded("others were faster each time".into()).into())
    }
}

impl<E: Into<CommitPriceError>> From<E> for EditFailure {
    fn from(error: E) -> Self {
        Self::Final(error.into())
    }
}

/// Four round trips: to begin, to be alone with the variant, to make the decision true, and to commit. `touched` is told
/// whose price is about to change.
async fn edit_once(
    mut connection: Connection,
    edit: &PriceEdit,
    touched: &OnceLock<ProductId>,
) -> Result<PriceDecision, PriceFailure> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let target = target_in_tx(connection, &edit.wish).await?;
            let found = load_alone_in_tx(connection, target).await?;
            let decision = edit.decide(&found).map_err(|refusal| Failure::Refused(refusal.into()))?;
            if let Some(effect) = &decision.effect {
                touched.get_or_init(|| decision.product_id);
                store_in_tx(connection, &decision, effect).await?;
            }
            Ok(decision)
        })
        .await
}
