//! Keeping carts.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{QueryResult, dsl::sql, result::Error, select, sql_types::Timestamptz};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    carts::{Cart, CartChange, CartClaim, CartExpiry, Destination},
    idempotency::IdempotencyRecord,
    ids::CartId,
    money::Currency,
    orders::ItemRef,
};
use futures::try_join;
use ports::{
    carts::{CartStore, CommitCartError, LoadedCart, NamedOffers, WhichCart},
    security::Sealer,
    storage::StorageError,
};

use super::{
    cart_row::{load_cart, loaded_cart},
    expiry::expire_once,
    write::{
        delete_cart_in_tx, expire_cart_in_tx, insert_cart_in_tx, lock_carts_in_tx, merge_cart_in_tx,
        put_lines_in_tx, remove_lines_in_tx, update_cart_in_tx,
    },
};
use crate::{
    errors::refused_by,
    idempotency::{Sealable, record_sealed_in_tx},
    offers::{in_places, load_offers},
    pool::{Connection, Database},
    retry::{Failure, commit, read},
};

type CartFailure = Failure<CommitCartError>;

/// Keeps carts.
#[derive(Clone)]
pub struct PgCartStore {
    database: Database,
    sealer: Arc<dyn Sealer>,
}

impl PgCartStore {
    /// Keeps them in `database`; answers that hold a guest's token are sealed by `sealer`.
    #[must_use]
    pub fn new(database: Database, sealer: Arc<dyn Sealer>) -> Self {
        Self { database, sealer }
    }

    fn sealable<'a>(&'a self, record: Option<&'a IdempotencyRecord>) -> Option<Sealable<'a>> {
        record.map(|record| Sealable { record, sealer: &*self.sealer })
    }
}

#[async_trait]
impl CartStore for PgCartStore {
    /// One round trip, and one more when items are named: which currency is asked for is the cart's to say.
    async fn load(&self, which: WhichCart, items: &[ItemRef]) -> Result<Option<LoadedCart>, StorageError> {
        let rows =
            read(&self.database, |connection| async move { load_cart(&connection, which).await }).await?;
        let Some(mut loaded) = loaded_cart(rows)? else { return Ok(None) };
        if !items.is_empty() {
            let NamedOffers { named, offers, now } = self.load_offers(items, loaded.cart.currency).await?;
            loaded.named = named;
            loaded.offers.extend(offers);
            loaded.now = now;
        }
        Ok(Some(loaded))
    }

    /// One round trip.
    async fn load_offers(&self, items: &[ItemRef], currency: Currency) -> Result<NamedOffers, StorageError> {
        let (now, rows) = read(&self.database, |connection| async move {
            let connection: &AsyncPgConnection = &connection;
            try_join!(load_now(connection), load_offers(connection, items, currency))
        })
        .await?;
        let now = rows.as_slice().first().map_or(now, |row| row.now);
        let named = in_places(rows, items.len(), currency)?;
        Ok(NamedOffers {
            named: named.iter().map(|offer| Some(offer.as_ref()?.variant_id)).collect(),
            offers: named.into_iter().flatten().map(|offer| (offer.variant_id, offer)).collect(),
            now,
        })
    }

    async fn commit_opening<'a>(
        &self,
        cart: &Cart,
        expired: Option<CartExpiry>,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCartError> {
        let record = self.sealable(record);
        commit(&self.database, "open cart", |connection| open_once(connection, cart, expired, record)).await
    }

    async fn commit_change<'a>(
        &self,
        change: &CartChange,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCartError> {
        let record = self.sealable(record);
        commit(&self.database, "change cart", |connection| change_once(connection, change, record)).await
    }

    async fn commit_claim<'a>(
        &self,
        claim: &CartClaim,
        expired: Option<CartExpiry>,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCartError> {
        let record = self.sealable(record);
        commit(&self.database, "claim cart", |connection| claim_once(connection, claim, expired, record))
            .await
    }

    async fn commit_removal(&self, id: CartId, version: i32) -> Result<(), CommitCartError> {
        let once = |connection| remove_once(connection, id, version);
        commit(&self.database, "delete cart", once).await
    }

