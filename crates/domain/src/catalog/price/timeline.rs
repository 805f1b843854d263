//! All prices of one variant in one currency, and what they say of any instant.

use chrono::Duration;

use super::{LOWEST_PRICE_WINDOW_DAYS, PriceChange, PricePeriod};
use crate::{
    Instant,
    ids::PriceId,
    money::{Currency, Money},
};

/// The prices of one variant in one currency, oldest first, of which never two are in force at once.
///
/// Whatever is decided on a timeline ([`set`](Self::set), [`cancel`](Self::cancel)) leaves no gap in it either, and no
/// two equal prices side by side: a price ends when another one begins. Only what was in force stays as it was; what is
/// to come can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceTimeline {
    currency: Currency,
    periods: Vec<PricePeriod>,
}

/// The periods make no timeline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimelineError {
    /// A period ends before it begins, or at once.
    #[error("price {0} ends before it begins")]
    Empty(PriceId),
    /// Two prices are in force at one instant.
    #[error("price {0} begins before its predecessor ends")]
    Overlap(PriceId),
    /// A price is in another currency than the timeline.
    #[error("price {0} is in another currency")]
    CurrencyMismatch(PriceId),
}

impl PriceTimeline {
    /// Takes the periods in any order.
    ///
    /// # Errors
    /// [`TimelineError`] when they overlap, are empty, or are in another currency.
    pub fn new(currency: Currency, mut periods: Vec<PricePeriod>) -> Result<Self, TimelineError> {
        periods.sort_by_key(|period| period.valid_from);
        for period in &periods {
            if period.price.currency() != currency {
                return Err(TimelineError::CurrencyMismatch(period.id));
            }
            if period.valid_to.is_some_and(|end| end <= period.valid_from) {
                return Err(TimelineError::Empty(period.id));
            }
        }
        for (earlier, later) in periods.iter().zip(periods.iter().skip(1)) {
            if earlier.valid_to.is_none_or(|end| end > later.valid_from) {
                return Err(TimelineError::Overlap(later.id));
            }
        }
        Ok(Self { currency, periods })
    }

    /// The currency of all its prices.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The periods, oldest first.
    #[must_use]
    pub fn periods(&self) -> &[PricePeriod] {
        &self.periods
    }

    /// The price in force at `instant`, past, present or future.
    #[must_use]
    pub fn as_of(&self, instant: Instant) -> Option<&PricePeriod> {
        let (begun, _) = self.split(|period| period.valid_from <= instant);
        begun.last().filter(|period| period.in_force_at(instant))
    }

