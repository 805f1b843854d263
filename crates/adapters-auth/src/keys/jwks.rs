//! Public keys as JSON (RFC 7517 and RFC 8037).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use crate::secret::sha256;

/// A set of public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwks {
    /// The keys, oldest first.
    pub keys: Vec<Jwk>,
}

/// A public key on Edwards' curve 25519.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    /// The kind of key: an octet key pair, of which this is the public half.
    pub kty: &'static str,
    /// The curve.
    pub crv: &'static str,
    /// The algorithm.
    pub alg: &'static str,
    /// What it is for: signatures.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// The key's id.
    pub kid: String,
    /// The point, in base64url.
    pub x: String,
}

impl Jwk {
    pub(super) fn new(kid: String, point: &[u8]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(point);
        Self { kty: "OKP", crv: "Ed25519", alg: "EdDSA", usage: "sig", kid, x }
    }

    /// The key's thumbprint in base64url (RFC 7638; RFC 8037, section 2).
    pub(super) fn thumbprint(&self) -> String {
        let canonical = format!(r#"{{"crv":"{}","kty":"{}","x":"{}"}}"#, self.crv, self.kty, self.x);
        URL_SAFE_NO_PAD.encode(sha256(canonical.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037() {
        let key = Jwk::new("any".to_owned(), &URL_SAFE_NO_PAD.decode(X).unwrap());
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn the_members_have_their_registered_names() {
        let key = Jwk::new("k1".to_owned(), &URL_SAFE_NO_PAD.decode(X).unwrap());
        let json = serde_json::to_value(Jwks { keys: vec![key] }).unwrap();
        let expected = serde_json::json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k1", "x": X}
        ]});
        assert_eq!(json, expected);
    }
}
