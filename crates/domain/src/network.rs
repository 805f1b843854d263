//! Networks, as far as they tell clients apart.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// The smallest network that belongs to one client: an IPv4 address, or the /64 of an IPv6 address, of which everybody
/// has 2^64 (RFC 6177). Whoever is counted by address is counted by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
            address @ IpAddr::V4(_) => address,
        })
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.0.is_ipv6() { 64 } else { 32 };
        write!(f, "{}/{prefix}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> String {
        ClientNetwork::from(address.parse::<IpAddr>().unwrap()).to_string()
    }

    #[test]
    fn an_ipv6_client_is_its_64_and_an_ipv4_client_its_address() {
        assert_eq!(network("2001:db8:0:1:2:3:4:5"), "2001:db8:0:1::/64");
        assert_eq!(network("2001:db8:0:1::"), network("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:0:1::"), network("2001:db8:0:2::"));
        assert_eq!(network("192.0.2.7"), "192.0.2.7/32");
        assert_eq!(
            network("::ffff:192.0.2.7"),
            "192.0.2.7/32",
            "the same client, over a socket of both kinds"
        );
    }
}
