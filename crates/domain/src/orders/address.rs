//! Postal addresses.

use std::fmt;

use crate::text::{Name, TextError};

/// Where something goes, or who pays for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Who.
    pub name: Name,
    /// Street and number.
    pub line1: Name,
    /// What the street does not say.
    pub line2: Option<Name>,
    /// City.
    pub city: Name,
    /// State, province or the like.
    pub region: Option<Name>,
    /// Postal code, where there are any.
    pub postal_code: Option<Text32>,
    /// Country.
    pub country: CountryCode,
    /// A number for whoever delivers.
    pub phone: Option<Text32>,
}

/// Short texts: postal codes and telephone numbers.
pub type Text32 = crate::text::Text<32>;

/// A country by its two letters (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountryCode(&'static str);

impl CountryCode {
    /// Reads two upper-case letters.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        COUNTRIES.split_ascii_whitespace().find(|listed| *listed == code).map(Self)
    }

    /// The two letters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// An address as it was typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewAddress {
    /// Who.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// What the street does not say.
    pub line2: Option<String>,
    /// City.
    pub city: String,
    /// State, province or the like.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country code.
    pub country: String,
    /// Telephone number.
    pub phone: Option<String>,
}

/// What is wrong with which part of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressFault {
    /// The part's name.
    pub part: &'static str,
    /// What is wrong with it.
    pub message: String,
}

impl Address {
    /// Takes an address in.
    ///
    /// # Errors
    /// Every [`AddressFault`].
    pub fn parse(raw: &NewAddress) -> Result<Self, Vec<AddressFault>> {
        let mut faults = Vec::new();
        let country = CountryCode::parse(&raw.country);
        if country.is_none() {
            let message = "must be a country code of ISO 3166-1 in upper case, such as DE".to_owned();
            faults.push(AddressFault { part: "country", message });
        }
        let name = required("name", &raw.name, &mut faults);
        let line1 = required("line1", &raw.line1, &mut faults);
        let line2 = optional("line2", raw.line2.as_deref(), &mut faults);
        let city = required("city", &raw.city, &mut faults);
        let region = optional("region", raw.region.as_deref(), &mut faults);
        let postal_code = optional("postal_code", raw.postal_code.as_deref(), &mut faults);
        let phone = optional("phone", raw.phone.as_deref(), &mut faults);
        match (name, line1, city, country) {
            (Some(name), Some(line1), Some(city), Some(country)) if faults.is_empty() => {
                Ok(Self { name, line1, line2, city, region, postal_code, country, phone })
            }
            _ => Err(faults),
        }
    }
}

fn required<const MAX: usize>(
    part: &'static str,
    raw: &str,
    faults: &mut Vec<AddressFault>,
) -> Option<crate::text::Text<MAX>> {
    crate::text::Text::parse(raw).map_err(|error| faults.push(fault(part, &error))).ok()
}

fn optional<const MAX: usize>(
    part: &'static str,
    raw: Option<&str>,
    faults: &mut Vec<AddressFault>,
) -> Option<crate::text::Text<MAX>> {
    required(part, raw?, faults)
}

fn fault(part: &'static str, error: &TextError) -> AddressFault {
    AddressFault { part, message: error.to_string() }
}

/// An address is personal: it stays out of logs.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

impl fmt::Debug for NewAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewAddress(…)")
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ \
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER \
    ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM \
    IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF \
    MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK \
    PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD \
    TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_named_by_its_part() {
        let raw = NewAddress {
            name: "Ada".into(),
            line2: Some(String::new()),
            country: "XX".into(),
            ..NewAddress::default()
        };
        let parts: Vec<_> = Address::parse(&raw).unwrap_err().into_iter().map(|fault| fault.part).collect();
        assert_eq!(parts, ["country", "line1", "line2", "city"]);
    }

    #[test]
    fn a_whole_address_is_taken() {
        let raw = NewAddress {
            name: "Ada".into(),
            line1: "1 Road".into(),
            city: "Ulm".into(),
            country: "DE".into(),
            ..NewAddress::default()
        };
        assert_eq!(Address::parse(&raw).unwrap().country.as_str(), "DE");
    }
}
