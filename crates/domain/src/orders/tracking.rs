//! Where a shipment can be followed.

use std::fmt;

use crate::{catalog::Image, text::Name};

/// The most characters of a tracking address.
pub const MAX_TRACKING_URL: usize = 2_000;

/// Where a shipment can be followed; all of it may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracking {
    /// Who carries it.
    pub carrier: Option<Name>,
    /// What the carrier calls it.
    pub number: Option<Name>,
    /// Where the carrier tells how far it is.
    pub url: Option<TrackingUrl>,
}

/// An absolute http or https address of up to [`MAX_TRACKING_URL`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackingUrl(String);

/// Not an address that a customer can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an absolute http or https address of at most {MAX_TRACKING_URL} characters")]
pub struct ParseTrackingUrlError;

impl TrackingUrl {
    /// Reads an address.
    ///
    /// ```
    /// use domain::orders::TrackingUrl;
    ///
    /// assert!(TrackingUrl::parse("https://carrier.example/track/1").is_ok());
    /// assert!(TrackingUrl::parse("carrier.example").is_err());
    /// ```
    ///
    /// # Errors
    /// [`ParseTrackingUrlError`].
    pub fn parse(url: &str) -> Result<Self, ParseTrackingUrlError> {
        let fits = url.chars().count() <= MAX_TRACKING_URL && Image::is_address(url);
        if fits { Ok(Self(url.to_owned())) } else { Err(ParseTrackingUrlError) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TrackingUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_of_a_bounded_length_are_passed_on_to_customers() {
        assert!(TrackingUrl::parse("https://carrier.example/track?n=1").is_ok());
        assert!(TrackingUrl::parse("javascript:alert(1)").is_err());
        let long = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
        assert!(TrackingUrl::parse(&long(MAX_TRACKING_URL)).is_ok());
        assert!(TrackingUrl::parse(&long(MAX_TRACKING_URL + 1)).is_err());
    }
}
