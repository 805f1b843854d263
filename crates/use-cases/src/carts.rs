//! Carts.

pub mod add_line;
pub mod change_line;
pub mod claim_cart;
pub mod current_cart;
pub mod delete_cart;
mod editing;
pub mod expire_carts;
pub mod get_cart;
pub mod open_cart;
pub mod remove_line;

use domain::{
    carts::{Cart, CartRefusal, ClaimError, EditError, Offers, Quote},
    idempotency::KeyReused,
    money::MoneyError,
    version::VersionMismatch,
};
use ports::{
    carts::{CommitCartError, LoadedCart},
    idempotency::KeyConflict,
    storage::{Cause, StorageError},
};

pub use self::{
    add_line::AddLine,
    change_line::ChangeLine,
    claim_cart::{ClaimCart, ClaimedCart},
    current_cart::CurrentCart,
    delete_cart::DeleteCart,
    editing::{CartEdits, WhoEdits},
    expire_carts::ExpireCarts,
    get_cart::GetCart,
    open_cart::{OpenCart, OpenCartCommand, OpenedCart},
    remove_line::RemoveLine,
};

/// A cart, as its owner sees it today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedCart {
    /// The cart.
    pub cart: Cart,
    /// With today's names and prices.
    pub quote: Quote,
}

/// Why a cart is not shown or edited; then nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// There is none (any more), or nothing in it that is called so.
    #[error("there is no such cart")]
    NotFound,
    /// It is somebody else's, or has gone into another one: to the asker it looks as if there was none.
    #[error("there is no such cart")]
    Invisible,
    /// The cart can't take it.
    #[error(transparent)]
    Edit(EditError),
    /// The cart has another version than was meant.
    #[error(transparent)]
    Version(#[from] VersionMismatch),
    /// The user's account is gone.
    #[error("the account does not exist any more")]
    UnknownUser,
    /// The idempotency key came with another request.
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// A call with the same key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// No token could be made.
    #[error("no token could be made")]
    NoToken(#[source] Cause),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl PricedCart {
    fn of(cart: Cart, offers: &Offers) -> Result<Self, CartError> {
        let quote = cart.quote(offers)?;
        Ok(Self { cart, quote })
    }
}

impl TryFrom<LoadedCart> for PricedCart {
    type Error = CartError;

    fn try_from(LoadedCart { cart, offers, .. }: LoadedCart) -> Result<Self, CartError> {
        Self::of(cart, &offers)
    }
}

impl From<EditError> for CartError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Refused(CartRefusal::Invisible) => Self::Invisible,
            EditError::UnknownLine => Self::NotFound,
            error => Self::Edit(error),
        }
    }
}

impl From<CartRefusal> for CartError {
    fn from(refusal: CartRefusal) -> Self {
        EditError::from(refusal).into()
    }
}

impl From<ClaimError> for CartError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Refused(refusal) => refusal.into(),
            ClaimError::NotSignedIn => Self::Invisible,
        }
    }
}

impl From<MoneyError> for CartError {
    fn from(error: MoneyError) -> Self {
        Self::Edit(error.into())
    }
}

/// Whether it took effect: `None` when the cart is another one by now, and can be decided on again.
fn committed(outcome: Result<(), CommitCartError>) -> Result<Option<()>, CartError> {
    match outcome {
        Ok(()) => Ok(Some(())),
        Err(CommitCartError::Conflict) => Ok(None),
        Err(CommitCartError::UserGone) => Err(CartError::UnknownUser),
        Err(CommitCartError::Key(conflict)) => Err(conflict.into()),
        Err(CommitCartError::Storage(error)) => Err(error.into()),
    }
}
