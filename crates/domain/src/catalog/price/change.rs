//! Setting prices, now or from a future instant on, and calling off what has not begun.

use chrono::{Duration, SubsecRound};

use super::{PRICE_GRACE_SECONDS, PricePeriod, PriceTimeline};
use crate::{
    Instant,
    actor::Actor,
    ids::PriceId,
    money::{Currency, Money},
    version::VersionMismatch,
};

/// A price that somebody wants to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrice {
    /// The new period's identity, should there be one.
    pub id: PriceId,
    /// What the thing is to cost.
    pub price: Money,
    /// From when on; `None` from now on.
    pub valid_from: Option<Instant>,
    /// Who wants it.
    pub by: Actor,
}

/// Decision: what becomes of the periods of a timeline. To be made true in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceChange {
    /// Periods that had not begun, and never will.
    pub removed: Vec<PricePeriod>,
    /// The one period that is there already and changes, as it is afterwards. Of one that has begun only the end moves.
    pub changed: Option<PricePeriod>,
    /// The one period that is new.
    pub added: Option<PricePeriod>,
}

/// Why a price is not set, or not called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceRefusal {
    /// It would have begun in the past.
    #[error("must not be more than {PRICE_GRACE_SECONDS} seconds in the past")]
    Past,
    /// It has begun: it is history.
    #[error("the price is in force, or was")]
    InForce,
    /// The timeline has no such price (any more).
    #[error("there is no such price")]
    NoSuchPrice,
    /// The amount is in another currency than the timeline.
    #[error("the price is in {actual}, not {expected}")]
    CurrencyMismatch {
        /// The timeline's.
        expected: Currency,
        /// The amount's.
        actual: Currency,
    },
    /// It was meant for another version of the variant.
    #[error(transparent)]
    Version(#[from] VersionMismatch),
}

impl PriceTimeline {
    /// From when on a price would be in force that is set at `now` for `wanted`. An instant that has just passed is now;
    /// finer than a microsecond is nothing.
    ///
    /// # Errors
    /// [`PriceRefusal::Past`].
    pub fn beginning(&self, wanted: Option<Instant>, now: Instant) -> Result<Instant, PriceRefusal> {
        let wanted = wanted.map_or(now, |instant| instant.trunc_subsecs(6));
        if wanted < now - Duration::seconds(PRICE_GRACE_SECONDS) {
            return Err(PriceRefusal::Past);
        }
        // What has begun at this very instant is in force for one microsecond at least.
        let (begun, _) = self.split(|period| period.has_begun(now));
        let earliest = begun.last().map_or(now, |period| period.valid_from + Duration::microseconds(1));
        Ok(wanted.max(now).max(earliest))
    }

    /// Sets a price: from now on, or from a future instant on, and then until the next one that is scheduled. One that
    /// is scheduled for the same instant is replaced. `None` when the price is what it would be anyway.
    ///
    /// # Errors
    /// [`PriceRefusal::Past`] and [`PriceRefusal::CurrencyMismatch`].
    pub fn set(&self, new: &NewPrice, now: Instant) -> Result<Option<PriceChange>, PriceRefusal> {
        if new.price.currency() != self.currency() {
            return Err(PriceRefusal::CurrencyMismatch {
                expected: self.currency(),
                actual: new.price.currency(),
            });
        }
        let from = self.beginning(new.valid_from, now)?;
        if self.as_of(from).is_some_and(|period| period.price == new.price) {
            return Ok(None);
        }
        let (before, rest) = self.split(|period| period.valid_from < from);
        let before = before.last().filter(|period| period.valid_to.is_none_or(|end| from <= end));
        let (replaced, after) = match rest {
            [same, after @ ..] if same.valid_from == from => (Some(same), after.first()),
            _ => (None, rest.first()),
        };
        let end = after.map(|period| period.valid_from);
        let mut change = PriceChange { removed: Vec::new(), changed: None, added: None };
        let end = change.absorb(new.price, end, after);
        match (before, replaced) {
            // The price before simply goes on.
            (Some(before), Some(replaced)) if before.price == new.price => {
                change.removed.insert(0, replaced.clone());
                change.changed = Some(PricePeriod { valid_to: end, ..before.clone() });
            }
            (_, Some(replaced)) => {
                change.changed = Some(PricePeriod {
                    price: new.price,
                    valid_to: end,
                    changed_by: new.by,
                    ..replaced.clone()
                });
            }
            (before, None) => {
                let running = before.filter(|period| period.in_force_at(from));
                change.changed =
                    running.map(|running| PricePeriod { valid_to: Some(from), ..running.clone() });
                change.added = Some(PricePeriod {
                    id: new.id,
                    price: new.price,
                    valid_from: from,
                    valid_to: end,
                    changed_by: new.by,
                });
            }
        }
        Ok(Some(change))
    }

