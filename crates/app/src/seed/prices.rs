//! Prices: what things cost, and what they have cost before.

use chrono::{Duration, DurationRound};
use domain::{
    Instant,
    actor::Actor,
    catalog::PricePeriod,
    money::{Currency, Money, MoneyError},
};
use ports::ids::IdGenerator;

use super::random::Random;

/// A price that was set less than this long ago has no past yet.
const SETTLED: Duration = Duration::days(20);
/// So many of a hundred settled prices have a past, which makes about 20 of all: a sixth of the things are younger.
const WITH_A_PAST: u64 = 24;

/// How a price has moved, as shares of the regular price in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Course {
    /// What it began with.
    first: i64,
    /// What it became, and when; in order.
    changes: Vec<(Instant, i64)>,
}

impl Course {
    /// A course that began at `from`: most never moved; others have a sale behind them, a sale that still runs, or a
    /// raise.
    pub(super) fn draw(random: &mut Random, from: Instant, now: Instant) -> Self {
        let age = now - from;
        if age < SETTLED || !random.chance(WITH_A_PAST) {
            return Self { first: 100, changes: Vec::new() };
        }
        let discounted = 100 - 5 * random.between(2, 6);
        let mut after = |least, most| {
            on_the_hour(from + age * i32::try_from(random.between(least, most)).unwrap_or(1) / 100)
        };
        let (early, late) = (after(30, 60), after(70, 95));
        let length = Duration::days(random.between(3, 9));
        match random.below(10) {
            0..5 => Self { first: 100, changes: vec![(on_the_hour(late - length), discounted), (late, 100)] },
            5..8 => Self { first: 100 - random.between(4, 15), changes: vec![(early, 100)] },
            _ => Self { first: 100, changes: vec![(on_the_hour(now - length), discounted)] },
        }
    }

    /// The share that the price began with.
    pub(super) const fn first(&self) -> i64 {
        self.first
    }

    /// Whether the price is lower now than it has been.
    pub(super) fn is_sale(&self) -> bool {
        self.changes.last().is_some_and(|(_, share)| *share < 100)
    }

    /// The periods that follow on the first one. A change that makes no difference makes no period.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub(super) fn follow(
        &self,
        first: PricePeriod,
        regular_cents: i64,
        ids: &dyn IdGenerator,
    ) -> Result<Vec<PricePeriod>, MoneyError> {
        let currency = first.price.currency();
        let mut current = first;
        let mut periods = Vec::with_capacity(self.changes.len() + 1);
        for (at, share) in &self.changes {
            let price = price(regular_cents, *share, currency)?;
            if price != current.price {
                let next = period(price, *at, ids);
                periods.push(PricePeriod { valid_to: Some(*at), ..current });
                current = next;
            }
        }
        periods.push(current);
        Ok(periods)
    }
}

/// A price that the shop itself set, until further notice.
pub(super) fn period(price: Money, valid_from: Instant, ids: &dyn IdGenerator) -> PricePeriod {
    PricePeriod { id: ids.id(), price, valid_from, valid_to: None, changed_by: Actor::System }
}

/// This share of the regular price, as price tags have it: 12.40, 39.90, 249.00. A currency without minor digits gets
/// the same digits: 3990 yen.
///
/// # Errors
/// [`MoneyError::TooLarge`].
pub(super) fn price(regular_cents: i64, percent: i64, currency: Currency) -> Result<Money, MoneyError> {
    let exact = regular_cents.saturating_mul(percent) / 100;
    let (step, less) = match exact {
        ..2_000 => (50, 10),
        2_000..20_000 => (100, 10),
        _ => (500, 100),
    };
    let cents = (exact / step + 1).saturating_mul(step) - less;
    Money::from_minor(cents.saturating_mul((currency.minor_per_major() / 100).max(1)), currency)
}

fn on_the_hour(instant: Instant) -> Instant {
    instant.duration_trunc(Duration::hours(1)).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_end_as_on_price_tags() {
        let amount =
            |cents, percent, code| price(cents, percent, Currency::parse(code).unwrap()).unwrap().amount();
        assert_eq!(amount(1_200, 100, "EUR"), "12.40");
        assert_eq!(amount(3_950, 100, "EUR"), "39.90");
        assert_eq!(amount(24_600, 100, "EUR"), "249.00");
        assert_eq!(amount(10_000, 60, "EUR"), "60.90");
        assert_eq!(amount(3_950, 100, "JPY"), "3990");
        assert_eq!(amount(3_950, 100, "KWD"), "39.900");
        assert_eq!(amount(0, 100, "EUR"), "0.40");
    }

    #[test]
    fn changes_come_in_order_after_the_beginning_and_before_now() {
        let now = Instant::from_timestamp(1_800_000_123, 0).unwrap();
        let mut random = Random::of(1, 1);
        for days in 0..=120 {
            for _ in 0..50 {
                let from = now - Duration::days(days);
                let course = Course::draw(&mut random, from, now);
                assert!(
                    course.changes.is_sorted_by(|(earlier, _), (later, _)| earlier < later),
                    "{course:?}"
                );
                assert!(course.changes.iter().all(|(at, _)| from < *at && *at < now), "{course:?}");
                assert!(course.changes.iter().all(|(_, share)| (70..=100).contains(share)), "{course:?}");
            }
        }
    }

    #[test]
    fn a_young_price_has_no_past() {
        let now = Instant::from_timestamp(1_800_000_123, 0).unwrap();
        let mut random = Random::of(1, 2);
        for _ in 0..100 {
            assert_eq!(Course::draw(&mut random, now - Duration::days(19), now).changes, []);
        }
    }
}
