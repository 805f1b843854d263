//! Stock: changed by hand, shown, and proven.

mod ledger;

use async_trait::async_trait;
use domain::{
    catalog::Sku,
    idempotency::{IdempotencyRecord, Keyed},
    ids::{ProductId, VariantId},
    inventory::{StockChange, StockCommand, StockError, StockLevel},
};
use uuid::Uuid;

use crate::{
    idempotency::KeyConflict,
    pagination::{Page, PageRequest},
    storage::StorageError,
};

pub use self::ledger::{LedgerReader, LedgerWalk, Stocktaking};
#[cfg(feature = "mocks")]
pub use self::ledger::{MockLedgerReader, MockLedgerWalk};

/// Why stock was not changed. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitStockError {
    /// There is no such variant, or it is deleted.
    #[error("there is no such variant")]
    NotFound,
    /// The command decided against it.
    #[error("{sku}: {refusal}")]
    Refused {
        /// Whose stock.
        sku: Sku,
        /// Why.
        refusal: StockError,
    },
    /// Another call with the same idempotency key was there first.
    #[error(transparent)]
    Key(#[from] KeyConflict),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Stock that was changed by hand, as whoever did it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedStock {
    /// What was decided.
    pub change: StockChange,
    /// The level now.
    pub view: StockView,
    /// The answer that was recorded with it, when the call came with an idempotency key.
    pub record: Option<IdempotencyRecord>,
}

/// Keeps stock that is changed by hand.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StockStore: Send + Sync {
    /// Lets the command decide on the level while nobody else can change that, and makes the decision true: the level, one
    /// line of the ledger, and one event; and the answer of the call, when it came with an idempotency key. However many
    /// change one level at once, orders among them, each finds what the one before has left.
    async fn commit_command<'a>(
        &self,
        command: &StockCommand,
        keyed: Option<&'a Keyed<StockChange>>,
    ) -> Result<ChangedStock, CommitStockError>;
}

/// The stock of a variant, as staff sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockView {
    /// The product that it is a variant of.
    pub product_id: ProductId,
    /// Its SKU.
    pub sku: Sku,
    /// How many there are.
    pub level: StockLevel,
}

/// Below how many available pieces one can ask what runs low.
pub const MAX_BELOW: i32 = 1_000;

/// Which stock is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockQuery {
    /// What has fewer available than this, [`MAX_BELOW`] at most, the emptiest first; `None` for all, by their SKUs.
    pub below: Option<i32>,
    /// The variant with this SKU.
    pub sku: Option<Sku>,
    /// Which page.
    pub page: PageRequest<StockPlace>,
}

/// Where a variant stands in a list of stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockPlace {
    /// In the list of all.
    BySku(Sku),
    /// In the list of what runs low.
    ByAvailable {
        /// How many were available.
        available: i32,
        /// The variant.
        id: Uuid,
    },
}

/// Shows stock. Variants that are deleted have none to show.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StockReader: Send + Sync {
    /// The stock of a variant.
    async fn find(&self, id: VariantId) -> Result<Option<StockView>, StorageError>;

    /// A page of stock. A page costs the same however deep it is, and however few run low.
    async fn list(&self, query: &StockQuery) -> Result<Page<StockView, StockPlace>, StorageError>;
}
