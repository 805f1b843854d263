//! Where a request comes from: its id, the client's address and its name for itself.

use std::{net::IpAddr, str::FromStr};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use paperclip::{actix::OperationModifier, v2::schema::Apiv2Schema};
use use_cases::RequestContext;

use crate::{http::Http, input::Checked, middleware::request_id::RequestId, problem::ApiError};

/// What the use cases may know about the request.
#[derive(Clone, Debug)]
pub struct Context(pub RequestContext);

impl FromRequest for Context {
    type Error = ApiError;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Checked::value(Self(context(request)))
    }
}

/// What the use cases may know about `request`.
pub(crate) fn context(request: &HttpRequest) -> RequestContext {
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|name| name.to_str().ok());
    RequestContext {
        request_id: Some(RequestId::of(request).as_str().to_owned()).filter(|id| !id.is_empty()),
        ip: client_address(request),
        user_agent: user_agent.map(str::to_owned),
    }
}

impl Apiv2Schema for Context {}
impl OperationModifier for Context {}

/// The client's address: the peer's, or, while that is a trusted proxy, what the proxy says.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let trusted: &[Network] = Http::of(request).map_or(&[], |http| &http.settings().trusted_proxies);
    if !trusted.iter().any(|network| network.contains(peer)) {
        return Some(peer);
    }
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    Some(behind_proxies(peer, &forwarded, trusted))
}

/// Each proxy adds its peer at the end: the client is the last one that no trusted proxy is.
fn behind_proxies(peer: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    let mut client = peer;
    for address in forwarded.iter().rev() {
        if !trusted.iter().any(|network| network.contains(client)) {
            break;
        }
        match address.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

/// A network in CIDR notation, such as `10.0.0.0/8`; a bare address is a network of one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

/// The text is no network.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("must be an address or a network such as 10.0.0.0/8")]
pub struct ParseNetworkError;

impl Network {
    /// Whether the address lies in the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32_u32.saturating_sub(self.prefix);
                (network.to_bits() ^ address.to_bits()).checked_shr(shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128_u32.saturating_sub(self.prefix);
                (network.to_bits() ^ address.to_bits()).checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.trim().parse().map_err(|_| ParseNetworkError)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => bits,
            Some(prefix) => prefix.trim().parse().map_err(|_| ParseNetworkError)?,
        };
        if prefix <= bits { Ok(Self { address, prefix }) } else { Err(ParseNetworkError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        behind_proxies(peer.parse().unwrap(), forwarded, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("9.9.9.9", &["1.1.1.1"], &[]), "9.9.9.9");
        assert_eq!(
            client("10.0.0.1", &["6.6.6.6", " 1.1.1.1"], &["10.0.0.0/8"]),
            "1.1.1.1",
            "no further back"
        );
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "10.2.3.4"], &["10.0.0.0/8"]), "1.1.1.1");
        assert_eq!(client("10.0.0.1", &["junk"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(client("::1", &["2001:db8::7"], &["::1"]), "2001:db8::7");
    }

    #[test]
    fn networks_are_read_and_compared() {
        for text in ["", "10.0.0.0/33", "x/8", "10.0.0.0/-1"] {
            assert_eq!(text.parse::<Network>(), Err(ParseNetworkError), "{text}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("8.8.8.8".parse().unwrap()) && !all.contains("::1".parse().unwrap()));
    }
}
