//! Prices over time: keeping them, and looking at them.

use async_trait::async_trait;
use domain::{
    Instant,
    actor::Actor,
    catalog::{PriceDecision, PriceEdit, PricePeriod, PriceRefusal},
    ids::{PriceId, ProductId, VariantId},
    money::{Currency, Money},
};

use super::Visibility;
use crate::{
    pagination::{Page, PageRequest},
    storage::StorageError,
};

/// A period of a price, as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceView {
    /// Identity.
    pub id: PriceId,
    /// What costs so much.
    pub variant_id: VariantId,
    /// The price.
    pub price: Money,
    /// From when on it is in force.
    pub valid_from: Instant,
    /// When it ends; `None` for as long as nothing replaces it.
    pub valid_to: Option<Instant>,
    /// Who set it; `None` for those who are not to know.
    pub changed_by: Option<Actor>,
}

/// What a variant costs at one instant, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceAsOf {
    /// The price in force.
    pub price: PriceView,
    /// The lowest price in the 30 days before it began ([`domain::catalog::PriceTimeline::lowest_in_30_days`]).
    pub lowest_price_30d: Option<Money>,
}

/// What a variant costs at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantPrices {
    /// The variant's version.
    pub variant_version: i32,
    /// Its prices, by the codes of their currencies.
    pub prices: Vec<PriceAsOf>,
}

/// Which periods of a product's prices are wanted: the latest to begin first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceHistoryQuery {
    /// Of this product, and of every variant that it has or had.
    pub product_id: ProductId,
    /// Of this variant.
    pub variant_id: Option<VariantId>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// In force at this instant or later.
    pub from: Option<Instant>,
    /// In force before this instant.
    pub to: Option<Instant>,
    /// Who asks.
    pub visibility: Visibility,
    /// Which page.
    pub page: PageRequest,
}

/// Shows prices.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PriceReader: Send + Sync {
    /// What a variant costs at `instant`, or now by the database's clock; `None` when it or its product is deleted, or
    /// the asker may not see it.
    async fn find_as_of(
        &self,
        variant: VariantId,
        instant: Option<Instant>,
        visibility: Visibility,
    ) -> Result<Option<VariantPrices>, StorageError>;

    /// A page of a product's prices, past, present and scheduled; `None` when the product is deleted, or the asker may
    /// not see it. A page costs the same however deep it is.
    async fn list_history(&self, query: &PriceHistoryQuery) -> Result<Option<Page<PriceView>>, StorageError>;
}

/// Why a price was not edited. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum CommitPriceError {
    /// There is no such variant or price, or it is deleted.
    #[error("there is no such variant or price")]
    NotFound,
    /// The domain refused it.
    #[error(transparent)]
    Refused(#[from] PriceRefusal),
    /// It could not be stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps prices.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PriceStore: Send + Sync {
    /// Makes what [`PriceEdit::decide`] says true: periods, the versions of variant and product, and the event, in one
    /// transaction. It is asked once all others who sell or edit the variant are kept out, with the instant read from
    /// the database's clock after that: whatever was sold before it was sold at the old price. It may be asked more
    /// than once, when others are faster. When it says that nothing changes, nothing is stored.
    async fn commit_price_edit(&self, edit: &PriceEdit) -> Result<PriceDecision, CommitPriceError>;
}

impl PriceView {
    /// All of a period, for those who may know who set it.
    #[must_use]
    pub fn new(variant_id: VariantId, period: PricePeriod) -> Self {
        let PricePeriod { id, price, valid_from, valid_to, changed_by } = period;
        Self { id, variant_id, price, valid_from, valid_to, changed_by: Some(changed_by) }
    }
}
