//! The one way of every command on an order: load it, let the domain decide, commit; again when somebody else was
//! faster. Who may not give the command learns nothing, not even the answer that the same key got before.

use std::sync::Arc;

use domain::{
    accounts::Permission,
    asker::Asker,
    idempotency::KeyReused,
    ids::OrderId,
    orders::{Command, Occasion, Order, OrderChange, Refusal, Shortage},
};
use ports::{
    clock::Clock,
    idempotency::{IdempotencyReader, KeyConflict},
    ids::IdGenerator,
    orders::{CommitChangeError, LoadedOrder, OrderStore},
    storage::StorageError,
};

use crate::{
    RequestContext,
    idempotency::{Keyed, Outcome, once},
    settle::settle,
};

/// What every command on an order needs.
#[derive(Clone)]
pub struct OrderCommands {
    /// Keeps orders.
    pub orders: Arc<dyn OrderStore>,
    /// Finds earlier answers.
    pub records: Arc<dyn IdempotencyReader>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// A command, as it was given.
#[derive(Debug)]
pub struct Given<T> {
    /// Who gives it.
    pub asker: Asker,
    /// On which order.
    pub order: OrderId,
    /// With which key, and how its answer is written.
    pub keyed: Option<Keyed<T>>,
    /// In which request.
    pub context: RequestContext,
}

/// Why a command changed nothing. `E` is what the domain has against it.
#[derive(Debug, thiserror::Error)]
pub enum OrderCommandError<E> {
    /// There is no such order, or nothing in it that is called so; or it is nobody's business.
    #[error("there is no such order")]
    NotFound,
    /// Only others may give it.
    #[error("this needs the permission {0}")]
    Forbidden(Permission),
    /// The order can't take it.
    #[error(transparent)]
    Refused(E),
    /// A payment of this method and reference is recorded already.
    #[error("there is a payment by this method with this reference already")]
    ReferenceTaken,
    /// What is to be shipped is not there.
    #[error("not enough stock")]
    InsufficientStock(Vec<Shortage>),
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

impl OrderCommands {
    /// Gives a command. `decide` says what it makes of the order, or that nothing is to be done; `show` finds in the order
    /// what the caller gets to see then.
    ///
    /// # Errors
    /// [`OrderCommandError`].
    pub(super) async fn give<T: Clone, E>(
        &self,
        command: Command,
        given: Given<T>,
        decide: impl Fn(&Order, &Occasion) -> Result<Option<OrderChange>, E>,
        show: impl Fn(&Order) -> Option<T>,
    ) -> Result<Outcome<T>, OrderCommandError<E>> {
        let Given { asker, order, keyed, context } = given;
        let attempt = settle(async || {
            let (loaded, occasion) = self.load(&asker, order, &context).await?;
            match loaded.permit(command, &asker, occasion.now) {
                Err(Refusal::Invisible | Refusal::SystemOnly(_)) => return Err(OrderCommandError::NotFound),
                Err(Refusal::Forbidden(needed)) => return Err(OrderCommandError::Forbidden(needed)),
                // What it refuses else says more.
                Err(Refusal::Illegal(_)) | Ok(_) => {}
            }
            let decided = decide(&loaded, &occasion).map_err(OrderCommandError::Refused)?;
            let Some(change) = decided else {
                return Ok(Some(Outcome::done(found(&loaded, &show)?, None)));
            };
            let shown = found(&change.order, &show)?;
            let record = keyed.as_ref().map(|keyed| {
                let record = keyed.record(&shown, occasion.now);
                record.about(change.order.customer_id)
            });
            match self.orders.commit_change(&change, record.as_ref()).await {
                Ok(()) => Ok(Some(Outcome::done(shown, record))),
                Err(CommitChangeError::Conflict) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await;
        match attempt {
            Err(denied @ (OrderCommandError::NotFound | OrderCommandError::Forbidden(_))) => Err(denied),
            attempt => once(&*self.records, keyed.as_ref(), async { attempt }).await,
        }
    }

    /// The order as it stands, and the occasion to decide on it.
    async fn load<E>(
        &self,
        asker: &Asker,
        id: OrderId,
        context: &RequestContext,
    ) -> Result<(Order, Occasion), OrderCommandError<E>> {
        let loaded = self.orders.load(id).await?;
        let LoadedOrder { order, history } = loaded.ok_or(OrderCommandError::NotFound)?;
        let occasion = Occasion {
            asker: asker.clone(),
            now: self.clock.now(),
            request_id: context.request_id.clone(),
            history,
            events: [self.ids.id(), self.ids.id()],
        };
        Ok((order, occasion))
    }

    /// Does for the shop itself what `decide` says, unless that is nothing, or somebody else was faster. Whether it did.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(super) async fn tend(
        &self,
        order: OrderId,
        decide: impl Fn(&Order, &Occasion) -> Option<OrderChange>,
    ) -> Result<bool, StorageError> {
        let loaded = self.load::<()>(&Asker::System, order, &RequestContext::default()).await;
        let (order, occasion) = match loaded {
            Ok(loaded) => loaded,
            Err(OrderCommandError::Storage(error)) => return Err(error),
            Err(_) => return Ok(false),
        };
        let Some(change) = decide(&order, &occasion) else { return Ok(false) };
        match self.orders.commit_change(&change, None).await {
            Ok(()) => Ok(true),
            Err(CommitChangeError::Storage(error)) => Err(error),
            Err(_) => Ok(false),
        }
    }
}

fn found<T, E>(order: &Order, show: impl Fn(&Order) -> Option<T>) -> Result<T, OrderCommandError<E>> {
    show(order).ok_or(OrderCommandError::NotFound)
}

impl<E> From<CommitChangeError> for OrderCommandError<E> {
    fn from(error: CommitChangeError) -> Self {
        match error {
            error @ CommitChangeError::Conflict => Self::Storage(StorageError::Overloaded(error.into())),
            CommitChangeError::ReferenceTaken => Self::ReferenceTaken,
            CommitChangeError::InsufficientStock(short) => Self::InsufficientStock(short),
            CommitChangeError::Key(conflict) => Self::Key(conflict),
            CommitChangeError::Storage(error) => Self::Storage(error),
        }
    }
}
