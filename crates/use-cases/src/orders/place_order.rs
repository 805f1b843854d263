//! Somebody orders: what they name, or what is in their cart.

use std::{fmt, sync::Arc};

use chrono::Duration;
use domain::{
    Instant,
    accounts::Email,
    asker::Asker,
    carts::CheckoutError,
    idempotency::KeyReused,
    ids::{CartId, VariantId},
    money::{Currency, Money},
    orders::{
        Address, Buyer, Item, OpenOrderLimits, Order, OrderPlacement, OrderRequest, PlacementContext,
        PlacementError, PlacementIds, Shortage,
    },
    text::Note,
};
use ports::{
    carts::{CartStore, LoadedCart, WhichCart},
    idempotency::{IdempotencyReader, KeyConflict},
    ids::IdGenerator,
    orders::{CommitPlacementError, OrderStore, Purchaser},
    security::{SecretToken, SecretTokens},
    storage::StorageError,
};

use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
    settle::settle,
};

/// What somebody wants to buy.
#[derive(Debug, Clone)]
pub struct PlaceOrderCommand {
    /// What.
    pub what: Purchase,
    /// Where a guest's mail goes; customers' goes to their account's address.
    pub email: Option<Email>,
    /// Where the goods go.
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

/// The two ways to say what is bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purchase {
    /// What is named here.
    Lines {
        /// What.
        items: Vec<Item>,
        /// In which currency; the store's when absent.
        currency: Option<Currency>,
    },
    /// What is in this cart, in its currency.
    Cart(CartId),
}

/// A new order, and what opens it for a guest.
#[derive(Clone, PartialEq, Eq)]
pub struct PlacedOrder {
    /// The order.
    pub order: Order,
    /// The token of a guest's order: shown once, and never kept as it is.
    pub token: Option<String>,
}

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
pub enum PlaceOrderError {
    /// The customer's account is gone.
    #[error("the account does not exist any more")]
    UnknownCustomer,
    /// A guest says no address.
    #[error("a guest's order needs an e-mail address")]
    NeedsEmail,
    /// A customer says one.
    #[error("the order of somebody who is signed in goes to the account's address")]
    NeedsNoEmail,
    /// There is no such cart, or it is somebody else's.
    #[error("there is no such cart")]
    UnknownCart,
    /// The cart can't be ordered.
    #[error(transparent)]
    Cart(CheckoutError),
    /// The shop can't sell this so.
    #[error(transparent)]
    Refused(#[from] PlacementError),
    /// The buyer, or the network address, has as many unpaid orders as may wait at once.
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

/// The token stays out of logs.
impl fmt::Debug for PlacedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlacedOrder").field("order", &self.order).finish_non_exhaustive()
    }
}

/// How long orders wait for money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderExpiry {
    /// Those of customers.
    pub customer: Duration,
    /// Those of guests.
    pub guest: Duration,
}

/// Places orders.
#[derive(Clone)]
pub struct PlaceOrder {
    /// Keeps orders.
    pub orders: Arc<dyn OrderStore>,
    /// Keeps carts.
    pub carts: Arc<dyn CartStore>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes the tokens of guests' orders.
    pub secrets: Arc<dyn SecretTokens>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
    /// How long an order waits for money.
    pub expiry: OrderExpiry,
    /// How many unpaid orders may wait; `None` for any number.
    pub limits: Option<OpenOrderLimits>,
}

/// Who buys, once that is settled.
struct Customer<'a> {
    asker: Option<&'a Asker>,
    buyer: Buyer,
    purchaser: Purchaser,
    token: Option<String>,
    expiry: Duration,
}

impl PlaceOrder {
    /// Places the order, all of it or nothing, at today's prices, and reserves its stock. When what is offered, or what is
    /// in the cart, changes in the meantime, it is decided on again. Whoever is nobody in particular (`asker` is `None`)
    /// buys as a guest, as does whoever has the token of a guest's cart.
    ///
    /// # Errors
    /// [`PlaceOrderError`]; then nothing has happened.
    pub async fn run(
        &self,
        asker: Option<&Asker>,
        command: PlaceOrderCommand,
        keyed: Option<Keyed<PlacedOrder>>,
        context: RequestContext,
    ) -> Result<Outcome<PlacedOrder>, PlaceOrderError> {
        let customer = self.customer(asker, command.email.as_ref(), &context)?;
        let attempt = settle(async || self.attempt(&customer, &command, keyed.as_ref(), &context).await);
        once(&*self.records, keyed.as_ref(), attempt).await
    }

