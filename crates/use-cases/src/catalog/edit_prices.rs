//! Staff sets a price, or calls one off that has not begun.

use std::sync::Arc;

use domain::{
    Instant,
    accounts::{Caller, Forbidden, Permission},
    actor::Actor,
    catalog::{PriceDecision, PriceEdit, PriceRefusal, PriceWish},
    ids::{PriceId, VariantId},
    money::Money,
    version::Precondition,
};
use ports::{
    catalog::{CommitPriceError, PriceStore},
    ids::IdGenerator,
    storage::StorageError,
};

use crate::RequestContext;

/// The price that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetPriceCommand {
    /// How much, in the currency that it is about.
    pub price: Money,
    /// From when on; `None` from now on.
    pub valid_from: Option<Instant>,
}

/// Why a price was not set or called off.
#[derive(Debug, thiserror::Error)]
pub enum EditPriceError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such variant or price (any more).
    #[error("there is no such variant or price")]
    NotFound,
    /// It can't be.
    #[error(transparent)]
    Refused(PriceRefusal),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Edits prices.
#[derive(Clone)]
pub struct EditPrices {
    /// Keeps prices.
    pub prices: Arc<dyn PriceStore>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
}

impl EditPrices {
    /// Sets the price, from now or a future instant on and until the next one that is scheduled. The database's clock
    /// says what is now.
    ///
    /// # Errors
    /// [`EditPriceError`]; then nothing has changed.
    pub async fn set(
        &self,
        caller: &Caller,
        variant_id: VariantId,
        SetPriceCommand { price, valid_from }: SetPriceCommand,
        condition: Precondition,
        context: RequestContext,
    ) -> Result<PriceDecision, EditPriceError> {
        caller.require(Permission::ProductsWrite)?;
        let wish = PriceWish::Set { variant_id, price_id: self.ids.id(), price, valid_from };
        self.edit(caller, wish, condition, context).await
    }

    /// Calls off a price that has not begun.
    ///
    /// # Errors
    /// [`EditPriceError`]; then nothing has changed.
    pub async fn cancel(
        &self,
        caller: &Caller,
        price_id: PriceId,
        condition: Precondition,
        context: RequestContext,
    ) -> Result<(), EditPriceError> {
        caller.require(Permission::ProductsWrite)?;
        self.edit(caller, PriceWish::Cancel { price_id }, condition, context).await.map(drop)
    }

    async fn edit(
        &self,
        caller: &Caller,
        wish: PriceWish,
        condition: Precondition,
        context: RequestContext,
    ) -> Result<PriceDecision, EditPriceError> {
        let (actor, event_id) = (Actor::User(caller.user_id), self.ids.id());
        let edit = PriceEdit { wish, condition, actor, request_id: context.request_id, event_id };
        self.prices.commit_price_edit(&edit).await.map_err(Into::into)
    }
}

impl From<CommitPriceError> for EditPriceError {
    fn from(error: CommitPriceError) -> Self {
        match error {
            CommitPriceError::NotFound | CommitPriceError::Refused(PriceRefusal::NoSuchPrice) => {
                Self::NotFound
            }
            CommitPriceError::Refused(refusal) => Self::Refused(refusal),
            CommitPriceError::Storage(error) => Self::Storage(error),
        }
    }
}
