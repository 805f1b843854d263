//! Storage of orders.

use async_trait::async_trait;
use domain::{
    Instant,
    accounts::Email,
    idempotency::IdempotencyRecord,
    ids::{OrderId, UserId},
    money::Currency,
    orders::{
        FulfillmentStatus, Item, OpenOrderLimits, Order, OrderPlacement, OrderStatus, PaymentStatus,
        PlacementContext, Shortage,
    },
};

use crate::{
    idempotency::KeyConflict,
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Why an order was not stored. Nothing of it has taken effect.
#[derive(Debug, thiserror::Error)]
pub enum CommitPlacementError {
    /// Too little is left of these.
    #[error("not enough stock")]
    InsufficientStock(Vec<Shortage>),
    /// The buyer, or the buyer's network address, has as many unpaid orders as may wait at once.
    #[error("too many unpaid orders are waiting")]
    TooManyOpenOrders,
    /// Another call with the same idempotency key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps orders.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OrderStore: Send + Sync {
    /// What a decision about these items needs: the instant, an order number, the customer's address, and an offer for
    /// each item, in the items' order. An item names a variant that is not deleted or, failing that, the one that was
    /// deleted last. `None` when there is no such customer (any more).
    async fn load_placement(
        &self,
        customer_id: UserId,
        items: &[Item],
        currency: Currency,
    ) -> Result<Option<PlacementContext>, StorageError>;

    /// Stores a new order with its lines, reservations, ledger lines, history and event; and the answer of the call,
    /// when it came with an idempotency key. Stock is locked in the order of the variants' ids, and never oversold.
    /// With `limits`, the buyer's open unpaid orders are counted in the same transaction.
    async fn commit_placement<'a>(
        &self,
        placement: &OrderPlacement,
        limits: Option<OpenOrderLimits>,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitPlacementError>;
}

/// Which orders are wanted; newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderQuery {
    /// Those of this customer; `None` for all.
    pub customer_id: Option<UserId>,
    /// Those of customers and guests with this address.
    pub email: Option<Email>,
    /// Those that stand here.
    pub status: Option<OrderStatus>,
    /// Those whose money stands here.
    pub payment_status: Option<PaymentStatus>,
    /// Those whose goods stand here.
    pub fulfillment_status: Option<FulfillmentStatus>,
    /// Those placed after this instant.
    pub created_after: Option<Instant>,
    /// Those placed before this instant.
    pub created_before: Option<Instant>,
    /// The one with this number.
    pub number: Option<i64>,
    /// Which page.
    pub page: PageRequest,
}

/// Shows orders.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OrderReader: Send + Sync {
    /// One order.
    async fn find(&self, id: OrderId) -> Result<Option<Order>, StorageError>;

    /// A page of orders. A page costs the same however deep it is.
    async fn list(&self, query: &OrderQuery) -> Result<Page<Order>, StorageError>;
}
