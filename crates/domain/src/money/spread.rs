//! Spreading a whole over lines so that the parts always add up.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Money, MoneyError};

impl Money {
    /// Spreads this amount over lines in proportion to `weights` by the largest-remainder method: every part is within
    /// one minor unit of its exact share, ties go to the earlier line, and the parts add up to the whole.
    /// Without any weight the first line takes all; without lines there are no parts.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when the weights leave the range of exact arithmetic.
    pub fn spread(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let total: Decimal = weights.iter().map(|weight| Decimal::from(*weight)).sum();
        let mut shares = Vec::with_capacity(weights.len());
        let mut left = self.minor;
        for (line, weight) in weights.iter().enumerate() {
            let (part, remainder) = share(self.minor, *weight, total)?;
            left = left.saturating_sub(part);
            shares.push((line, part, remainder));
        }
        // The sort is stable: among equal remainders the earlier line stays first.
        shares.sort_by_key(|(_, _, remainder)| std::cmp::Reverse(*remainder));
        for (_, part, _) in &mut shares {
            let extra = if total.is_zero() { left } else { left.min(1) };
            *part = part.saturating_add(extra);
            left = left.saturating_sub(extra);
        }
        shares.sort_by_key(|(line, ..)| *line);
        shares.into_iter().map(|(_, part, _)| Self::from_minor(part, self.currency)).collect()
    }
}

/// The whole minor units of one share, and what is left of it, as a numerator over the total weight.
fn share(minor: i64, weight: u64, total: Decimal) -> Result<(i64, Decimal), MoneyError> {
    if total.is_zero() {
        return Ok((0, Decimal::ZERO));
    }
    let exact = Decimal::from(minor).checked_mul(Decimal::from(weight)).ok_or(MoneyError::TooLarge)?;
    let remainder = exact % total;
    let part = ((exact - remainder) / total).to_i64().ok_or(MoneyError::TooLarge)?;
    Ok((part, remainder))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::money::{Currency, Money};

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::parse("EUR").unwrap()).unwrap()
    }

    fn minors(parts: &[Money]) -> Vec<i64> {
        parts.iter().map(|part| part.minor()).collect()
    }

    #[test]
    fn a_tie_goes_to_the_earlier_line() {
        assert_eq!(minors(&euro(100).spread(&[1, 1, 1]).unwrap()), [34, 33, 33]);
    }

    #[test]
    fn the_largest_remainder_gets_the_unit_that_is_left() {
        assert_eq!(minors(&euro(10).spread(&[1, 2]).unwrap()), [3, 7]);
    }

    #[test]
    fn without_weights_the_first_line_takes_all() {
        assert_eq!(minors(&euro(7).spread(&[0, 0]).unwrap()), [7, 0]);
        assert!(euro(7).spread(&[]).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_within_one_unit(minor in 0..1_000_000_000i64, weights in prop::collection::vec(0..1_000_000u64, 1..20)) {
            let parts = minors(&euro(minor).spread(&weights).unwrap());
            prop_assert_eq!(parts.iter().sum::<i64>(), minor);
            let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            if total > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = i128::from(minor) * i128::from(*weight);
                    prop_assert!((i128::from(*part) * total - exact).abs() < total);
                }
            }
        }
    }
}
