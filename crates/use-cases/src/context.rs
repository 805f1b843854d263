//! What every use case may know about the request that it serves.

use std::net::IpAddr;

use domain::{
    Instant,
    accounts::{Caller, session::Origin},
    actor::{Actor, Origination},
    audit::Trace,
};

/// Where a request comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestContext {
    /// The request's id, for histories, events and logs.
    pub request_id: Option<String>,
    /// The client's network address.
    pub ip: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// The most characters of a client's name for itself that are kept.
const MAX_USER_AGENT: usize = 300;

impl RequestContext {
    /// The part that the audit log keeps.
    pub(crate) fn trace(&self) -> Trace {
        Trace { ip: self.ip, request_id: self.request_id.clone() }
    }

    /// What histories and events say of something that `caller` does now.
    pub(crate) fn origination(&self, caller: &Caller, now: Instant) -> Origination {
        Origination { actor: Actor::User(caller.user_id), request_id: self.request_id.clone(), at: now }
    }

    /// The part that a session keeps.
    pub(crate) fn origin(&self) -> Origin {
        let user_agent = self.user_agent.as_ref().map(|agent| agent.chars().take(MAX_USER_AGENT).collect());
        Origin { user_agent, ip: self.ip }
    }
}
