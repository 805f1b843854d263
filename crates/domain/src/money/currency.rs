//! Currencies and their minor digits, as ISO 4217 lists them.

use std::fmt;

/// A currency that ISO 4217 lists in its table A.1 with a number of minor digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    minor_digits: u8,
}

/// The code is not one of three upper-case letters that ISO 4217 lists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a currency code of ISO 4217 in upper case, such as EUR")]
pub struct ParseCurrencyError;

impl Currency {
    /// Reads a three-letter code, in upper case.
    ///
    /// # Errors
    /// [`ParseCurrencyError`] when ISO 4217 does not list it.
    pub fn parse(code: &str) -> Result<Self, ParseCurrencyError> {
        let find = |codes: &'static str| codes.split_ascii_whitespace().find(|listed| *listed == code);
        [(2, TWO_DIGITS), (0, NO_DIGITS), (3, THREE_DIGITS), (4, FOUR_DIGITS)]
            .into_iter()
            .find_map(|(minor_digits, codes)| find(codes).map(|code| Self { code, minor_digits }))
            .ok_or(ParseCurrencyError)
    }

    /// The three letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Digits after the point: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub const fn minor_digits(self) -> u8 {
        self.minor_digits
    }

    /// How many minor units make a major one: 100 for EUR.
    #[must_use]
    pub const fn minor_per_major(self) -> i64 {
        match self.minor_digits {
            0 => 1,
            2 => 100,
            3 => 1_000,
            _ => 10_000,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

const TWO_DIGITS: &str = "EUR USD GBP CHF SEK NOK DKK PLN CZK \
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHW CNY \
    COP COU CRC CUP CVE DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD \
    KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD \
    NGN NIO NPR NZD PAB PEN PGK PHP PKR QAR RON RSD RUB SAR SBD SCR SDG SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
    THB TJS TMT TOP TRY TTD TWD TZS UAH USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
const NO_DIGITS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DIGITS: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR_DIGITS: &str = "CLF UYW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_digits_follow_iso_4217() {
        for (code, digits) in [("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4)] {
            assert_eq!(Currency::parse(code).unwrap().minor_digits(), digits);
        }
    }

    #[test]
    fn unlisted_or_lower_case_codes_are_refused() {
        for code in ["", "eur", "EU", "EURO", "XXX", "XTS", "XAU", "DEM", "EUR USD", " EUR", "ZZZ"] {
            assert_eq!(Currency::parse(code), Err(ParseCurrencyError), "{code:?}");
        }
    }

    #[test]
    fn no_code_is_listed_twice() {
        let mut codes: Vec<_> = [TWO_DIGITS, NO_DIGITS, THREE_DIGITS, FOUR_DIGITS]
            .iter()
            .flat_map(|codes| codes.split_ascii_whitespace())
            .collect();
        let listed = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), listed);
    }
}