    async fn expire(&self, limit: u32) -> Result<u32, StorageError> {
        let expired =
            commit(&self.database, "expire carts", |connection| expire_once(connection, limit)).await?;
        Ok(u32::try_from(expired).unwrap_or(u32::MAX))
    }
}

async fn load_now(mut connection: &AsyncPgConnection) -> QueryResult<Instant> {
    select(sql::<Timestamptz>("now()")).get_result(&mut connection).await
}

async fn open_once(
    mut connection: Connection,
    cart: &Cart,
    expired: Option<CartExpiry>,
    record: Option<Sealable<'_>>,
) -> Result<(), CartFailure> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            record_in_tx(connection, record).await?;
            open_in_tx(connection, cart, expired).await
        })
        .await
}

async fn change_once(
    mut connection: Connection,
    change: &CartChange,
    record: Option<Sealable<'_>>,
) -> Result<(), CartFailure> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            record_in_tx(connection, record).await?;
            change_in_tx(connection, change).await
        })
        .await
}

/// Both carts are locked before either is changed, in the order that everybody locks several in.
async fn claim_once(
    mut connection: Connection,
    claim: &CartClaim,
    expired: Option<CartExpiry>,
    record: Option<Sealable<'_>>,
) -> Result<(), CartFailure> {
    let at = claim.into.cart().updated_at;
    let own = match &claim.into {
        Destination::Own(change) => Some(change.cart.id),
        Destination::New(_) => expired.map(|expiry| expiry.cart),
    };
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            record_in_tx(connection, record).await?;
            let ids = [Some(claim.guest_cart), own].into_iter().flatten().map(CartId::uuid).collect();
            lock_carts_in_tx(connection, ids).await?;
            still(merge_cart_in_tx(connection, claim.guest_cart, claim.guest_version, at).await?)?;
            match &claim.into {
                Destination::Own(change) => change_in_tx(connection, change).await,
                Destination::New(cart) => open_in_tx(connection, cart, expired).await,
            }
        })
        .await
}

async fn remove_once(mut connection: Connection, id: CartId, version: i32) -> Result<(), CartFailure> {
    connection.transaction(async |connection| still(delete_cart_in_tx(connection, id, version).await?)).await
}

async fn record_in_tx(
    connection: &AsyncPgConnection,
    record: Option<Sealable<'_>>,
) -> Result<(), CartFailure> {
    match record {
        Some(record) => record_sealed_in_tx(connection, record).await.map_err(Failure::widen),
        None => Ok(()),
    }
}

async fn open_in_tx(
    connection: &AsyncPgConnection,
    cart: &Cart,
    expired: Option<CartExpiry>,
) -> Result<(), CartFailure> {
    if let Some(expired) = expired {
        still(expire_cart_in_tx(connection, expired, cart.created_at).await?)?;
    }
    insert_cart_in_tx(connection, cart).await.map_err(not_opened)?;
    Ok(put_lines_in_tx(connection, cart.id, &cart.lines).await?)
}

async fn change_in_tx(connection: &AsyncPgConnection, change: &CartChange) -> Result<(), CartFailure> {
    still(update_cart_in_tx(connection, change).await?)?;
    let cart = change.cart.id;
    try_join!(
        remove_lines_in_tx(connection, cart, &change.removed),
        put_lines_in_tx(connection, cart, &change.put)
    )?;
    Ok(())
}

/// Passes when a cart still was the one that was decided on.
fn still(was_the_same: bool) -> Result<(), CartFailure> {
    if was_the_same { Ok(()) } else { Err(Failure::Refused(CommitCartError::Conflict)) }
}

/// The user has an open cart meanwhile, or is gone.
fn not_opened(error: Error) -> CartFailure {
    match refused_by(&error) {
        Some("carts_one_open_per_user") => Failure::Refused(CommitCartError::Conflict),
        Some("carts_not_for_the_erased") => Failure::Refused(CommitCartError::UserGone),
        _ => Failure::Failed(error),
    }
}
