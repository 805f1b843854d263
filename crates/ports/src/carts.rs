//! Carts.

use async_trait::async_trait;
use domain::{
    Instant,
    carts::{Cart, CartChange, CartClaim, CartExpiry, Offers},
    idempotency::IdempotencyRecord,
    ids::{CartId, UserId, VariantId},
    money::Currency,
    orders::ItemRef,
};

use crate::{idempotency::KeyConflict, storage::StorageError};

/// Which cart is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichCart {
    /// The one with this id, whatever became of it.
    Id(CartId),
    /// The one that is open for this user; it may have expired, if nobody has noted that yet.
    OpenOf(UserId),
}

/// What was asked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOffers {
    /// For each item the variant that it names; `None` when there never was such a variant.
    pub named: Vec<Option<VariantId>>,
    /// What is offered of each of these.
    pub offers: Offers,
    /// When, by the database's clock; prices are in force at it.
    pub now: Instant,
}

/// A cart as it was at one moment, with what the shop offers in its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedCart {
    /// The cart.
    pub cart: Cart,
    /// What is offered: of every variant in the cart, and of every one that was named.
    pub offers: Offers,
    /// For each item that was asked for the variant that it names; `None` when there never was such a variant.
    pub named: Vec<Option<VariantId>>,
    /// When, by the database's clock; prices are in force at it.
    pub now: Instant,
}

/// Why a cart was not stored. Nothing of it has taken effect.
#[derive(Debug, thiserror::Error)]
pub enum CommitCartError {
    /// A cart is not what it was when the decision was made, or the user has an open one meanwhile. What there is now can
    /// be loaded and decided on again.
    #[error("the cart has changed meanwhile")]
    Conflict,
    /// The user was erased since the decision was made.
    #[error("there is no such user any more")]
    UserGone,
    /// Another call with the same idempotency key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps carts. Each commit keeps the answer of its call as well, when that came with an idempotency key.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CartStore: Send + Sync {
    /// A cart, with what is offered of its variants and of these items. An item names a variant that is not deleted or,
    /// failing that, the one that was deleted last.
    async fn load(&self, which: WhichCart, items: &[ItemRef]) -> Result<Option<LoadedCart>, StorageError>;

    /// What these items name and what is offered of them, for a cart that is still to be opened or is already loaded.
    async fn load_offers(&self, items: &[ItemRef], currency: Currency) -> Result<NamedOffers, StorageError>;

    /// Stores a new cart; `expired` is the user's earlier one, which is closed by it. A user has one open cart at most:
    /// [`CommitCartError::Conflict`] when somebody else has opened it.
    async fn commit_opening<'a>(
        &self,
        cart: &Cart,
        expired: Option<CartExpiry>,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCartError>;

    /// Stores an edit. [`CommitCartError::Conflict`] when the cart is not open any more or has another version than the one
    /// that was decided on.
    async fn commit_change<'a>(
        &self,
        change: &CartChange,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCartError>;

    /// Puts a guest's cart into a user's, and kills its token. [`CommitCartError::Conflict`] when either of them is not open
    /// any more or has another version, or the user has opened one.
    async fn commit_claim<'a>(
        &self,
        claim: &CartClaim,
        expired: Option<CartExpiry>,
        record: Option<&'a IdempotencyRecord>,
    ) -> Result<(), CommitCartError>;

    /// Throws a cart of this version away, unless it was ordered. [`CommitCartError::Conflict`] when it has another one, or
    /// is gone.
    async fn commit_removal(&self, id: CartId, version: i32) -> Result<(), CommitCartError>;

    /// Closes carts that nobody has touched for too long, as many as `limit`, those that wait the longest first; which they
    /// are says [`Cart::expire`]. It passes over carts that are being edited, and gives how many it has closed.
    async fn expire(&self, limit: u32) -> Result<u32, StorageError>;
}
