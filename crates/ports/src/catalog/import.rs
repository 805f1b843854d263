//! Taking products in from files.

use async_trait::async_trait;
use domain::catalog::{ImportDecision, ImportFault, ProductImport, Slug};

use crate::storage::StorageError;

/// Whether a row is to have an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// It is.
    Commit,
    /// It is not: only what would become of it is wanted.
    DryRun,
}

/// Why a row was not taken in. Nothing of it has taken effect.
#[derive(Debug, thiserror::Error)]
pub enum CommitImportError {
    /// The domain refused it.
    #[error("the row does not fit what is there")]
    Refused(Vec<ImportFault>),
    /// Another product has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Takes products in.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProductImporter: Send + Sync {
    /// Makes what [`ProductImport::decide`] says true, in one transaction. It is asked once all others who sell or edit
    /// the product are kept out, with the instant read from the database's clock after that. When it says that nothing
    /// changes, nothing is stored and nobody is kept out. A dry run refuses what a commit would refuse.
    async fn commit_import(
        &self,
        import: &ProductImport,
        mode: ImportMode,
    ) -> Result<ImportDecision, CommitImportError>;
}
