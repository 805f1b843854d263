//! Keeping orders: what placing one needs to know, and all that it makes true.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{
    Instant,
    idempotency::IdempotencyRecord,
    ids::OrderId,
    money::Currency,
    orders::{
        HistoryEnd, Item, OpenOrderLimits, OrderChange, OrderLine, OrderPlacement, PlacementContext, Shortage,
    },
};
use futures::try_join;
use ports::{
    orders::{CommitChangeError, CommitPlacementError, LoadedOrder, OrderStore, Overdue, Purchaser},
    security::Sealer,
    storage::StorageError,
};

use super::{
    change::change_once,
    insert::insert_order_in_tx,
    limits::is_at_limit_in_tx,
    line_row::load_lines,
    offers::{load_buyer, placement_context},
    overdue::load_overdue,
    reader::load_order,
    step_row::load_history_end,
};
use crate::{
    carts::complete_cart_in_tx,
    catalog::{Announcer, ShownProducts},
    errors::refused_by,
    events::insert_events_in_tx,
    idempotency::{Sealable, record_sealed_in_tx},
    inventory::{Refused, reserve_in_tx},
    offers::load_offers,
    pool::{Connection, Database},
    retry::{Failure, commit, read},
};

type PlacementFailure = Failure<CommitPlacementError>;

/// Keeps orders.
#[derive(Clone)]
pub struct PgOrderStore {
    database: Database,
    sealer: Arc<dyn Sealer>,
    announcer: Announcer,
}

impl PgOrderStore {
    /// Keeps them in `database`; answers that hold a secret are sealed by `sealer`.
    #[must_use]
    pub fn new(database: Database, sealer: Arc<dyn Sealer>) -> Self {
        Self { database, sealer, announcer: Announcer::silent() }
    }

    /// Lets whoever shows products know what was sold.
    #[must_use]
    pub fn announcing(self, shown: Arc<ShownProducts>) -> Self {
        Self { announcer: Announcer::to(shown), ..self }
    }
}

#[async_trait]
impl OrderStore for PgOrderStore {
    /// One round trip.
    async fn load_placement(
        &self,
        purchaser: &Purchaser,
        items: &[Item],
        currency: Currency,
    ) -> Result<Option<PlacementContext>, StorageError> {
        let (buyer, offers) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let named = items.iter().map(|item| &item.what);
            try_join!(load_buyer(connection, purchaser), load_offers(connection, named, currency))
        })
        .await?;
        let Some(buyer) = buyer else { return Ok(None) };
        placement_context(purchaser, buyer, offers, items.len(), currency).map(Some)
    }

    /// Three round trips: to begin, for everything, and to commit.
    async fn commit_placement<'a>(
        &self,
        placement: &OrderPlacement,
        limits: Option<OpenOrderLimits>,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitPlacementError> {
        let record = record.map(|record| Sealable { record, sealer: &*self.sealer });
        let once = |connection| place_once(connection, placement, limits, record);
        let outcome = commit(&self.database, "place order", once).await;
        let sold = placement.order.lines.iter().map(|line| line.product_id);
        let unknown = |error: &_| matches!(error, CommitPlacementError::Storage(_));
        self.announcer.announce(&outcome, unknown, sold);
        outcome
    }

    /// One round trip.
    async fn load(&self, id: OrderId) -> Result<Option<LoadedOrder>, StorageError> {
        let (order, lines, history) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            let ids = [id.uuid()];
            try_join!(
                load_order(connection, id),
                load_lines(connection, &ids),
                load_history_end(connection, id)
            )
        })
        .await?;
        let (Some(order), Some((sequence, at))) = (order, history) else { return Ok(None) };
        let history = HistoryEnd { sequence, at };
        Ok(Some(LoadedOrder { order: order.into_order(lines)?, history }))
    }

    /// Four round trips: to begin, to get hold of the order, for everything, and to commit.
    async fn commit_change<'a>(
        &self,
        change: &OrderChange,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitChangeError> {
        let once = |connection| change_once(connection, change, record);
        let outcome = commit(&self.database, "change order", once).await;
        let moved = |line: &&OrderLine| change.stock.iter().any(|moved| moved.variant_id == line.variant_id);
        let products = change.order.lines.iter().filter(moved).map(|line| line.product_id);
        let unknown = |error: &_| matches!(error, CommitChangeError::Storage(_));
        self.announcer.announce(&outcome, unknown, products);
        outcome
    }

    async fn list_overdue(
        &self,
        what: Overdue,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<OrderId>, StorageError> {
        read(&self.database, |connection| async move { load_overdue(&connection, what, now, limit).await })
            .await
    }
}

