//! Random numbers that come out the same again for the same seed.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): 64 bits of state, quick,
/// and even enough to fill a shop. It keeps no secret.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

/// The odd number next to 2^64 divided by the golden ratio, by which the state moves on.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The stream of the thing with this number. Streams have nothing to do with each other, so a thing looks the same
    /// whatever else is made.
    pub(super) const fn of(seed: u64, number: u64) -> Self {
        Self(mix(seed) ^ mix(number ^ STEP))
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// An even number from 0 and below `bound`; 0 when that is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// A number from `least` to `most`, both included; `least` when there is nothing between them.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(most.saturating_sub(least).saturating_add(1)).unwrap_or_default();
        least.saturating_add_unsigned(self.below(width))
    }

    /// True in so many of a hundred cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of them; `None` when there is none.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(u64::try_from(from.len()).unwrap_or(u64::MAX));
        from.get(usize::try_from(place).unwrap_or(usize::MAX))
    }

    /// One of these words.
    pub(super) fn word(&mut self, from: &[&'static str]) -> &'static str {
        self.pick(from).copied().unwrap_or_default()
    }

    /// So many of them, or all, in their order.
    pub(super) fn some<T: Clone>(&mut self, from: &[T], count: usize) -> Vec<T> {
        let mut wanted = count.min(from.len());
        let mut left = from.len();
        let mut chosen = Vec::with_capacity(wanted);
        for one in from {
            if self.below(u64::try_from(left).unwrap_or(u64::MAX)) < u64::try_from(wanted).unwrap_or_default()
            {
                chosen.push(one.clone());
                wanted -= 1;
            }
            left -= 1;
        }
        chosen
    }
}

/// SplitMix64's finaliser.
const fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_splitmix64() {
        let mut random = Random(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_reach_them() {
        let mut random = Random::of(1, 1);
        let numbers: Vec<i64> = (0..1_000).map(|_| random.between(-2, 2)).collect();
        assert_eq!((numbers.iter().min(), numbers.iter().max()), (Some(&-2), Some(&2)));
        assert_eq!((random.between(5, 5), random.between(5, 4), random.below(0)), (5, 5, 0));
    }

    #[test]
    fn some_of_a_list_keep_their_order_and_none_comes_twice() {
        let mut random = Random::of(1, 2);
        for count in 0..7 {
            let chosen = random.some(&[1, 2, 3, 4, 5], count);
            assert_eq!(chosen.len(), count.min(5));
            assert!(chosen.is_sorted_by(|earlier, later| earlier < later), "{chosen:?}");
        }
    }
}
