//! Prices over time: facts that never overlap and can prove their past.

use chrono::Duration;

use crate::{Instant, actor::Actor, ids::PriceId, money::Money};

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

/// All prices of one variant in one currency, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline(Vec<PricePeriod>);

/// The periods make no timeline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimelineError {
    /// A period ends before it begins, or at once.
    #[error("price {0} ends before it begins")]
    Empty(PriceId),
    /// Two prices are in force at one instant.
    #[error("price {0} begins before its predecessor ends")]
    Overlap(PriceId),
    /// Two currencies in one timeline.
    #[error("price {0} is in another currency")]
    CurrencyMismatch(PriceId),
}

/// How far the Omnibus Directive looks back from the beginning of the current price.
pub const LOWEST_PRICE_WINDOW_DAYS: i64 = 30;

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
}

impl Timeline {
    /// Takes periods in any order.
    ///
    /// # Errors
    /// [`TimelineError`] when they overlap, are empty, or mix currencies.
    pub fn new(mut periods: Vec<PricePeriod>) -> Result<Self, TimelineError> {
        periods.sort_by_key(|period| period.valid_from);
        for period in &periods {
            if period.valid_to.is_some_and(|end| end <= period.valid_from) {
                return Err(TimelineError::Empty(period.id));
            }
        }
        for (earlier, later) in periods.iter().zip(periods.iter().skip(1)) {
            if earlier.valid_to.is_none_or(|end| end > later.valid_from) {
                return Err(TimelineError::Overlap(later.id));
            }
            if earlier.price.currency() != later.price.currency() {
                return Err(TimelineError::CurrencyMismatch(later.id));
            }
        }
        Ok(Self(periods))
    }

    /// The price in force at `instant`, past, present or future.
    #[must_use]
    pub fn at(&self, instant: Instant) -> Option<&PricePeriod> {
        self.0.iter().find(|period| period.in_force_at(instant))
    }

    /// The lowest price in force during the 30 days before the price of `instant` began: the prior price of Directive
    /// 98/6/EC, article 6a, as amended by Directive (EU) 2019/2161. The price that was already running when that
    /// window opened counts too. `None` when no price was in force in it.
    #[must_use]
    pub fn lowest_before(&self, instant: Instant) -> Option<Money> {
        let began = self.at(instant)?.valid_from;
        let opened = began - Duration::days(LOWEST_PRICE_WINDOW_DAYS);
        self.0
            .iter()
            .filter(|period| period.in_force_between(opened, began))
            .map(|period| period.price)
            .min_by_key(|price| price.minor())
    }

    /// The periods, oldest first.
    #[must_use]
    pub fn periods(&self) -> &[PricePeriod] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::money::Currency;

    fn day(day: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + day * 86_400, 0).unwrap()
    }

    fn period(cents: i64, from: i64, to: Option<i64>) -> PricePeriod {
        let price = Money::from_minor(cents, Currency::parse("EUR").unwrap()).unwrap();
        let id = PriceId::from(Uuid::nil());
        PricePeriod { id, price, valid_from: day(from), valid_to: to.map(day), changed_by: Actor::System }
    }

    fn lowest(periods: Vec<PricePeriod>, at: i64) -> Option<i64> {
        Timeline::new(periods).unwrap().lowest_before(day(at)).map(Money::minor)
    }

    #[test]
    fn the_price_that_ran_when_the_window_opened_counts() {
        let periods = vec![period(500, -45, Some(-20)), period(1000, -20, Some(-5)), period(1500, -5, None)];
        assert_eq!(lowest(periods, 0), Some(500));
    }

    #[test]
    fn a_price_that_ended_before_the_window_does_not_count() {
        let periods = vec![period(500, -90, Some(-35)), period(1000, -35, Some(-5)), period(1500, -5, None)];
        assert_eq!(lowest(periods, 0), Some(1000));
    }

    #[test]
    fn a_first_price_has_no_lowest_before_it() {
        assert_eq!(lowest(vec![period(500, -5, None)], 0), None);
        assert_eq!(lowest(vec![period(500, 5, None)], 0), None);
    }

    #[test]
    fn overlapping_periods_make_no_timeline() {
        assert!(matches!(
            Timeline::new(vec![period(1, 0, None), period(2, 1, None)]),
            Err(TimelineError::Overlap(_))
        ));
        assert!(matches!(Timeline::new(vec![period(1, 0, Some(0))]), Err(TimelineError::Empty(_))));
        assert!(Timeline::new(vec![period(2, 1, None), period(1, 0, Some(1))]).is_ok());
    }

    proptest! {
        #[test]
        fn the_lowest_price_is_what_a_walk_over_every_day_finds(
            steps in prop::collection::vec((1..40i64, 1..1000i64), 1..12), ask in 0..300i64,
        ) {
            let mut from = 0;
            let mut periods = Vec::new();
            for (length, cents) in &steps {
                periods.push(period(*cents, from, Some(from + length)));
                from += length;
            }
            let timeline = Timeline::new(periods).unwrap();
            let walked = timeline.at(day(ask)).and_then(|current| {
                let began = current.valid_from;
                (1..=LOWEST_PRICE_WINDOW_DAYS).filter_map(|back| timeline.at(began - Duration::days(back)))
                    .map(|period| period.price.minor()).min()
            });
            prop_assert_eq!(timeline.lowest_before(day(ask)).map(Money::minor), walked);
        }
    }
}
