//! One client's calls of the last minute, counted by the second.

use std::time::Duration;

/// The length of the window, in seconds.
pub(super) const WINDOW: u64 = 60;
/// The second that has begun, and as many whole ones before it as the window has.
const SLOTS: usize = 61;
/// After so many seconds a call has left.
const LIFE: u64 = WINDOW + 1;

/// Calls by second, in a ring. A call leaves the window when the last call of its second is a whole minute old: a little
/// late, never early.
#[derive(Clone, Debug)]
pub(super) struct Window {
    newest: u64,
    total: u32,
    slots: [u32; SLOTS],
}

/// What became of a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Taken {
    /// Whether there was room for it.
    pub(super) passed: bool,
    /// How many more there is room for.
    pub(super) remaining: u32,
    /// When there is more room than now, in whole seconds.
    pub(super) reset_seconds: u64,
}

impl Window {
    pub(super) const fn new() -> Self {
        Self { newest: 0, total: 0, slots: [0; SLOTS] }
    }

    /// Takes one call of `quota` within the window; `now` is the time since the process began to count.
    pub(super) fn take(&mut self, now: Duration, quota: u32) -> Taken {
        self.forget(now.as_secs());
        let passed = self.total < quota;
        if passed {
            self.total += 1;
            if let Some(slot) = self.slots.get_mut(slot(self.newest)) {
                *slot += 1;
            }
        }
        let remaining = quota.saturating_sub(self.total);
        Taken { passed, remaining, reset_seconds: self.opens_in(now) }
    }

    /// Whether every call has left.
    pub(super) const fn is_idle(&self, now: Duration) -> bool {
        now.as_secs() >= self.newest + LIFE
    }

    /// Empties the seconds that have left. Threads may come with their times in another order than they took them.
    fn forget(&mut self, second: u64) {
        let second = second.max(self.newest);
        for passed in (self.newest..second).take(SLOTS) {
            if let Some(left) = self.slots.get_mut(slot(passed + 1)) {
                self.total -= *left;
                *left = 0;
            }
        }
        self.newest = second;
    }

    /// Until the oldest second with calls leaves; rounded up.
    fn opens_in(&self, now: Duration) -> u64 {
        let first = (self.newest + 1).saturating_sub(LIFE);
        let oldest = (first..=self.newest)
            .find(|second| self.slots.get(slot(*second)).is_some_and(|calls| *calls > 0));
        let leaves = Duration::from_secs(oldest.unwrap_or(self.newest) + LIFE);
        let wait = leaves.saturating_sub(now);
        wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
    }
}

fn slot(second: u64) -> usize {
    usize::try_from(second % LIFE).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_quota_passes_at_once_and_then_nothing_until_it_was_said() {
        let mut window = Window::new();
        for left in (0..3).rev() {
            let taken = window.take(at(5_300), 3);
            assert_eq!((taken.passed, taken.remaining), (true, left));
            assert_eq!(taken.reset_seconds, 61);
        }
        let refused = window.take(at(30_000), 3);
        assert_eq!(refused, Taken { passed: false, remaining: 0, reset_seconds: 36 });
        assert!(!window.take(at(65_999), 3).passed);
        assert!(window.take(at(66_000), 3).passed);
    }

    #[test]
    fn what_was_forgotten_makes_room_again() {
        let mut window = Window::new();
        window.take(at(0), 2);
        window.take(at(10_000), 2);
        assert!(!window.take(at(60_900), 2).passed);
        assert!(window.take(at(61_000), 2).passed, "the first has left");
        assert!(!window.take(at(61_000), 2).passed, "the second has not");
        assert!(window.take(at(10_000_000), 2).passed);
        assert!(!window.is_idle(at(10_060_999)) && window.is_idle(at(10_061_000)));
    }

    #[test]
    fn a_time_from_before_counts_as_now() {
        let mut window = Window::new();
        assert!(window.take(at(70_000), 2).passed);
        assert!(window.take(at(3_000), 2).passed);
        assert!(!window.take(at(70_500), 2).passed);
    }

    proptest! {
        #[test]
        fn no_sixty_seconds_have_more_calls_than_the_quota(
            quota in 1_u32..20, pauses in prop::collection::vec(0_u64..9_000, 1..300),
        ) {
            let (mut window, mut now, mut passed) = (Window::new(), 0, Vec::new());
            for pause in pauses {
                now += pause;
                if window.take(at(now), quota).passed {
                    passed.push(now);
                }
            }
            let quota = usize::try_from(quota).unwrap();
            for (first, next) in passed.iter().zip(passed.iter().skip(quota)) {
                prop_assert!(next - first > WINDOW * 1000);
            }
        }

        #[test]
        fn whoever_waits_as_long_as_was_said_passes(
            quota in 1_u32..20, pauses in prop::collection::vec(0_u64..3_000, 1..100),
        ) {
            let (mut window, mut now) = (Window::new(), 0);
            for pause in pauses {
                now += pause;
                let taken = window.take(at(now), quota);
                prop_assert!(taken.reset_seconds <= LIFE);
                if !taken.passed {
                    now += taken.reset_seconds * 1000;
                    prop_assert!(window.take(at(now), quota).passed);
                }
            }
        }
    }
}
