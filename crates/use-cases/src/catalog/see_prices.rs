//! Somebody looks at prices: of one instant, or at all that there were.

use std::sync::Arc;

use domain::{
    Instant,
    accounts::Caller,
    ids::{ProductId, VariantId},
    money::Currency,
};
use ports::{
    catalog::{PriceHistoryQuery, PriceReader, PriceView, VariantPrices, Visibility},
    pagination::{Page, PageRequest},
    storage::StorageError,
};

use super::get_product::visibility;

/// Which part of a product's price history somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceHistoryFilter {
    /// That of this variant.
    pub variant_id: Option<VariantId>,
    /// That in this currency.
    pub currency: Option<Currency>,
    /// What was in force at this instant or later.
    pub from: Option<Instant>,
    /// What was in force before this instant.
    pub to: Option<Instant>,
}

/// Shows prices. Who set them is for staff.
#[derive(Clone)]
pub struct SeePrices {
    /// Shows prices.
    pub prices: Arc<dyn PriceReader>,
}

impl SeePrices {
    /// What a variant costs at `instant`, or now; `None` when it is deleted, or not for the asker's eyes.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn as_of(
        &self,
        caller: Option<&Caller>,
        variant: VariantId,
        instant: Option<Instant>,
    ) -> Result<Option<VariantPrices>, StorageError> {
        let visibility = visibility(caller);
        let mut found = self.prices.find_as_of(variant, instant, visibility).await?;
        for price in found.iter_mut().flat_map(|found| &mut found.prices) {
            hide_author(&mut price.price, visibility);
        }
        Ok(found)
    }

    /// A page of what the variants of a product cost, cost before, and will cost; `None` when the product is deleted, or
    /// not for the asker's eyes.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn history(
        &self,
        caller: Option<&Caller>,
        product_id: ProductId,
        filter: PriceHistoryFilter,
        page: PageRequest,
    ) -> Result<Option<Page<PriceView>>, StorageError> {
        let visibility = visibility(caller);
        let PriceHistoryFilter { variant_id, currency, from, to } = filter;
        let query = PriceHistoryQuery { product_id, variant_id, currency, from, to, visibility, page };
        let mut found = self.prices.list_history(&query).await?;
        for price in found.iter_mut().flat_map(|page| &mut page.rows) {
            hide_author(price, visibility);
        }
        Ok(found)
    }
}

fn hide_author(price: &mut PriceView, visibility: Visibility) {
    match visibility {
        Visibility::Staff => {}
        Visibility::Public => price.changed_by = None,
    }
}