    /// The lowest price in force at any instant of the 30 days before the price of `now` began; the price that was
    /// already running when these days began is one of them. `None` when `now` has no price, or when none was in force
    /// in these days. A scheduled price counts once it is in force.
    ///
    /// This is the prior price of Directive 98/6/EC, article 6a, as inserted by article 2 of Directive (EU) 2019/2161
    /// (the Omnibus Directive): "the lowest price applied by the trader during a period of time not shorter than 30 days
    /// prior to the application of the price reduction". It is told whether the price went down or up; what is said
    /// about it is the shop window's affair.
    ///
    /// ```
    /// use chrono::{DateTime, Duration};
    /// use domain::{
    ///     actor::Actor,
    ///     catalog::{NewPrice, PriceTimeline},
    ///     money::{Currency, Money},
    /// };
    /// # use uuid::Uuid;
    ///
    /// let euro = Currency::parse("EUR")?;
    /// let today = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    /// let mut prices = PriceTimeline::new(euro, vec![])?;
    /// for (amount, days_ago) in [("5.00", 45), ("10.00", 20), ("15.00", 5)] {
    ///     let new = NewPrice {
    ///         id: Uuid::from_u128(days_ago as u128).into(),
    ///         price: Money::parse(amount, euro)?,
    ///         valid_from: None,
    ///         by: Actor::System,
    ///     };
    ///     let change = prices.set(&new, today - Duration::days(days_ago))?.expect("another price");
    ///     prices = prices.after(&change);
    /// }
    ///
    /// assert_eq!(prices.as_of(today).unwrap().price.amount(), "15.00");
    /// // 15.00 began 5 days ago; 35 days ago, when its 30 days began, 5.00 was still in force.
    /// assert_eq!(prices.lowest_in_30_days(today).unwrap().amount(), "5.00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn lowest_in_30_days(&self, now: Instant) -> Option<Money> {
        let began = self.as_of(now)?.valid_from;
        let opened = began - Duration::days(LOWEST_PRICE_WINDOW_DAYS);
        self.periods
            .iter()
            .filter(|period| period.in_force_between(opened, began))
            .map(|period| period.price)
            .min_by_key(|price| price.minor())
    }

    /// The timeline once `change` is true.
    #[must_use]
    pub fn after(&self, change: &PriceChange) -> Self {
        let is_gone = |period: &&PricePeriod| !change.removed.iter().any(|gone| gone.id == period.id);
        let now_is = |period: &PricePeriod| match &change.changed {
            Some(changed) if changed.id == period.id => changed.clone(),
            _ => period.clone(),
        };
        let mut periods: Vec<_> = self.periods.iter().filter(is_gone).map(now_is).collect();
        periods.extend(change.added.clone());
        periods.sort_by_key(|period| period.valid_from);
        Self { currency: self.currency, periods }
    }

    /// The periods for which `is_early` holds, which are the first ones, and the others.
    pub(super) fn split(&self, is_early: impl Fn(&PricePeriod) -> bool) -> (&[PricePeriod], &[PricePeriod]) {
        self.periods.split_at(self.periods.partition_point(is_early))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::actor::Actor;

    fn euro() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    fn day(day: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + day * 86_400, 0).unwrap()
    }

    fn period(cents: i64, from: i64, to: Option<i64>) -> PricePeriod {
        let price = Money::from_minor(cents, euro()).unwrap();
        let id = PriceId::from(Uuid::nil());
        PricePeriod { id, price, valid_from: day(from), valid_to: to.map(day), changed_by: Actor::System }
    }

    fn lowest(periods: Vec<PricePeriod>, at: i64) -> Option<i64> {
        PriceTimeline::new(euro(), periods).unwrap().lowest_in_30_days(day(at)).map(Money::minor)
    }

    #[test]
    fn the_price_that_ran_when_the_window_opened_counts() {
        let periods = vec![period(500, -45, Some(-20)), period(1000, -20, Some(-5)), period(1500, -5, None)];
        assert_eq!(lowest(periods, 0), Some(500));
    }

    #[test]
    fn a_price_that_ended_as_the_window_opened_does_not_count() {
        let periods = |opens| {
            vec![period(500, -90, Some(opens)), period(1000, opens, Some(-5)), period(1500, -5, None)]
        };
        assert_eq!(lowest(periods(-35), 0), Some(1000));
        assert_eq!(lowest(periods(-34), 0), Some(500));
    }

    #[test]
    fn the_current_price_itself_does_not_count() {
        assert_eq!(lowest(vec![period(900, -90, Some(-5)), period(500, -5, None)], 0), Some(900));
    }

    #[test]
    fn a_first_price_has_no_lowest_before_it() {
        assert_eq!(lowest(vec![period(500, -5, None)], 0), None);
        assert_eq!(lowest(vec![period(500, 5, None)], 0), None);
        assert_eq!(lowest(vec![], 0), None);
    }

    #[test]
    fn a_scheduled_price_counts_once_it_is_in_force() {
        let periods = || vec![period(1000, -20, Some(1)), period(500, 1, Some(2)), period(900, 2, None)];
        assert_eq!([0, 1, 2].map(|at| lowest(periods(), at)), [None, Some(1000), Some(500)]);
    }

    #[test]
    fn a_price_is_in_force_from_its_first_instant_until_just_before_its_last() {
        let timeline =
            PriceTimeline::new(euro(), vec![period(2, 1, Some(3)), period(1, 0, Some(1))]).unwrap();
        let at = |instant| timeline.as_of(instant).map(|period| period.price.minor());
        let tick = Duration::microseconds(1);
        assert_eq!([at(day(0) - tick), at(day(0)), at(day(1) - tick)], [None, Some(1), Some(1)]);
        assert_eq!([at(day(1)), at(day(3) - tick), at(day(3))], [Some(2), Some(2), None]);
    }

    #[test]
    fn what_overlaps_is_no_timeline() {
        let refusal = |periods| PriceTimeline::new(euro(), periods).unwrap_err();
        assert!(matches!(refusal(vec![period(1, 0, None), period(2, 1, None)]), TimelineError::Overlap(_)));
        assert!(matches!(refusal(vec![period(1, 0, Some(0))]), TimelineError::Empty(_)));
        let dollars = PriceTimeline::new(Currency::parse("USD").unwrap(), vec![period(1, 0, None)]);
        assert!(matches!(dollars, Err(TimelineError::CurrencyMismatch(_))));
    }
}
