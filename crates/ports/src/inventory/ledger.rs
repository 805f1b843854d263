//! Reading the ledger: page by page for people, and whole for a proof.

use async_trait::async_trait;
use domain::{
    catalog::Sku,
    ids::VariantId,
    inventory::{Counted, LedgerLine, Pieces},
};

use crate::{
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// Shows the ledger.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait LedgerReader: Send + Sync {
    /// One line of the ledger of a variant that is not deleted.
    async fn find(&self, variant_id: VariantId, sequence: i64) -> Result<Option<LedgerLine>, StorageError>;

    /// A page of the ledger of a variant, newest first, each line's place being its number; `None` when there is no
    /// such variant, or it is deleted. A page costs the same however deep it is.
    async fn list(
        &self,
        variant_id: VariantId,
        page: PageRequest<i64>,
    ) -> Result<Option<Page<LedgerLine, i64>>, StorageError>;
}

/// What a walk through the whole ledger comes across: of each variant its lines, in their order, and then its level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stocktaking {
    /// The next line of the ledger of the variant whose level comes next.
    Line(Counted),
    /// What the lines since the last one have to add up to.
    Level {
        /// The variant, deleted or not.
        variant_id: VariantId,
        /// Its SKU; `None` when there are lines of a variant that does not exist.
        sku: Option<Sku>,
        /// The level, and how many lines of the ledger it has seen.
        level: Option<(Pieces, i64)>,
    },
}

/// A walk through all stock with its whole ledger, as it was at one instant, whatever changes meanwhile. It keeps
/// little in memory, however long the ledger is.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait LedgerWalk: Send {
    /// How many variants it comes by.
    fn variants(&self) -> u64;

    /// What comes next; nothing at the end.
    async fn next(&mut self) -> Result<Vec<Stocktaking>, StorageError>;
}