    fn customer<'a>(
        &self,
        asker: Option<&'a Asker>,
        email: Option<&Email>,
        context: &RequestContext,
    ) -> Result<Customer<'a>, PlaceOrderError> {
        if let Some(Asker::User(caller)) = asker {
            return match email {
                Some(_) => Err(PlaceOrderError::NeedsNoEmail),
                None => Ok(Customer {
                    asker,
                    buyer: Buyer::customer(caller.user_id, context.ip),
                    purchaser: Purchaser::Customer(caller.user_id),
                    token: None,
                    expiry: self.expiry.customer,
                }),
            };
        }
        let email = email.ok_or(PlaceOrderError::NeedsEmail)?.clone();
        let SecretToken { secret, digest } = self.secrets.generate().map_err(StorageError::Internal)?;
        Ok(Customer {
            asker,
            buyer: Buyer::guest(digest, context.ip),
            purchaser: Purchaser::Guest(email),
            token: Some(secret),
            expiry: self.expiry.guest,
        })
    }

    /// `None` when something has changed before the order could be stored.
    async fn attempt(
        &self,
        customer: &Customer<'_>,
        command: &PlaceOrderCommand,
        keyed: Option<&Keyed<PlacedOrder>>,
        context: &RequestContext,
    ) -> Result<Option<Outcome<PlacedOrder>>, PlaceOrderError> {
        let (placement, now) = match &command.what {
            Purchase::Lines { items, currency } => {
                let currency = currency.unwrap_or(self.store_currency);
                let loaded = self.load(customer, items, currency).await?;
                let request = request(customer, command, items.clone(), currency);
                let ids = self.ids(items.len(), context);
                (request.place(&loaded, ids, customer.expiry)?, loaded.now)
            }
            Purchase::Cart(id) => self.check_out(customer, *id, command, context).await?,
        };
        let placed = PlacedOrder { order: placement.order.clone(), token: customer.token.clone() };
        let record = keyed.map(|keyed| keyed.record(&placed, now));
        match self.orders.commit_placement(&placement, self.limits, record.as_ref()).await {
            Ok(()) => Ok(Some(Outcome::done(placed, record))),
            Err(CommitPlacementError::OfferChanged | CommitPlacementError::CartChanged) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The order of what is in a cart.
    async fn check_out(
        &self,
        customer: &Customer<'_>,
        id: CartId,
        command: &PlaceOrderCommand,
        context: &RequestContext,
    ) -> Result<(OrderPlacement, Instant), PlaceOrderError> {
        let asker = customer.asker.ok_or(PlaceOrderError::UnknownCart)?;
        let loaded = self.carts.load(WhichCart::Id(id), &[]).await?;
        let LoadedCart { cart, now, .. } = loaded.ok_or(PlaceOrderError::UnknownCart)?;
        let items = cart.items(asker, now)?;
        let loaded = self.load(customer, &items, cart.currency).await?;
        let ids = self.ids(items.len(), context);
        let request = request(customer, command, items, cart.currency);
        Ok((cart.check_out(asker, request, &loaded, ids, customer.expiry)?, loaded.now))
    }

    async fn load(
        &self,
        customer: &Customer<'_>,
        items: &[Item],
        currency: Currency,
    ) -> Result<PlacementContext, PlaceOrderError> {
        let loaded = self.orders.load_placement(&customer.purchaser, items, currency).await?;
        loaded.ok_or(PlaceOrderError::UnknownCustomer)
    }

    fn ids(&self, lines: usize, context: &RequestContext) -> PlacementIds {
        PlacementIds {
            order: self.ids.id(),
            lines: (0..lines).map(|_| self.ids.id()).collect(),
            event: self.ids.id(),
            request_id: context.request_id.clone(),
        }
    }
}

fn request(
    customer: &Customer<'_>,
    command: &PlaceOrderCommand,
    items: Vec<Item>,
    currency: Currency,
) -> OrderRequest {
    OrderRequest {
        buyer: customer.buyer,
        items,
        currency,
        shipping_address: command.shipping_address.clone(),
        billing_address: command.billing_address.clone(),
        note: command.note.clone(),
        expected_total: command.expected_total,
        expected_prices: command.expected_prices.clone(),
    }
}

impl From<CheckoutError> for PlaceOrderError {
    fn from(error: CheckoutError) -> Self {
        match error {
            CheckoutError::Placement(error) => Self::Refused(error),
            error => Self::Cart(error),
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
            error @ (CommitPlacementError::OfferChanged | CommitPlacementError::CartChanged) => {
                Self::Storage(StorageError::Overloaded(error.into()))
            }
            CommitPlacementError::TooManyOpenOrders => Self::TooManyOpenOrders,
            CommitPlacementError::CustomerGone => Self::UnknownCustomer,
            CommitPlacementError::Key(conflict) => Self::Key(conflict),
            CommitPlacementError::Storage(error) => Self::Storage(error),
        }
    }
}
