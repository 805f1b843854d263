//! Whoever runs the server wants to know whether the ledger adds up to the levels.

use domain::{
    catalog::Sku,
    ids::VariantId,
    inventory::{LedgerFault, Replay},
};
use ports::{
    inventory::{LedgerWalk, Stocktaking},
    storage::StorageError,
};

/// A variant whose ledger does not add up to its level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The variant.
    pub variant_id: VariantId,
    /// Its SKU, if there is such a variant.
    pub sku: Option<Sku>,
    /// What does not fit; never nothing.
    pub faults: Vec<LedgerFault>,
}

/// What a proof has come by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Variants.
    pub variants: u64,
    /// Lines of their ledgers.
    pub lines: u64,
    /// Variants that differ.
    pub differences: u64,
}

/// Proves that each variant's ledger adds up to its level.
#[derive(Debug, Clone, Copy, Default)]
pub struct VerifyStock;

impl VerifyStock {
    /// Replays every ledger of a walk. `differs` is told each variant that differs as soon as it is found, and `proceeds`
    /// from time to time how far the walk is.
    ///
    /// # Errors
    /// [`StorageError`]; then nothing is proven.
    pub async fn run(
        &self,
        walk: &mut dyn LedgerWalk,
        mut differs: impl FnMut(Difference),
        mut proceeds: impl FnMut(&Verified),
    ) -> Result<Verified, StorageError> {
        let (mut verified, mut replay) = (Verified::default(), Replay::default());
        loop {
            let next = walk.next().await?;
            if next.is_empty() {
                return Ok(verified);
            }
            for part in next {
                match part {
                    Stocktaking::Line(line) => {
                        verified.lines += 1;
                        replay.follow(&line);
                    }
                    Stocktaking::Level { variant_id, sku, level } => {
                        verified.variants += 1;
                        let faults = std::mem::take(&mut replay).compare(level);
                        if !faults.is_empty() {
                            verified.differences += 1;
                            differs(Difference { variant_id, sku, faults });
                        }
                    }
                }
            }
            proceeds(&verified);
        }
    }
}
