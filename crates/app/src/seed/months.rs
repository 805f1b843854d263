//! The months that a made-up shop has been open: its past, in which everything was made.

use chrono::Duration;
use domain::Instant;

use super::random::Random;

/// How long it has been open.
const DAYS: i64 = 120;

/// The months until now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Months {
    /// When they end.
    pub now: Instant,
}

impl Months {
    /// When the shop opened.
    pub(super) fn opening(self) -> Instant {
        self.now - Duration::days(DAYS)
    }

    /// When the one with this index, of so many, was made: they are spread over the months, oldest first, and the last
    /// one before now.
    pub(super) fn spread(self, index: u64, count: u64, random: &mut Random) -> Instant {
        let whole = Duration::days(DAYS).num_microseconds().unwrap_or(i64::MAX);
        let step = whole / i64::try_from(count.max(1)).unwrap_or(i64::MAX);
        let steps = i64::try_from(count.saturating_sub(index)).unwrap_or(i64::MAX);
        self.now - Duration::microseconds(step.saturating_mul(steps))
            + Duration::microseconds(random.between(0, step - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_made_one_after_the_other_since_the_opening_and_before_now() {
        let months = Months { now: Instant::from_timestamp(1_800_000_000, 0).unwrap() };
        for count in [1, 7, 1_000] {
            let mut random = Random::of(1, count);
            let made: Vec<Instant> =
                (0..count).map(|index| months.spread(index, count, &mut random)).collect();
            assert!(made.is_sorted());
            assert!(made.iter().all(|at| months.opening() <= *at && *at < months.now));
        }
    }
}
