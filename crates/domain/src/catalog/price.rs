//! Prices over time: facts that never overlap and can prove their past.

mod change;
mod edit;
#[cfg(test)]
mod model;
mod timeline;

pub use self::{
    change::{NewPrice, PriceChange, PriceRefusal},
    edit::{PriceDecision, PriceEdit, PriceEffect, PriceWish, PricedVariant},
    timeline::{PriceTimeline, TimelineError},
};
use crate::{Instant, actor::Actor, ids::PriceId, money::Money};

/// How far the Omnibus Directive looks back from the beginning of the current price.
pub const LOWEST_PRICE_WINDOW_DAYS: i64 = 30;

/// A price that is set for so long ago at most is meant for now: a request is under way for a while, and clocks differ.
pub const PRICE_GRACE_SECONDS: i64 = 60;

/// A price with the time in which it is in force: from `valid_from`, and until just before `valid_to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricePeriod {
    /// Identity.
    pub id: PriceId,
    /// The price.
    pub price: Money,
    /// From when on it is in force.
    pub valid_from: Instant,
    /// When it ends; `None` for as long as nothing replaces it.
    pub valid_to: Option<Instant>,
    /// Who set it.
    pub changed_by: Actor,
}

impl PricePeriod {
    /// Whether this is the price at `instant`.
    #[must_use]
    pub fn in_force_at(&self, instant: Instant) -> bool {
        self.valid_from <= instant && self.valid_to.is_none_or(|end| instant < end)
    }

    /// Whether this is the price at some instant from `from` on and before `to`.
    fn in_force_between(&self, from: Instant, to: Instant) -> bool {
        self.valid_from < to && self.valid_to.is_none_or(|end| from < end)
    }

    /// Whether it has begun, and so is a fact that stays.
    #[must_use]
    pub fn has_begun(&self, now: Instant) -> bool {
        self.valid_from <= now
    }
}
