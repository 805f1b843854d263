//! Access tokens: JWTs of RFC 9068, signed with Ed25519.

mod claims;

use std::sync::{Arc, PoisonError, RwLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use domain::{Instant, accounts::Caller};
use jsonwebtoken::{Algorithm, Validation};
use moka::sync::Cache;
use ports::{
    ids::IdGenerator,
    security::{AccessToken, AccessTokens, TokenError},
    storage::Cause,
};

use self::claims::{ALGORITHM, Claims, LEEWAY, TYPE, TokenHeader, Validity};
use crate::{Jwks, Keys, secret::sha256};

/// No token of ours comes near this, in bytes; a longer one is not even looked at.
const MAX_TOKEN_LENGTH: usize = 4096;
/// So many verified tokens are remembered, about 300 bytes each.
const REMEMBERED_TOKENS: u64 = 20_000;

/// What tokens say besides whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenConfig {
    /// `iss`: who issues them, the shop's public address.
    pub issuer: String,
    /// `aud`: whom they are for. A shop that issues tokens for itself alone takes its issuer.
    pub audience: String,
    /// How long one is good for.
    pub lifetime: Duration,
}

/// Issues and verifies access tokens.
///
/// A token is believed when its header is exactly `alg` EdDSA, `typ` at+jwt and a `kid` of ours (nothing else: no
/// `jwk`, `jku`, `x5u`, `crit`), its signature is right, and every claim is there and right. Times are compared with the
/// `now` that the caller gives, with a leeway of five seconds for clocks that differ.
///
/// Verifying a signature takes some 50 µs, so tokens that have passed are remembered by their digest; of these only
/// the times are compared again. Whether a session has been revoked is not known here.
pub struct JwtAccessTokens {
    config: TokenConfig,
    validation: Validation,
    ids: Arc<dyn IdGenerator>,
    ring: RwLock<Arc<Ring>>,
}

/// Keys, and the tokens that have been verified with them. New keys come with an empty memory, so that a token whose
/// key is gone can't be remembered.
struct Ring {
    keys: Keys,
    verified: Cache<[u8; 32], Arc<Verified>>,
}

/// What a good token says.
struct Verified {
    caller: Caller,
    validity: Validity,
}

impl JwtAccessTokens {
    /// Issues and verifies with `keys`; `ids` makes each token's `jti`.
    #[must_use]
    pub fn new(keys: Keys, config: TokenConfig, ids: Arc<dyn IdGenerator>) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        // The library would ask the system's clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let ring = RwLock::new(Arc::new(Ring::new(keys, &config)));
        Self { config, validation, ids, ring }
    }

    /// From now on, signs with and believes these keys only, after a rotation for example.
    pub fn replace_keys(&self, keys: Keys) {
        let ring = Arc::new(Ring::new(keys, &self.config));
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
    }

    /// The public keys, to be published.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.ring().keys.jwks()
    }

    /// The kid of the key that signs.
    #[must_use]
    pub fn active_kid(&self) -> String {
        self.ring().keys.active_kid().to_owned()
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Checks everything but the times; `None` when the token is not to be believed.
    fn read(&self, keys: &Keys, token: &str) -> Option<Verified> {
        let header = TokenHeader::parse(token)?;
        if header.alg != ALGORITHM || header.typ != TYPE {
            return None;
        }
        let key = keys.verifying(&header.kid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation).ok()?.claims;
        if claims.iss != self.config.issuer || claims.aud != self.config.audience {
            return None;
        }
        Some(Verified { caller: claims.caller()?, validity: claims.validity() })
    }
}

impl AccessTokens for JwtAccessTokens {
    fn issue(&self, caller: &Caller, now: Instant) -> Result<AccessToken, Cause> {
        let ring = self.ring();
        let mut header = jsonwebtoken::Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(ring.keys.active_kid().to_owned());
        let claims = Claims::new(caller, &self.config, self.ids.next(), now);
        let token = jsonwebtoken::encode(&header, &claims, ring.keys.signing())?;
        Ok(AccessToken { token, lifetime: self.config.lifetime })
    }

    fn verify(&self, token: &str, now: Instant) -> Result<Caller, TokenError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(TokenError::Invalid);
        }
        let ring = self.ring();
        let digest = sha256(token.as_bytes());
        if let Some(known) = ring.verified.get(&digest) {
            known.validity.check(now)?;
            return Ok(known.caller.clone());
        }
        let verified = self.read(&ring.keys, token).ok_or(TokenError::Invalid)?;
        verified.validity.check(now)?;
        let caller = verified.caller.clone();
        ring.verified.insert(digest, Arc::new(verified));
        Ok(caller)
    }
}

impl Ring {
    fn new(keys: Keys, config: &TokenConfig) -> Self {
        let lifetime = (config.lifetime + LEEWAY).to_std().unwrap_or_default();
        let verified = Cache::builder().max_capacity(REMEMBERED_TOKENS).time_to_live(lifetime).build();
        Self { keys, verified }
    }
}

impl TokenHeader {
    fn parse(token: &str) -> Option<Self> {
        let (header, _) = token.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()
    }
}
