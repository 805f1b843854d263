//! The forms that settings are written in.

use std::{fmt, net::SocketAddr, num::NonZeroU32, str::FromStr, time::Duration};

use adapters_http::{Network, RateLimits};

/// A length of time: a whole number and a unit, as in `250ms`, `10s`, `15m`, `24h` or `30d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(Duration);

impl Span {
    /// As the standard library has it.
    pub(crate) const fn get(self) -> Duration {
        self.0
    }

    /// As calendars have it.
    pub(crate) fn chrono(self) -> chrono::Duration {
        chrono::Duration::from_std(self.0).unwrap_or(chrono::Duration::MAX)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let wrong =
            || "write a whole number and a unit: 250ms, 10s, 15m, 24h or 30d, at most ten years".to_owned();
        let split = raw.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = raw.split_at(split);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        let total =
            number.checked_mul(millis).filter(|total| *total <= 3_650 * 86_400_000).ok_or_else(wrong)?;
        Ok(Self(Duration::from_millis(total)))
    }
}

/// bcrypt's cost, 4 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BcryptCost(u32);

impl BcryptCost {
    /// The cost.
    pub(crate) const fn get(self) -> u32 {
        self.0
    }

    /// Too cheap for anything but tests.
    pub(crate) const fn is_weak(self) -> bool {
        self.0 < 10
    }
}

impl FromStr for BcryptCost {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let cost = raw.parse().ok().filter(|cost| (4..=15).contains(cost));
        cost.map(Self).ok_or_else(|| "must be 10 to 15; 4 to 9 with ALLOW_WEAK_BCRYPT=true".to_owned())
    }
}

/// Where /metrics is served, if anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricsBind {
    /// Nowhere.
    Off,
    /// Here.
    Address(SocketAddr),
}

impl FromStr for MetricsBind {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        match raw {
            "off" => Ok(Self::Off),
            _ => raw
                .parse()
                .map(Self::Address)
                .map_err(|_| "must be an address such as 127.0.0.1:9090, or off".into()),
        }
    }
}

/// Whether clients are bounded, and how many calls a minute each may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateLimit {
    /// They are.
    On(RateLimits),
    /// They are not, for tests.
    Off,
}

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let wrong = || "must be on, off, or calls a minute such as caller=1200,address=600".to_owned();
        let calls = |calls: u32| NonZeroU32::new(calls).ok_or_else(wrong);
        let mut limits = RateLimits { caller: calls(1_200)?, address: calls(600)? };
        match raw {
            "on" => return Ok(Self::On(limits)),
            "off" => return Ok(Self::Off),
            _ => {}
        }
        for part in raw.split(',') {
            let (name, figure) = part.split_once('=').ok_or_else(wrong)?;
            let figure = figure.trim().parse().map_err(|_| wrong())?;
            match name.trim() {
                "caller" => limits.caller = figure,
                "address" => limits.address = figure,
                _ => return Err(wrong()),
            }
        }
        Ok(Self::On(limits))
    }
}

/// Web origins, with commas between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    /// Each origin.
    pub(crate) fn get(&self) -> &[String] {
        &self.0
    }
}

impl FromStr for Origins {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let origin = |origin: &str| {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
            let fits = !host.is_empty() && !host.contains(['/', '?', '#', '*', ' ', '@']);
            fits.then(|| origin.to_ascii_lowercase())
        };
        raw.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| {
                origin(part).ok_or_else(|| format!("{part} is no origin such as https://shop.example"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Networks, with commas between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Networks(Vec<Network>);

impl Networks {
    /// Each network.
    pub(crate) fn get(&self) -> &[Network] {
        &self.0
    }
}

impl FromStr for Networks {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let parts = raw.split(',').map(str::trim).filter(|part| !part.is_empty());
        let network = |part: &str| part.parse().map_err(|error| format!("{part} {error}"));
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.0.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_needs_a_number_and_a_unit() {
        assert_eq!("15m".parse::<Span>().unwrap().get(), Duration::from_secs(900));
        assert_eq!("250ms".parse::<Span>().unwrap().get(), Duration::from_millis(250));
        for raw in ["", "15", "m", "-1s", "1.5s", "1w", "99999999999999999999s", "9999999d", "1 s"] {
            assert!(raw.parse::<Span>().is_err(), "{raw}");
        }
    }

    #[test]
    fn origins_are_scheme_and_host() {
        let origins: Origins = "https://Shop.example, http://localhost:3000".parse().unwrap();
        assert_eq!(origins.get(), ["https://shop.example", "http://localhost:3000"]);
        for raw in ["shop.example", "https://shop.example/", "*", "https://*", "https://"] {
            assert!(raw.parse::<Origins>().is_err(), "{raw}");
        }
    }

    #[test]
    fn rate_limits_are_on_off_or_figures() {
        let figures = |raw: &str| match raw.parse::<RateLimit>().unwrap() {
            RateLimit::On(limits) => Some((limits.caller.get(), limits.address.get())),
            RateLimit::Off => None,
        };
        assert_eq!(figures("on"), Some((1_200, 600)));
        assert_eq!(figures("off"), None);
        assert_eq!(figures("caller=7, address=5"), Some((7, 5)));
        assert_eq!(figures("address=5"), Some((1_200, 5)));
        for raw in ["", "maybe", "caller", "caller=", "caller=0", "caller=-1", "guest=5", "caller=5,", "5"] {
            assert!(raw.parse::<RateLimit>().is_err(), "{raw}");
        }
    }

    #[test]
    fn networks_are_named_when_they_are_wrong() {
        assert_eq!("10.0.0.0/8, ::1".parse::<Networks>().unwrap().get().len(), 2);
        let refused = "10.0.0.0/8,10.0.0.0/33".parse::<Networks>().unwrap_err();
        assert!(refused.starts_with("10.0.0.0/33 must be"), "{refused}");
    }

    #[test]
    fn a_weak_cost_is_known_as_such() {
        assert!(
            "9".parse::<BcryptCost>().unwrap().is_weak() && !"10".parse::<BcryptCost>().unwrap().is_weak()
        );
        assert!("16".parse::<BcryptCost>().is_err() && "3".parse::<BcryptCost>().is_err());
    }
}
