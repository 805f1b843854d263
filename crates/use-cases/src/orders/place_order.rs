//! A customer orders.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    Instant,
    accounts::Caller,
    idempotency::KeyReused,
    ids::VariantId,
    money::{Currency, Money},
    orders::{
        Address, Buyer, Item, OpenOrderLimits, Order, OrderPlacement, OrderRequest, PlacementError,
        PlacementIds, Shortage,
    },
    text::Note,
};
use ports::{
    idempotency::{IdempotencyReader, KeyConflict},
    ids::IdGenerator,
    orders::{CommitPlacementError, OrderStore},
    storage::StorageError,
};

use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
};

/// What a customer wants to buy.
#[derive(Debug, Clone)]
pub struct PlaceOrderCommand {
    /// What.
    pub items: Vec<Item>,
    /// In which currency; the store's when absent.
    pub currency: Option<Currency>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Who gets the bill.
    pub billing_address: Option<Address>,
    /// What the buyer wants to say.
    pub note: Option<Note>,
    /// What the buyer was shown as the total.
    pub expected_total: Option<Money>,
    /// What the buyer was shown as prices.
    pub expected_prices: Vec<(VariantId, Money)>,
}

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
pub enum PlaceOrderError {
    /// The customer's account is gone.
    #[error("the account does not exist any more")]
    UnknownCustomer,
    /// The shop can't sell this so.
    #[error(transparent)]
    Refused(#[from] PlacementError),
    /// The customer, or the network address, has as many unpaid orders as may wait at once.
    #[error("too many unpaid orders are waiting; pay or cancel one first")]
    TooManyOpenOrders,
    /// The idempotency key came with another request.
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// A call with the same key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// How often an order is decided on at most, when what it buys changes each time before it can be stored.
const MAX_DECISIONS: usize = 3;

/// Places orders.
#[derive(Clone)]
pub struct PlaceOrder {
    /// Keeps orders.
    pub orders: Arc<dyn OrderStore>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
    /// How long an order waits for money.
    pub expiry: Duration,
    /// How many unpaid orders may wait; `None` for any number.
    pub limits: Option<OpenOrderLimits>,
}

impl PlaceOrder {
    /// Places the order, all of it or nothing, at today's prices, and reserves its stock. When what is offered changes
    /// in the meantime, it is decided on again.
    ///
    /// # Errors
    /// [`PlaceOrderError`]; then nothing has happened.
    pub async fn run(
        &self,
        caller: &Caller,
        command: PlaceOrderCommand,
        keyed: Option<Keyed<Order>>,
        context: RequestContext,
    ) -> Result<Outcome<Order>, PlaceOrderError> {
        once(&*self.records, keyed.as_ref(), self.attempt(caller, command, keyed.as_ref(), context)).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        command: PlaceOrderCommand,
        keyed: Option<&Keyed<Order>>,
        context: RequestContext,
    ) -> Result<Outcome<Order>, PlaceOrderError> {
        let request = self.request(caller, command, &context);
        for _ in 0..MAX_DECISIONS {
            let (placement, now) = self.decide(caller, &request, &context).await?;
            let record = keyed.map(|keyed| keyed.record(&placement.order, now));
            match self.orders.commit_placement(&placement, self.limits, record.as_ref()).await {
                Err(CommitPlacementError::OfferChanged) => {}
                outcome => {
                    return outcome.map(|()| Outcome::done(placement.order, record)).map_err(Into::into);
                }
            }
        }
        Err(CommitPlacementError::OfferChanged.into())
    }

    /// The order as it can be placed now, and when that is.
    async fn decide(
        &self,
        caller: &Caller,
        request: &OrderRequest,
        context: &RequestContext,
    ) -> Result<(OrderPlacement, Instant), PlaceOrderError> {
        let loaded = self.orders.load_placement(caller.user_id, &request.items, request.currency).await?;
        let loaded = loaded.ok_or(PlaceOrderError::UnknownCustomer)?;
        let ids = PlacementIds {
            order: self.ids.id(),
            lines: request.items.iter().map(|_| self.ids.id()).collect(),
            event: self.ids.id(),
            request_id: context.request_id.clone(),
        };
        Ok((request.place(&loaded, ids, self.expiry)?, loaded.now))
    }

    fn request(&self, caller: &Caller, command: PlaceOrderCommand, context: &RequestContext) -> OrderRequest {
        OrderRequest {
            buyer: Buyer::customer(caller.user_id, context.ip),
            items: command.items,
            currency: command.currency.unwrap_or(self.store_currency),
            shipping_address: command.shipping_address,
            billing_address: command.billing_address,
            note: command.note,
            expected_total: command.expected_total,
            expected_prices: command.expected_prices,
        }
    }
}

impl From<Vec<Shortage>> for PlaceOrderError {
    fn from(short: Vec<Shortage>) -> Self {
        Self::Refused(PlacementError::InsufficientStock(short))
    }
}

impl From<CommitPlacementError> for PlaceOrderError {
    fn from(error: CommitPlacementError) -> Self {
        match error {
            CommitPlacementError::InsufficientStock(short) => short.into(),
            error @ CommitPlacementError::OfferChanged => {
                Self::Storage(StorageError::Overloaded(error.into()))
            }
            CommitPlacementError::TooManyOpenOrders => Self::TooManyOpenOrders,
            CommitPlacementError::CustomerGone => Self::UnknownCustomer,
            CommitPlacementError::Key(conflict) => Self::Key(conflict),
            CommitPlacementError::Storage(error) => Self::Storage(error),
        }
    }
}
