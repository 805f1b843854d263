//! Staff, or whoever runs the shop, takes products in from a file.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Forbidden, Permission},
    actor::Actor,
    catalog::{ImportStep, ProductImport, ProductRow, RowIds},
    ids::ProductId,
};
use ports::{
    catalog::{CommitImportError, ImportMode, ProductImporter},
    ids::IdGenerator,
};

use crate::RequestContext;

/// Imports products.
#[derive(Clone)]
pub struct ImportProducts {
    /// Takes products in.
    pub importer: Arc<dyn ProductImporter>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
}

/// One import, to be given row after row.
#[derive(Clone)]
pub struct ProductImportRun {
    use_case: ImportProducts,
    mode: ImportMode,
    actor: Actor,
    request_id: Option<String>,
}

/// What became of a row; in a dry run, what would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOutcome {
    /// Its product is new.
    Created(ProductId),
    /// Its product is another than before.
    Updated(ProductId),
    /// All was as it says.
    Unchanged(ProductId),
}

impl ImportProducts {
    /// Begins an import.
    ///
    /// # Errors
    /// [`Forbidden`]: a file has stock as well as products.
    pub fn begin(
        &self,
        caller: &Caller,
        mode: ImportMode,
        context: RequestContext,
    ) -> Result<ProductImportRun, Forbidden> {
        caller.require(Permission::ProductsWrite)?;
        caller.require(Permission::InventoryWrite)?;
        let (actor, request_id) = (Actor::User(caller.user_id), context.request_id);
        Ok(ProductImportRun { use_case: self.clone(), mode, actor, request_id })
    }

    /// Begins an import of whoever runs the shop.
    #[must_use]
    pub fn begin_by_operator(&self, mode: ImportMode) -> ProductImportRun {
        ProductImportRun { use_case: self.clone(), mode, actor: Actor::System, request_id: None }
    }
}

impl ProductImportRun {
    /// Whether the rows have no effect.
    #[must_use]
    pub fn is_dry(&self) -> bool {
        self.mode == ImportMode::DryRun
    }

    /// Takes a row in, all of it or nothing.
    ///
    /// # Errors
    /// [`CommitImportError`]; then nothing of the row has taken effect.
    pub async fn take(&self, row: ProductRow) -> Result<RowOutcome, CommitImportError> {
        let ids = RowIds::new(&row, || self.use_case.ids.next());
        let import = ProductImport { row, ids, actor: self.actor, request_id: self.request_id.clone() };
        let decision = self.use_case.importer.commit_import(&import, self.mode).await?;
        Ok(match decision.steps.first() {
            None => RowOutcome::Unchanged(decision.product_id),
            Some(ImportStep::Create(_)) => RowOutcome::Created(decision.product_id),
            Some(_) => RowOutcome::Updated(decision.product_id),
        })
    }
}