    /// Calls off a price that has not begun; the one before it goes on.
    ///
    /// # Errors
    /// [`PriceRefusal::NoSuchPrice`], and [`PriceRefusal::InForce`] when it has begun.
    pub fn cancel(&self, id: PriceId, now: Instant) -> Result<PriceChange, PriceRefusal> {
        let cancelled =
            self.periods().iter().find(|period| period.id == id).ok_or(PriceRefusal::NoSuchPrice)?;
        if cancelled.has_begun(now) {
            return Err(PriceRefusal::InForce);
        }
        let (before, rest) = self.split(|period| period.valid_from < cancelled.valid_from);
        let before = before.last().filter(|period| period.valid_to == Some(cancelled.valid_from));
        let mut change = PriceChange { removed: vec![cancelled.clone()], changed: None, added: None };
        if let Some(before) = before {
            let end = change.absorb(before.price, cancelled.valid_to, rest.get(1));
            change.changed = Some(PricePeriod { valid_to: end, ..before.clone() });
        }
        Ok(change)
    }
}

impl PriceChange {
    /// The end of a period of this price that would end at `end`: when the next one has the same price, it is part of
    /// it.
    fn absorb(&mut self, price: Money, end: Option<Instant>, next: Option<&PricePeriod>) -> Option<Instant> {
        match next {
            Some(next) if next.price == price && end == Some(next.valid_from) => {
                self.removed.push(next.clone());
                next.valid_to
            }
            _ => end,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn minute(minute: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + minute * 60, 0).unwrap()
    }

    fn id(n: u128) -> PriceId {
        Uuid::from_u128(n).into()
    }

    fn new(cents: i64, valid_from: Option<Instant>) -> NewPrice {
        let price = Money::from_minor(cents, Currency::parse("EUR").unwrap()).unwrap();
        NewPrice { id: id(0), price, valid_from, by: Actor::System }
    }

    /// A timeline that these prices were set on, each at its minute and from an optional later one on; their ids count
    /// from 1.
    fn set_all(prices: &[(i64, i64, Option<i64>)]) -> PriceTimeline {
        let empty = PriceTimeline::new(Currency::parse("EUR").unwrap(), vec![]).unwrap();
        (1..).zip(prices).fold(empty, |timeline, (n, (cents, now, from))| {
            let new = NewPrice { id: id(n), ..new(*cents, from.map(minute)) };
            let change = timeline.set(&new, minute(*now)).unwrap();
            change.map_or(timeline.clone(), |change| timeline.after(&change))
        })
    }

    /// Each period as cents, first and last minute.
    fn shape(timeline: &PriceTimeline) -> Vec<(i64, i64, Option<i64>)> {
        let minutes = |instant: Instant| (instant - minute(0)).num_minutes();
        let shape = |period: &PricePeriod| {
            (period.price.minor(), minutes(period.valid_from), period.valid_to.map(minutes))
        };
        timeline.periods().iter().map(shape).collect()
    }

    #[test]
    fn a_price_ends_when_the_next_one_begins() {
        assert_eq!(
            shape(&set_all(&[(10, 0, None), (12, 5, None), (9, 7, None)])),
            [(10, 0, Some(5)), (12, 5, Some(7)), (9, 7, None)]
        );
    }

    #[test]
    fn a_price_set_to_what_it_is_makes_no_period() {
        let timeline = set_all(&[(10, 0, None), (12, 5, Some(20))]);
        assert_eq!(timeline.set(&new(10, None), minute(6)), Ok(None));
        assert_eq!(timeline.set(&new(10, Some(minute(19))), minute(6)), Ok(None));
        assert_eq!(timeline.set(&new(12, Some(minute(20))), minute(6)), Ok(None));
        assert_eq!(timeline.set(&new(12, Some(minute(30))), minute(6)), Ok(None));
    }

    #[test]
    fn a_price_set_in_front_of_a_scheduled_one_ends_where_that_begins() {
        assert_eq!(
            shape(&set_all(&[(10, 0, None), (12, 5, Some(20)), (11, 6, None)])),
            [(10, 0, Some(6)), (11, 6, Some(20)), (12, 20, None)]
        );
        assert_eq!(shape(&set_all(&[(12, 5, Some(20)), (11, 6, None)])), [(11, 6, Some(20)), (12, 20, None)]);
    }

    #[test]
    fn the_same_instant_again_replaces_what_was_scheduled() {
        let before = set_all(&[(10, 0, None), (12, 5, Some(20)), (14, 5, Some(30))]);
        let change = before.set(&new(13, Some(minute(20))), minute(6)).unwrap().unwrap();
        let after = before.after(&change);
        assert_eq!(shape(&after), [(10, 0, Some(20)), (13, 20, Some(30)), (14, 30, None)]);
        assert_eq!(after.periods()[1].id, before.periods()[1].id, "the same price, at another amount");
    }

    #[test]
    fn equal_prices_side_by_side_are_one() {
        let set = |prices: &[(i64, i64, Option<i64>)]| shape(&set_all(prices));
        let scheduled = [(10, 0, None), (12, 5, Some(20)), (14, 5, Some(30))];
        let with = |last| [&scheduled[..], &[last]].concat();
        assert_eq!(set(&with((12, 6, None))), [(10, 0, Some(6)), (12, 6, Some(30)), (14, 30, None)]);
        assert_eq!(set(&with((10, 6, Some(20)))), [(10, 0, Some(30)), (14, 30, None)]);
        assert_eq!(set(&with((14, 6, Some(20)))), [(10, 0, Some(20)), (14, 20, None)]);
        let there_and_back = [(10, 0, None), (12, 5, Some(20)), (10, 5, Some(30)), (10, 6, Some(20))];
        assert_eq!(set(&there_and_back), [(10, 0, None)]);
    }

    #[test]
    fn what_has_just_passed_is_now_and_what_has_long_passed_is_refused() {
        let timeline = set_all(&[(10, 0, None)]);
        let now = minute(10);
        let tick = Duration::microseconds(1);
        for instant in [minute(9), now - tick, now] {
            assert_eq!(timeline.beginning(Some(instant), now), Ok(now), "{instant}");
        }
        assert_eq!(timeline.beginning(Some(minute(9) - tick), now), Err(PriceRefusal::Past));
        assert_eq!(timeline.beginning(Some(now + tick), now), Ok(now + tick));
        let finer = Duration::nanoseconds(1_999);
        assert_eq!(timeline.beginning(Some(now + finer), now), Ok(now + tick));
    }

    #[test]
    fn two_prices_at_one_instant_are_a_microsecond_apart() {
        let timeline = set_all(&[(10, 0, None)]);
        let after = timeline.after(&timeline.set(&new(12, None), minute(0)).unwrap().unwrap());
        let second = minute(0) + Duration::microseconds(1);
        assert_eq!(after.periods()[0].valid_to, Some(second));
        assert_eq!(after.periods()[1].valid_from, second);
    }

    #[test]
    fn what_was_before_a_cancelled_price_goes_on() {
        let timeline = set_all(&[(10, 0, None), (12, 5, Some(20)), (14, 5, Some(30))]);
        let cancel = |n, now| timeline.cancel(id(n), minute(now));
        let without = |n| shape(&timeline.after(&cancel(n, 19).unwrap()));
        assert_eq!(without(2), [(10, 0, Some(30)), (14, 30, None)]);
        assert_eq!(without(3), [(10, 0, Some(20)), (12, 20, None)]);
        assert_eq!(cancel(2, 20), Err(PriceRefusal::InForce));
        assert_eq!(cancel(1, 25), Err(PriceRefusal::InForce), "also when it is over");
        assert_eq!(cancel(9, 0), Err(PriceRefusal::NoSuchPrice));
    }

    #[test]
    fn a_cancelled_detour_leaves_one_price() {
        let timeline = set_all(&[(10, 0, None), (12, 5, Some(20)), (10, 5, Some(30)), (14, 5, Some(40))]);
        let after = timeline.after(&timeline.cancel(id(2), minute(6)).unwrap());
        assert_eq!(shape(&after), [(10, 0, Some(40)), (14, 40, None)]);
    }

    #[test]
    fn a_first_price_that_is_cancelled_leaves_nothing() {
        let timeline = set_all(&[(12, 5, Some(20))]);
        let change = timeline.cancel(id(1), minute(6)).unwrap();
        assert_eq!(shape(&timeline.after(&change)), []);
    }

    #[test]
    fn another_currency_is_refused() {
        let dollars = Money::from_minor(1, Currency::parse("USD").unwrap()).unwrap();
        let refusal = set_all(&[]).set(&NewPrice { price: dollars, ..new(1, None) }, minute(0));
        assert!(matches!(refusal, Err(PriceRefusal::CurrencyMismatch { .. })));
    }
}
