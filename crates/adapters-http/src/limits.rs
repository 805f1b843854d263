//! How many calls a client may make, in this process: `RateLimit-Policy` and `RateLimit` as the IETF drafts them
//! (draft-ietf-httpapi-ratelimit-headers-10).
//!
//! A window that slides by the second was preferred to a leaking bucket (GCRA), which lets up to twice its quota pass
//! within one window: what is announced is kept to the letter, in any sixty seconds.
//!
//! A call over the quota is no line of the audit log: it says nothing about anybody's account, costs next to nothing, and
//! whoever sends a million of them would fill the log with them. Log-ins that are refused for being too many are there
//! (`use_cases::accounts::PasswordProof`); requests of every kind are in the request log and in the metrics.

mod counts;
mod window;

use std::{num::NonZeroU32, time::Instant};

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};
use domain::network::ClientNetwork;

use self::{
    counts::{Client, Counts},
    window::{Taken, WINDOW},
};
use crate::{
    caller::caller,
    context::client_address,
    problem::{ApiError, Code},
};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Calls that one client may make within any minute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RateLimits {
    /// A caller with a valid access token, from wherever.
    pub caller: NonZeroU32,
    /// An address (an IPv6 one with its whole /64), without a valid token.
    pub address: NonZeroU32,
}

/// Counts calls.
pub(crate) struct Limiter {
    caller: Quota,
    address: Quota,
    counts: Counts,
    start: Instant,
}

struct Quota {
    name: &'static str,
    calls: u32,
    policy: HeaderValue,
}

/// What a client has left.
pub(crate) struct Allowance<'q> {
    quota: &'q Quota,
    taken: Taken,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self {
            caller: Quota::new("caller", limits.caller),
            address: Quota::new("address", limits.address),
            counts: Counts::new(),
            start: Instant::now(),
        }
    }

    /// Takes one call from whoever makes `request`; `None` when nobody can tell who it is.
    pub(crate) fn take(&self, request: &HttpRequest) -> Option<Allowance<'_>> {
        let (client, quota) = match caller(request) {
            Ok(Some(caller)) => (Client::Caller(caller.user_id), &self.caller),
            // A token that is not believed makes nobody a caller; the handler refuses it.
            Ok(None) | Err(_) => {
                (Client::Network(ClientNetwork::from(client_address(request)?)), &self.address)
            }
        };
        let taken = self.counts.take(client, self.start.elapsed(), quota.calls);
        Some(Allowance { quota, taken })
    }
}

impl Quota {
    fn new(name: &'static str, calls: NonZeroU32) -> Self {
        let policy = format!("\"{name}\";q={calls};w={WINDOW}");
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(""));
        Self { name, calls: calls.get(), policy }
    }
}

impl Allowance<'_> {
    /// 429, when nothing was left.
    pub(crate) fn refusal(&self) -> Option<ApiError> {
        let refuse = || {
            let detail =
                format!("{} calls a minute are the most for one {}", self.quota.calls, self.quota.name);
            ApiError::new(Code::RateLimited).detail(detail).retry_after(self.taken.reset_seconds)
        };
        (!self.taken.passed).then(refuse)
    }

    /// Tells the client what it has left, and in how many seconds there is more.
    pub(crate) fn announce(&self, headers: &mut HeaderMap) {
        let Taken { remaining, reset_seconds, .. } = self.taken;
        let limit = format!("\"{}\";r={remaining};t={reset_seconds}", self.quota.name);
        if let Ok(limit) = HeaderValue::from_str(&limit) {
            headers.insert(POLICY, self.quota.policy.clone());
            headers.insert(LIMIT, limit);
        }
    }
}