/// Statements reach the database in the order in which they stand here, also when one of them has to be prepared first:
/// each waits for its turn at the connection's prepared statements. So the key, the cart, the turns among orders of one
/// buyer and the stock are always waited for in this order, and nobody waits in a circle.
///
/// Nothing is asked between them. Where one of the first four finds that the order can't be, the others were made in vain,
/// and all is rolled back.
async fn place_once(
    mut connection: Connection,
    placement: &OrderPlacement,
    limits: Option<OpenOrderLimits>,
    record: Option<Sealable<'_>>,
) -> Result<(), PlacementFailure> {
    let OrderPlacement { order, reservations, event, cart, .. } = placement;
    let events = [event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let (_, is_cart_as_ordered, is_at_limit, refused, ..) = try_join!(
                async {
                    match record {
                        Some(record) => record_sealed_in_tx(connection, record).await.map_err(Failure::widen),
                        None => Ok(()),
                    }
                },
                async {
                    match cart {
                        Some(cart) => Ok(complete_cart_in_tx(connection, *cart, order.placed_at).await?),
                        None => Ok(true),
                    }
                },
                async {
                    match limits {
                        Some(limits) => Ok(is_at_limit_in_tx(connection, order, limits).await?),
                        None => Ok(false),
                    }
                },
                async { Ok(reserve_in_tx(connection, reservations, order.id, &event.origination).await?) },
                async { insert_order_in_tx(connection, placement).await.map_err(overtaken) },
                async { Ok(insert_events_in_tx(connection, &events).await?) },
            )?;
            if !is_cart_as_ordered {
                return Err(Failure::Refused(CommitPlacementError::CartChanged));
            }
            if is_at_limit {
                return Err(Failure::Refused(CommitPlacementError::TooManyOpenOrders));
            }
            refusal(&order.lines, &refused).map_or(Ok(()), |refusal| Err(Failure::Refused(refusal)))
        })
        .await
}

/// Who was erased while the order was decided on buys nothing, and a cart that was ordered meanwhile is not ordered again.
fn overtaken(error: Error) -> PlacementFailure {
    match refused_by(&error) {
        Some("orders_cart_key") => Failure::Refused(CommitPlacementError::CartChanged),
        Some("orders_not_for_the_erased") => Failure::Refused(CommitPlacementError::CustomerGone),
        _ => Failure::Failed(error),
    }
}

/// Why an order can't be, when some of its stock could not be held.
fn refusal(lines: &[OrderLine], refused: &[Refused]) -> Option<CommitPlacementError> {
    if refused.is_empty() {
        return None;
    }
    if refused.iter().any(|line| !line.is_as_offered) {
        return Some(CommitPlacementError::OfferChanged);
    }
    let shortage = |line: &OrderLine| {
        let refused = refused.iter().find(|refused| refused.variant_id == line.variant_id.uuid())?;
        Some(Shortage {
            sku: line.sku.clone(),
            requested: line.quantity.get(),
            available: u32::try_from(refused.available).unwrap_or(0),
        })
    };
    Some(CommitPlacementError::InsufficientStock(lines.iter().filter_map(shortage).collect()))
}
