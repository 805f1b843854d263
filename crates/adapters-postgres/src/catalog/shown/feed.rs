//! Hearing what other processes change: the tails of the ledger and of the event log, read again and again.

use std::{sync::Arc, time::Instant as Moment};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use ports::storage::StorageError;
use uuid::Uuid;

use super::ShownProducts;
use crate::{pool::Database, retry::read, statement::prepared};

/// Keeps the products that were shown in step with the database.
pub struct ProductFeed {
    database: Database,
    shown: Arc<ShownProducts>,
    /// What had been committed when the database was asked last.
    snapshot: Option<String>,
}

#[derive(QueryableByName)]
struct Changes {
    #[diesel(sql_type = Text)]
    snapshot: String,
    #[diesel(sql_type = Array<SqlUuid>)]
    products: Vec<Uuid>,
}

impl ProductFeed {
    /// Asks through the pool of `database`. Nothing is remembered until it is asked for the first time.
    #[must_use]
    pub const fn new(database: Database, shown: Arc<ShownProducts>) -> Self {
        Self { database, shown, snapshot: None }
    }

    /// Asks what has been committed since the last time. To be called a few times a second.
    ///
    /// # Errors
    /// [`StorageError`] when the database does not answer; then nothing is remembered until it does.
    pub async fn listen(&mut self) -> Result<(), StorageError> {
        let asked = Moment::now();
        match self.changes().await {
            Ok(Changes { snapshot, products }) => {
                self.shown.forget(products.into_iter().map(Into::into));
                self.shown.hear(asked);
                self.snapshot = Some(snapshot);
                Ok(())
            }
            Err(error) => {
                self.shown.doubt();
                self.snapshot = None;
                Err(error)
            }
        }
    }

    async fn changes(&self) -> Result<Changes, StorageError> {
        read(&self.database, |mut connection| async move {
            let statement = sql_query(CHANGES).bind::<Nullable<Text>, _>(self.snapshot.as_deref());
            prepared(statement).get_result(&mut connection).await
        })
        .await
    }
}

/// The products of every transaction that this statement's snapshot sees and the last one's did not. A transaction that
/// was still running then is found when it has ended: the index is read from the oldest of those on. (An event's place
/// in the log tells its transaction, see the migration of the events.)
const CHANGES: &str = "
    SELECT pg_current_snapshot()::text AS snapshot, ARRAY(
        SELECT variant.product_id
        FROM stock_movements AS movement JOIN variants AS variant ON variant.id = movement.variant_id
        WHERE movement.transaction_id >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
            AND NOT pg_visible_in_snapshot(movement.transaction_id::text::xid8, $1::pg_snapshot)
        UNION
        SELECT coalesce(variant.product_id, event.aggregate_id)
        FROM events AS event
        LEFT JOIN variants AS variant ON event.aggregate_type = 'variant' AND variant.id = event.aggregate_id
        WHERE event.sequence >= (SELECT epoch FROM event_epoch) + pg_snapshot_xmin($1::pg_snapshot)::text::bigint * 1000
            AND event.aggregate_type IN ('product', 'variant')
            AND NOT pg_visible_in_snapshot(
                ((event.sequence - (SELECT epoch FROM event_epoch)) / 1000)::text::xid8, $1::pg_snapshot)
    ) AS products";
