//! Storage of orders.

use async_trait::async_trait;
use domain::{
    Instant,
    accounts::Email,
    idempotency::IdempotencyRecord,
    ids::{OrderId, UserId},
    money::Currency,
    orders::{
        FulfillmentStatus, HistoryEnd, HistoryStep, Item, OpenOrderLimits, Order, OrderChange,
        OrderPlacement, OrderStatus, PaymentStatus, PlacementContext, Shortage,
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
    /// The cart that is ordered is not as it was when the decision was made: it was edited, ordered or closed. It can be
    /// loaded and decided on again.
    #[error("the cart has changed meanwhile")]
    CartChanged,
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

/// An order, and where its history ends: what a command is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedOrder {
    /// The order, with all that was recorded of it.
    pub order: Order,
    /// The last step that it took.
    pub history: HistoryEnd,
}

/// Why a command changed nothing. Nothing of it has taken effect.
#[derive(Debug, thiserror::Error)]
pub enum CommitChangeError {
    /// The order is not what it was when the decision was made. It can be loaded and decided on again.
    #[error("the order has changed meanwhile")]
    Conflict,
    /// A payment of this method and reference is recorded already, with this order or another one.
    #[error("there is a payment with this reference already")]
    ReferenceTaken,
    /// What is to be shipped is not there: `available` of these are.
    #[error("not enough stock")]
    InsufficientStock(Vec<Shortage>),
    /// Another call with the same idempotency key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// An order with some of the steps that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderHistory {
    /// The order.
    pub order: Order,
    /// The steps; a place is a step's number.
    pub steps: Page<HistoryStep, i32>,
}

/// Which orders the shop itself has something to do with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// Those that have waited for money for too long.
    Unpaid,
    /// Those that were left confirmed, though all of them has arrived and is paid.
    Incomplete,
}

/// Whose orders they are going to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purchaser {
    /// A customer's; the mail goes to the account's address.
    Customer(UserId),
    /// A guest's; the mail goes here.
    Guest(Email),
}

/// Keeps orders.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OrderStore: Send + Sync {
    /// What a decision about these items needs: the instant, an order number, the buyer's address, and an offer for each
    /// item, in the items' order, at the price that is in force at the instant. An item names a variant that is not deleted
    /// or, failing that, the one that was deleted last. `None` when there is no such customer (any more).
    async fn load_placement(
        &self,
        purchaser: &Purchaser,
        items: &[Item],
        currency: Currency,
    ) -> Result<Option<PlacementContext>, StorageError>;

    /// Stores a new order with its lines, reservations, ledger lines, history and event, and closes the cart that was
    /// ordered; and keeps the answer of the call, when it came with an idempotency key. Stock is locked in the order of the variants' ids, and never oversold.
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

    /// What a command on an order is decided on; `None` when there is no such order.
    async fn load(&self, id: OrderId) -> Result<Option<LoadedOrder>, StorageError>;

    /// Makes all of a decision true: the order as it is then, what was recorded, what becomes of stock, with its lines in
    /// the ledger, the steps and the events; and the answer of the call, when it came with an idempotency key.
    /// [`CommitChangeError::Conflict`] when the order has another version than the one that was decided on.
    async fn commit_change<'a>(
        &self,
        change: &OrderChange,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitChangeError>;

    /// Up to `limit` orders that are overdue at `now`, the ones that have been so for longest first; those that somebody
    /// is at work on are left out.
    async fn list_overdue(
        &self,
        what: Overdue,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<OrderId>, StorageError>;
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

    /// An order and a page of the steps that it took, the first one first.
    async fn find_history(
        &self,
        id: OrderId,
        page: PageRequest<i32>,
    ) -> Result<Option<OrderHistory>, StorageError>;

    /// A page of orders. A page costs the same however deep it is.
    async fn list(&self, query: &OrderQuery) -> Result<Page<Order>, StorageError>;
}
