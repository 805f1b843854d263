//! What every request of the process shares: settings, ports that the machinery itself needs, keys, and the
//! number of requests in flight.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpRequest, web};
use hmac::{Hmac, Mac};
use ports::{
    clock::Clock,
    ids::IdGenerator,
    readiness::Readiness,
    security::{AccessTokens, CallerRegistry, SecretTokens},
};
use sha2::Sha256;

use crate::{
    context::Network,
    limits::{Limiter, RateLimits},
    openapi::{self, Document},
    problem::{ApiError, Code},
    routes::Api,
};

/// How the server presents itself and what it bears; from configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where clients reach the server; `type`s of problems begin with it.
    pub public_url: String,
    /// The product's version.
    pub version: String,
    /// Web origins that may read answers, such as `https://shop.example`.
    pub cors_origins: Vec<String>,
    /// The most requests that are worked on at once, in the process; more are refused.
    pub max_in_flight: usize,
    /// When a request that has arrived whole is answered at the latest.
    pub request_deadline: Duration,
    /// How long the answer to a request with an idempotency key is kept.
    pub idempotency_ttl: Duration,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How many calls a client may make; `None` for as many as it likes.
    pub rate_limits: Option<RateLimits>,
}

/// Gives the public keys of access tokens as a JSON Web Key Set (RFC 7517).
pub type PublicKeys = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// What the machinery asks of the outside world.
#[derive(Clone)]
pub struct Ports {
    /// For the ids of requests.
    pub ids: Arc<dyn IdGenerator>,
    /// For the lifetime of tokens.
    pub clock: Arc<dyn Clock>,
    /// Whose an access token is.
    pub tokens: Arc<dyn AccessTokens>,
    /// What has changed since the token was issued.
    pub callers: Arc<dyn CallerRegistry>,
    /// By which a guest's token is recognised.
    pub secrets: Arc<dyn SecretTokens>,
    /// By which others can tell whose an access token is, too.
    pub public_keys: PublicKeys,
    /// Whether requests can be served.
    pub readiness: Arc<dyn Readiness>,
}

/// Phases of the server's life, in their order.
const OPEN: u8 = 0;
const DRAINING: u8 = 1;
const CLOSED: u8 = 2;

/// The shared state: one for the process.
pub struct Http {
    settings: Settings,
    ports: Ports,
    document: Document,
    phase: AtomicU8,
    in_flight: Arc<AtomicUsize>,
    limiter: Option<Limiter>,
    cursor_key: [u8; 32],
    body_key: [u8; 32],
}

impl Http {
    /// The state for `api`. Keys are derived from `secret`: replicas that share it accept each other's cursors.
    pub fn new(settings: Settings, ports: Ports, api: &Api, secret: &[u8]) -> Self {
        let document = Document::new(&openapi::document(api, &settings.version));
        Self {
            document,
            phase: AtomicU8::new(OPEN),
            in_flight: Arc::default(),
            limiter: settings.rate_limits.map(Limiter::new),
            cursor_key: digest(secret, &[b"stoa: cursors of lists"]),
            body_key: digest(secret, &[b"stoa: bodies of idempotent requests"]),
            settings,
            ports,
        }
    }

    /// The state that [`crate::server::app`] gave to the application.
    ///
    /// # Errors
    /// 500 when there is none.
    pub(crate) fn of(request: &HttpRequest) -> Result<&Self, ApiError> {
        request
            .app_data::<web::Data<Self>>()
            .map(|http| http.get_ref())
            .ok_or_else(|| ApiError::internal("the application has no shared state"))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.ports
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    pub(crate) fn new_request_id(&self) -> String {
        self.ports.ids.next().to_string()
    }

    /// Lets the world know that the server is about to stop: it is not ready any more, and asks clients to go
    /// elsewhere with their next request. What comes all the same is answered.
    pub fn drain(&self) {
        self.phase.fetch_max(DRAINING, Ordering::AcqRel);
    }

    /// Takes no new requests; those in flight go on.
    pub fn close(&self) {
        self.phase.fetch_max(CLOSED, Ordering::AcqRel);
    }

    /// How many requests are being worked on.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Acquire)
    }

    /// Whether the server is about to stop.
    pub(crate) fn is_draining(&self) -> bool {
        self.phase.load(Ordering::Acquire) >= DRAINING
    }

    /// Counts the calls of each client, if anybody does.
    pub(crate) fn limiter(&self) -> Option<&Limiter> {
        self.limiter.as_ref()
    }

    /// A place among the requests in flight.
    ///
    /// # Errors
    /// 503 when there is none, or the server is not yet or no longer there for requests.
    pub(crate) fn admit(&self) -> Result<Slot, ApiError> {
        if self.phase.load(Ordering::Acquire) == CLOSED {
            return Err(ApiError::new(Code::Overloaded).detail("the server is shutting down"));
        }
        if !self.ports.readiness.was_ready() {
            return Err(ApiError::new(Code::DatabaseUnavailable).detail("the server is starting"));
        }
        let slot = Slot(Arc::clone(&self.in_flight));
        let before = slot.0.fetch_add(1, Ordering::AcqRel);
        if before < self.settings.max_in_flight {
            return Ok(slot);
        }
        Err(ApiError::new(Code::Overloaded).detail("too many requests at once"))
    }

    /// A keyed digest of `parts`, for cursors.
    pub(crate) fn sign_cursor(&self, parts: &[&[u8]]) -> [u8; 32] {
        digest(&self.cursor_key, parts)
    }

    /// A keyed digest of `parts`, by which a repeated request is recognised.
    pub(crate) fn digest_body(&self, parts: &[&[u8]]) -> [u8; 32] {
        digest(&self.body_key, parts)
    }
}

/// A place among the requests in flight; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Slot(Arc<AtomicUsize>);

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// HMAC-SHA-256 (RFC 2104) over the parts, each with its length, so that no two lists of parts look alike.
fn digest(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length; the error of its constructor has no case here.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&part.len().to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_key_parts_and_their_borders() {
        assert_ne!(digest(b"k", &[b"ab", b"c"]), digest(b"k", &[b"a", b"bc"]));
        assert_ne!(digest(b"k", &[b"a"]), digest(b"l", &[b"a"]));
        assert_eq!(digest(b"k", &[b"a"]), digest(b"k", &[b"a"]));
    }
}
