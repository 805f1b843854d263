//! Postal addresses, as the columns of an order hold them.

use domain::orders::{Address, NewAddress};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct StoredAddress {
    name: String,
    line1: String,
    line2: Option<String>,
    city: String,
    region: Option<String>,
    postal_code: Option<String>,
    country: String,
    phone: Option<String>,
}

/// The column of an address.
pub(super) fn stored_address(address: &Address) -> Value {
    json!({
        "name": address.name.as_str(),
        "line1": address.line1.as_str(),
        "line2": address.line2.as_ref().map(|text| text.as_str()),
        "city": address.city.as_str(),
        "region": address.region.as_ref().map(|text| text.as_str()),
        "postal_code": address.postal_code.as_ref().map(|text| text.as_str()),
        "country": address.country.as_str(),
        "phone": address.phone.as_ref().map(|text| text.as_str()),
    })
}

/// The address in a column. The failure names no part of it: an address is personal, and failures are logged.
pub(super) fn read_address(stored: Value) -> Result<Address, &'static str> {
    let stored: StoredAddress = serde_json::from_value(stored).map_err(|_| "not the parts of an address")?;
    let new = NewAddress {
        name: stored.name,
        line1: stored.line1,
        line2: stored.line2,
        city: stored.city,
        region: stored.region,
        postal_code: stored.postal_code,
        country: stored.country,
        phone: stored.phone,
    };
    Address::parse(&new).map_err(|_| "not an address")
}
