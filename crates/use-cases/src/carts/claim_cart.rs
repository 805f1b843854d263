//! A guest who has signed in takes the cart along.

use std::sync::Arc;

use domain::{
    Instant,
    accounts::Caller,
    asker::Asker,
    carts::{Cart, Cut, Offers},
    idempotency::Keyed,
    ids::CartId,
    orders::ItemRef,
};
use ports::{
    carts::{LoadedCart, WhichCart},
    idempotency::IdempotencyReader,
};

use super::{CartEdits, CartError, PricedCart, committed};
use crate::{
    idempotency::{Outcome, once},
    settle::settle,
};

/// The user's cart, once a guest's has gone into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedCart {
    /// The cart.
    pub cart: PricedCart,
    /// What is fewer than both carts together had.
    pub cuts: Vec<Cut>,
}

type Claimed = Outcome<ClaimedCart>;

/// Claims guests' carts.
#[derive(Clone)]
pub struct ClaimCart {
    /// Edits carts.
    pub edits: CartEdits,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
}

impl ClaimCart {
    /// Puts the guest's cart, which the token with this digest opens, into the user's own, or into a new one. The token
    /// opens nothing any more.
    ///
    /// # Errors
    /// [`CartError`].
    pub async fn run(
        &self,
        caller: &Caller,
        id: CartId,
        token: [u8; 32],
        keyed: Option<Keyed<ClaimedCart>>,
    ) -> Result<Claimed, CartError> {
        let keyed = keyed.as_ref();
        let attempt = async || self.attempt(caller, id, token, keyed).await;
        once(&*self.records, keyed, settle(attempt)).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        id: CartId,
        token: [u8; 32],
        keyed: Option<&Keyed<ClaimedCart>>,
    ) -> Result<Option<Claimed>, CartError> {
        let carts = &self.edits.carts;
        let guest = carts.load(WhichCart::Id(id), &[]).await?.ok_or(CartError::NotFound)?;
        guest.cart.admit(&Asker::Guest(token), guest.now)?;
        let named: Vec<_> = guest.cart.lines.iter().map(|line| ItemRef::Variant(line.variant_id)).collect();
        let own = carts.load(WhichCart::OpenOf(caller.user_id), &named).await?;
        let expired = own.as_ref().and_then(|own| own.cart.expire(own.now));
        let (own, offers, now) = destination(own.filter(|_| expired.is_none()), &guest);

        let occasion = self.edits.occasion(&Asker::User(caller.clone()), now);
        let claim = guest.cart.claim(token, &occasion, own.as_ref(), &offers, self.edits.ids.id())?;
        let cart = PricedCart::of(claim.into.cart().clone(), &offers)?;
        let claimed = ClaimedCart { cart, cuts: claim.cuts.clone() };
        let record = keyed.map(|keyed| keyed.record(&claimed, now));
        let done = committed(carts.commit_claim(&claim, expired, record.as_ref()).await)?;
        Ok(done.map(|()| Outcome::done(claimed, record)))
    }
}

/// The user's own open cart, if any, and what is offered in the currency of whichever cart it will be.
fn destination(own: Option<LoadedCart>, guest: &LoadedCart) -> (Option<Cart>, Offers, Instant) {
    match own {
        Some(LoadedCart { cart, offers, now, .. }) => (Some(cart), offers, now),
        None => (None, guest.offers.clone(), guest.now),
    }
}
