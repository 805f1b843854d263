//! Somebody opens a cart.

use std::{fmt, sync::Arc};

use domain::{
    accounts::Caller,
    asker::Asker,
    carts::{Cart, CartExpiry, CartOccasion, CartOwner, NewCart},
    idempotency::Keyed,
    money::Currency,
    orders::{Item, ItemRef},
};
use ports::{
    carts::{LoadedCart, NamedOffers, WhichCart},
    idempotency::IdempotencyReader,
    security::{SecretToken, SecretTokens},
};

use super::{CartEdits, CartError, PricedCart, committed};
use crate::{
    idempotency::{Outcome, once},
    settle::settle,
};

/// What the cart is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCartCommand {
    /// In which currency; the store's when absent, or that of the cart that the user has.
    pub currency: Option<Currency>,
    /// What comes into it.
    pub items: Vec<Item>,
}

/// A cart that somebody has opened, or had.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedCart {
    /// The cart.
    pub cart: PricedCart,
    /// Whether it is a new one.
    pub is_new: bool,
    /// What opens it, when it is a guest's; told only now.
    pub token: Option<String>,
}

/// The token stays out of logs.
impl fmt::Debug for OpenedCart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cart, is_new, .. } = self;
        f.debug_struct("OpenedCart").field("cart", cart).field("is_new", is_new).finish_non_exhaustive()
    }
}

type Opened = Outcome<OpenedCart>;

/// A cart that is being opened: whose it is, which earlier one is closed by it, and what opens it.
struct Opening {
    asker: Asker,
    new: NewCart,
    expired: Option<CartExpiry>,
    token: Option<String>,
}

/// Opens carts.
#[derive(Clone)]
pub struct OpenCart {
    /// Edits carts.
    pub edits: CartEdits,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes the tokens of guests.
    pub secrets: Arc<dyn SecretTokens>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
}

impl OpenCart {
    /// Opens a cart with these things in it. A user who has an open one gets that, with these things added.
    ///
    /// # Errors
    /// [`CartError`].
    pub async fn run(
        &self,
        caller: Option<&Caller>,
        command: OpenCartCommand,
        keyed: Option<Keyed<OpenedCart>>,
    ) -> Result<Opened, CartError> {
        let keyed = keyed.as_ref();
        let attempt = async {
            match caller {
                Some(caller) => settle(async || self.of_user(caller, &command, keyed).await).await,
                None => settle(async || self.of_guest(&command, keyed).await).await,
            }
        };
        once(&*self.records, keyed, attempt).await
    }

    async fn of_guest(
        &self,
        command: &OpenCartCommand,
        keyed: Option<&Keyed<OpenedCart>>,
    ) -> Result<Option<Opened>, CartError> {
        let SecretToken { secret, digest } = self.secrets.generate().map_err(CartError::NoToken)?;
        let currency = command.currency.unwrap_or(self.store_currency);
        let new = NewCart { id: self.edits.ids.id(), owner: CartOwner::Guest(digest), currency };
        let asker = Asker::Guest(digest);
        self.open(Opening { asker, new, expired: None, token: Some(secret) }, command, keyed).await
    }

    async fn of_user(
        &self,
        caller: &Caller,
        command: &OpenCartCommand,
        keyed: Option<&Keyed<OpenedCart>>,
    ) -> Result<Option<Opened>, CartError> {
        let asker = Asker::User(caller.clone());
        let named = named(command);
        let own = self.edits.carts.load(WhichCart::OpenOf(caller.user_id), &named).await?;
        let expired = own.as_ref().and_then(|own| own.cart.expire(own.now));
        match own.filter(|_| expired.is_none()) {
            Some(own) => self.add(&self.edits.occasion(&asker, own.now), own, command, keyed).await,
            None => {
                let currency = command.currency.unwrap_or(self.store_currency);
                let owner = CartOwner::User(caller.user_id);
                let new = NewCart { id: self.edits.ids.id(), owner, currency };
                self.open(Opening { asker, new, expired, token: None }, command, keyed).await
            }
        }
    }

    async fn open(
        &self,
        Opening { asker, new, expired, token }: Opening,
        command: &OpenCartCommand,
        keyed: Option<&Keyed<OpenedCart>>,
    ) -> Result<Option<Opened>, CartError> {
        let NamedOffers { named, offers, now } =
            self.edits.carts.load_offers(&named(command), new.currency).await?;
        let occasion = self.edits.occasion(&asker, now);
        let cart: Cart = new.open(&occasion, &self.edits.additions(&command.items, &named), &offers)?;
        let opened = OpenedCart { cart: PricedCart::of(cart.clone(), &offers)?, is_new: true, token };
        let record = keyed.map(|keyed| keyed.record(&opened, now));
        let done = committed(self.edits.carts.commit_opening(&cart, expired, record.as_ref()).await)?;
        Ok(done.map(|()| Outcome::done(opened, record)))
    }

    async fn add(
        &self,
        occasion: &CartOccasion,
        LoadedCart { cart, offers, named, .. }: LoadedCart,
        command: &OpenCartCommand,
        keyed: Option<&Keyed<OpenedCart>>,
    ) -> Result<Option<Opened>, CartError> {
        cart.require_currency(command.currency)?;
        let change = cart.add(occasion, &self.edits.additions(&command.items, &named), &offers)?;
        let cart = PricedCart::of(change.cart.clone(), &offers)?;
        let opened = OpenedCart { cart, is_new: false, token: None };
        let record = keyed.map(|keyed| keyed.record(&opened, occasion.now));
        let done = committed(self.edits.carts.commit_change(&change, record.as_ref()).await)?;
        Ok(done.map(|()| Outcome::done(opened, record)))
    }
}

fn named(command: &OpenCartCommand) -> Vec<ItemRef> {
    command.items.iter().map(|item| item.what.clone()).collect()
}
