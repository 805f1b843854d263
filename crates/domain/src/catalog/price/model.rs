//! The timeline against a model that is too simple to be wrong: a list of "from here on it costs so much".

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::{NewPrice, PricePeriod, PriceTimeline};
use crate::{
    Instant,
    actor::Actor,
    money::{Currency, Money},
};

/// Hours; few enough that every one of them can be looked at.
type Hour = i64;

/// What somebody does.
#[derive(Debug, Clone)]
enum Step {
    /// Sets a price, so many hours ahead.
    Set { cents: i64, ahead: Hour },
    /// Calls off the one of so many scheduled prices.
    Cancel { which: usize },
    /// Lets time pass.
    Wait { hours: Hour },
}

/// From each of these hours on it costs so much.
#[derive(Debug, Default)]
struct Model(BTreeMap<Hour, i64>);

impl Model {
    fn set(&mut self, cents: i64, from: Hour) {
        self.0.insert(from, cents);
        self.forget_what_changes_nothing();
    }

    fn cancel(&mut self, from: Hour) {
        self.0.remove(&from);
        self.forget_what_changes_nothing();
    }

    fn at(&self, hour: Hour) -> Option<i64> {
        self.0.range(..=hour).next_back().map(|(_, cents)| *cents)
    }

    fn began(&self, hour: Hour) -> Option<Hour> {
        self.0.range(..=hour).next_back().map(|(from, _)| *from)
    }

    /// The rule as the directive puts it, hour by hour.
    fn lowest(&self, hour: Hour) -> Option<i64> {
        let began = self.began(hour)?;
        (began - 30 * 24..began).filter_map(|hour| self.at(hour)).min()
    }

    fn forget_what_changes_nothing(&mut self) {
        let mut before = None;
        self.0.retain(|_, cents| before.replace(*cents) != Some(*cents));
    }
}

fn instant(hour: Hour) -> Instant {
    Instant::from_timestamp(1_800_000_000 + hour * 3_600, 0).unwrap()
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn cents(period: &PricePeriod) -> i64 {
    period.price.minor()
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..5i64, 0..200i64).prop_map(|(cents, n)| Step::Set { cents, ahead: (2 * n - 1).max(0) }),
        1 => (0..4usize).prop_map(|which| Step::Cancel { which }),
        2 => (1..200i64).prop_map(|n| Step::Wait { hours: 2 * n }),
    ]
}

/// Does the same to both, and gives what they have become at which hour.
fn live(steps: &[Step]) -> (PriceTimeline, Model, Hour) {
    let (mut timeline, mut model, mut now) =
        (PriceTimeline::new(euro(), vec![]).unwrap(), Model::default(), -1);
    for (number, step) in (1u128..).zip(steps) {
        // People act at odd hours and schedule for even ones: what begins at the very instant of an act has begun.
        now += 2;
        let change = match step {
            Step::Wait { hours } => {
                now += hours;
                None
            }
            Step::Set { cents, ahead } => {
                model.set(*cents, now + ahead);
                let new = NewPrice {
                    id: Uuid::from_u128(number).into(),
                    price: Money::from_minor(*cents, euro()).unwrap(),
                    valid_from: (*ahead > 0).then(|| instant(now + ahead)),
                    by: Actor::System,
                };
                timeline.set(&new, instant(now)).unwrap()
            }
            Step::Cancel { which } => {
                let scheduled: Vec<_> =
                    timeline.periods().iter().filter(|period| !period.has_begun(instant(now))).collect();
                scheduled.get(*which).map(|period| {
                    model.cancel((period.valid_from - instant(0)).num_hours());
                    timeline.cancel(period.id, instant(now)).unwrap()
                })
            }
        };
        if let Some(change) = change {
            let after = timeline.after(&change);
            assert!(after != timeline, "a change changes something");
            assert_what_was_stays(&timeline, &after, instant(now));
            timeline = after;
        }
    }
    (timeline, model, now)
}

/// Of what has begun only the end moves, and only ahead.
fn assert_what_was_stays(before: &PriceTimeline, after: &PriceTimeline, now: Instant) {
    for period in before.periods().iter().filter(|period| period.has_begun(now)) {
        let still = after.periods().iter().find(|other| other.id == period.id).unwrap();
        assert_eq!(PricePeriod { valid_to: period.valid_to, ..still.clone() }, *period);
        let ends_ahead = |end: Option<Instant>| end.is_none_or(|end| now <= end);
        let may_move = ends_ahead(period.valid_to) && ends_ahead(still.valid_to);
        assert!(still.valid_to == period.valid_to || may_move);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_hour_has_the_price_of_the_model(steps in prop::collection::vec(step(), 1..40)) {
        let (timeline, model, now) = live(&steps);
        for hour in -2..now + 450 {
            prop_assert_eq!(timeline.as_of(instant(hour)).map(cents), model.at(hour), "{}", hour);
        }
    }

    #[test]
    fn the_lowest_price_is_what_a_walk_over_every_hour_finds(steps in prop::collection::vec(step(), 1..40)) {
        let (timeline, model, now) = live(&steps);
        for hour in (0..now + 450).step_by(23) {
            let lowest = timeline.lowest_in_30_days(instant(hour)).map(Money::minor);
            prop_assert_eq!(lowest, model.lowest(hour), "{}", hour);
        }
    }

    #[test]
    fn there_is_never_a_gap_an_overlap_or_the_same_price_twice(steps in prop::collection::vec(step(), 1..40)) {
        let (timeline, ..) = live(&steps);
        let periods = timeline.periods();
        prop_assert_eq!(PriceTimeline::new(euro(), periods.to_vec()), Ok(timeline.clone()));
        for (earlier, later) in periods.iter().zip(periods.iter().skip(1)) {
            prop_assert_eq!(earlier.valid_to, Some(later.valid_from));
            prop_assert_ne!(earlier.price, later.price);
        }
        prop_assert_eq!(periods.last().and_then(|period| period.valid_to), None);
    }
}
