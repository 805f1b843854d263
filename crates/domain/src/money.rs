//! Money: an exact amount in a currency, never negative, always with the currency's minor digits.

mod currency;
mod spread;

use std::fmt;

pub use currency::{Currency, ParseCurrencyError};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

/// The most that an amount may be, in major units.
pub const MAX_MAJOR: i64 = 999_999_999_999;

/// An amount of a currency, from 0 to [`MAX_MAJOR`] major units.
///
/// It is kept as a count of minor units, so it can't have more digits than its currency, and sums are exact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount was refused, or a sum has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one point between them: a sign, an exponent, a blank or a comma.
    #[error("must be a decimal number such as \"19.99\": digits, and a point before the minor digits")]
    Malformed,
    /// More digits after the point than the currency has.
    #[error("{currency} has {} minor digits, not {actual}", .currency.minor_digits())]
    TooManyDigits {
        /// The currency whose digits count.
        currency: Currency,
        /// How many digits there were.
        actual: usize,
    },
    /// Above [`MAX_MAJOR`] major units.
    #[error("must be at most {MAX_MAJOR} major units")]
    TooLarge,
    /// Below zero.
    #[error("must not be negative")]
    Negative,
    /// Two currencies where one is needed.
    #[error("{left} and {right} can't be put together")]
    CurrencyMismatch {
        /// The currency of the first amount.
        left: Currency,
        /// The currency of the second amount.
        right: Currency,
    },
}

impl Money {
    /// Nothing, in `currency`.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads an amount as a client writes it: `"5"`, `"19.9"` and `"19.99"` are fine for EUR, `"1.999"` is not.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`], [`MoneyError::TooManyDigits`] or [`MoneyError::TooLarge`].
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (major, fraction) = match amount.split_once('.') {
            Some((_, "")) => return Err(MoneyError::Malformed),
            Some(parts) => parts,
            None => (amount, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if major.is_empty() || !digits(major) || !digits(fraction) {
            return Err(MoneyError::Malformed);
        }
        let wanted = usize::from(currency.minor_digits());
        if fraction.len() > wanted {
            return Err(MoneyError::TooManyDigits { currency, actual: fraction.len() });
        }
        let minor = format!("{major}{fraction:0<wanted$}").parse().map_err(|_| MoneyError::TooLarge)?;
        Self::from_minor(minor, currency)
    }

    /// `minor` minor units: 1999 is 19.99 EUR, or 1999 JPY.
    ///
    /// # Errors
    /// [`MoneyError::Negative`] or [`MoneyError::TooLarge`].
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor < 0 {
            return Err(MoneyError::Negative);
        }
        if minor > MAX_MAJOR.saturating_mul(currency.minor_per_major()) {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Rounds an exact amount in major units, half away from zero: the one place where Stoa rounds money.
    ///
    /// # Errors
    /// [`MoneyError::Negative`] or [`MoneyError::TooLarge`].
    pub fn round(exact: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let minor = exact
            .checked_mul(Decimal::from(currency.minor_per_major()))
            .ok_or(MoneyError::TooLarge)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Self::from_minor(minor.to_i64().ok_or(MoneyError::TooLarge)?, currency)
    }

    /// The count of minor units: 1999 for 19.99 EUR.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as a decimal number, at the currency's scale.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.minor, u32::from(self.currency.minor_digits()))
    }

    /// The amount as Stoa writes it: with exactly the currency's minor digits.
    #[must_use]
    pub fn amount(self) -> String {
        self.decimal().to_string()
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::TooLarge`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Self::from_minor(minor, self.currency)
    }

    /// What is left after taking `other` away.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], or [`MoneyError::Negative`] when `other` is more.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::from_minor(self.minor.saturating_sub(other.minor), self.currency)
    }

    /// What is left after taking `other` away, and nothing when `other` is more.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`].
    pub fn minus_at_most(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::from_minor(self.minor.saturating_sub(other.minor).max(0), self.currency)
    }

    /// This amount for `quantity` pieces.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(i64::from(quantity)).ok_or(MoneyError::TooLarge)?;
        Self::from_minor(minor, self.currency)
    }

    /// The sum of `amounts`, all in `currency`; of none, nothing.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::TooLarge`].
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn fewer_digits_are_filled_up() {
        assert_eq!(Money::parse("5", currency("EUR")).unwrap().amount(), "5.00");
        assert_eq!(Money::parse("5.1", currency("KWD")).unwrap().amount(), "5.100");
        assert_eq!(Money::parse("5", currency("JPY")).unwrap().amount(), "5");
    }

    #[test]
    fn more_digits_than_the_currency_has_are_refused() {
        for (amount, code) in [("1.999", "EUR"), ("1.0", "JPY"), ("1.0000", "KWD")] {
            assert!(matches!(Money::parse(amount, currency(code)), Err(MoneyError::TooManyDigits { .. })));
        }
    }

    #[test]
    fn anything_but_plain_digits_is_malformed() {
        for amount in ["", " 1", "1 ", "-1", "+1", "1e3", "1.", ".5", "1,5", "1.2.3", "NaN", "١", "0x1"] {
            assert_eq!(Money::parse(amount, currency("EUR")), Err(MoneyError::Malformed), "{amount:?}");
        }
    }

    #[test]
    fn the_largest_amount_is_accepted_and_one_more_is_not() {
        let euro = currency("EUR");
        let most = Money::parse("999999999999", euro).unwrap();
        assert_eq!(Money::parse("999999999999.01", euro), Err(MoneyError::TooLarge));
        assert_eq!(Money::parse("99999999999999999999999", euro), Err(MoneyError::TooLarge));
        assert_eq!(most.times(2), Err(MoneyError::TooLarge));
        assert_eq!(most.plus(Money::from_minor(1, euro).unwrap()), Err(MoneyError::TooLarge));
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let euro = currency("EUR");
        for (exact, rounded) in [("2.345", "2.35"), ("2.344", "2.34"), ("2.355", "2.36"), ("0.005", "0.01")] {
            assert_eq!(Money::round(exact.parse().unwrap(), euro).unwrap().amount(), rounded);
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let (euro, yen) = (Money::zero(currency("EUR")), Money::zero(currency("JPY")));
        assert!(matches!(euro.plus(yen), Err(MoneyError::CurrencyMismatch { .. })));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minor in 0..=999_999_999_999i64, code in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF"])) {
            let money = Money::from_minor(minor, currency(code)).unwrap();
            prop_assert_eq!(Money::parse(&money.amount(), money.currency()).unwrap(), money);
        }

        #[test]
        fn minus_undoes_plus(a in 0..1_000_000_000i64, b in 0..1_000_000_000i64) {
            let euro = currency("EUR");
            let (a, b) = (Money::from_minor(a, euro).unwrap(), Money::from_minor(b, euro).unwrap());
            prop_assert_eq!(a.plus(b).unwrap().minus(b).unwrap(), a);
        }
    }
}
