//! Telling those who show products what a store has changed.

use std::sync::Arc;

use domain::ids::ProductId;

use super::ShownProducts;

/// What a store tells of its commits; nobody hears it until somebody shows products.
#[derive(Clone, Default)]
pub(crate) struct Announcer(Option<Arc<ShownProducts>>);

impl Announcer {
    /// Tells `shown`.
    pub(crate) const fn to(shown: Arc<ShownProducts>) -> Self {
        Self(Some(shown))
    }

    /// Nobody is told.
    pub(crate) const fn silent() -> Self {
        Self(None)
    }

    /// Tells what became of a commit that touches these products. They are forgotten also when nobody knows what became
    /// of it; a refusal has changed nothing.
    pub(crate) fn announce<T, E>(
        &self,
        outcome: &Result<T, E>,
        unknown: impl FnOnce(&E) -> bool,
        products: impl IntoIterator<Item = ProductId>,
    ) {
        let Some(shown) = &self.0 else { return };
        if outcome.as_ref().err().is_none_or(unknown) {
            shown.forget(products);
        }
    }
}
