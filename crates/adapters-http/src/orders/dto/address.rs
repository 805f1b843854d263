//! Postal addresses.

use domain::orders::{Address, NewAddress};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Faults;

/// Where something goes, or who gets the bill.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewAddress")]
pub(crate) struct AddressBody {
    /// Who
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    pub(crate) name: String,
    /// Street and number
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    pub(crate) line1: String,
    /// What the street does not say
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) line2: Option<String>,
    /// City
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    pub(crate) city: String,
    /// State, province or the like
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    /// Postal code, where there are any
    #[schemars(length(min = 1, max = 32), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) postal_code: Option<String>,
    /// The country's two letters in ISO 3166-1
    #[schemars(length(min = 2, max = 2), extend("format" = "country", "examples" = ["DE"]))]
    pub(crate) country: String,
    /// A number for whoever delivers
    #[schemars(length(min = 1, max = 32), extend("format" = "not-blank"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
}

/// Where something goes, or who gets the bill.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Address")]
pub(crate) struct AddressView {
    /// Who
    pub(crate) name: String,
    /// Street and number
    pub(crate) line1: String,
    /// What the street does not say
    pub(crate) line2: Option<String>,
    /// City
    pub(crate) city: String,
    /// State, province or the like
    pub(crate) region: Option<String>,
    /// Postal code
    pub(crate) postal_code: Option<String>,
    /// The country's two letters in ISO 3166-1
    pub(crate) country: &'static str,
    /// A number for whoever delivers
    pub(crate) phone: Option<String>,
}

impl AddressBody {
    /// The address, or a fault at each part that is wrong.
    pub(super) fn read(self, faults: &mut Faults) -> Option<Address> {
        let Self { name, line1, line2, city, region, postal_code, country, phone } = self;
        let typed = NewAddress { name, line1, line2, city, region, postal_code, country, phone };
        match Address::parse(&typed) {
            Ok(address) => Some(address),
            Err(found) => {
                for fault in found {
                    faults.add(&format!("/{}", fault.part), "invalid", fault.message);
                }
                None
            }
        }
    }
}

impl From<Address> for AddressView {
    fn from(address: Address) -> Self {
        Self {
            name: address.name.into(),
            line1: address.line1.into(),
            line2: address.line2.map(String::from),
            city: address.city.into(),
            region: address.region.map(String::from),
            postal_code: address.postal_code.map(String::from),
            country: address.country.as_str(),
            phone: address.phone.map(String::from),
        }
    }
}
