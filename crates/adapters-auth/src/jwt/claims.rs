//! What stands in an access token.

use chrono::Duration;
use domain::{
    Instant,
    accounts::{Caller, Role, Roles},
};
use ports::security::TokenError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::TokenConfig;

/// The one algorithm (RFC 8037).
pub(super) const ALGORITHM: &str = "EdDSA";
/// The one type (RFC 9068, section 2.1), so that no other JWT of the shop can pass for an access token.
pub(super) const TYPE: &str = "at+jwt";
/// How far the clocks of two servers may be apart.
pub(super) const LEEWAY: Duration = Duration::seconds(5);

/// A header as we write it. Any other member makes the token foreign.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenHeader {
    pub(super) alg: String,
    pub(super) typ: String,
    pub(super) kid: String,
}

/// The claims (RFC 7519, section 4.1; RFC 9068, section 2.2), times in seconds since 1970. All are required.
#[derive(Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
    roles: Vec<String>,
}

/// When a token is good.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    from: i64,
    until: i64,
}

impl Claims {
    pub(super) fn new(caller: &Caller, config: &TokenConfig, jti: Uuid, now: Instant) -> Self {
        Self {
            iss: config.issuer.clone(),
            aud: config.audience.clone(),
            sub: caller.user_id.uuid(),
            sid: caller.session_id.uuid(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + config.lifetime).timestamp(),
            jti,
            roles: caller.roles.iter().map(|role| role.name().to_owned()).collect(),
        }
    }

    /// Who it speaks for; `None` when it names a role that there isn't.
    pub(super) fn caller(&self) -> Option<Caller> {
        let roles = self.roles.iter().map(|name| Role::parse(name)).collect::<Result<Roles, _>>().ok()?;
        Some(Caller { user_id: self.sub.into(), session_id: self.sid.into(), roles })
    }

    pub(super) fn validity(&self) -> Validity {
        Validity { from: self.nbf.max(self.iat), until: self.exp }
    }
}

impl Validity {
    /// Passes when `now` lies within.
    pub(super) fn check(self, now: Instant) -> Result<(), TokenError> {
        let (now, leeway) = (now.timestamp(), LEEWAY.num_seconds());
        if now.saturating_add(leeway) < self.from {
            return Err(TokenError::Invalid);
        }
        if now.saturating_sub(leeway) >= self.until {
            return Err(TokenError::Expired);
        }
        Ok(())
    }
}
