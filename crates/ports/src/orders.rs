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
    /// Something that is ordered is not offered any more as it was when the decision was made: its price, name or
    /// visibility has changed. What is offered now can be loaded and decided on again.
    #[error("an offer has changed meanwhile")]
    OfferChanged,
    /// The buyer, or the buyer's network address, has as many unpaid orders as may wait at once.
    #[error("too many unpaid orders are waiting")]
    TooManyOpenOrders,
    /// The customer was erased since the decision was made.
    #[error("there is no such customer any more")]
    CustomerGone,
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
    /// each item, in the items' order, at the price that is in force at the instant. An item names a variant that is not deleted or, failing that, the one that was
    /// deleted last. `None` when there is no such customer (any more).
    async fn load_placement(
        &self,
        customer_id: UserId,
        items: &[Item],
        currency: Currency,
    ) -> Result<Option<PlacementContext>, StorageError>;

    /// Stores a new order with its lines, reservations, ledger lines, history and event; and the answer of the call,
    /// when it came with an idempotency key. Stock is locked in the order of the variants' ids, and never oversold.
    /// [`CommitPlacementError::OfferChanged`] when an offer's version is not the one that it was placed on; that is told
    /// rather than a shortage.
    ///
    /// With `limits`, the open unpaid orders of the buyer, of the buyer's e-mail address and of the network address are
    /// counted in the same transaction, so that no race goes beyond them.
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
