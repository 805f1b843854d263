//! Who does something, for histories, ledgers and events.

use std::fmt;

use crate::{Instant, ids::UserId};

/// Who did something. It names people by their id only, so that a history holds nothing personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Somebody with an account.
    User(UserId),
    /// Somebody without one.
    Guest,
    /// The shop itself: a job, or a command of whoever runs the server.
    System,
}

/// Who did something, in which request, and when: what every history line, ledger line and event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origination {
    /// Who.
    pub actor: Actor,
    /// The request's id, when there was a request.
    pub request_id: Option<String>,
    /// When.
    pub at: Instant,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Guest => f.write_str("guest"),
            Self::System => f.write_str("system"),
        }
    }
}

/// The text names no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("names no actor")]
pub struct ParseActorError;

impl std::str::FromStr for Actor {
    type Err = ParseActorError;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        match raw {
            "guest" => Ok(Self::Guest),
            "system" => Ok(Self::System),
            _ => raw
                .strip_prefix("user:")
                .and_then(|id| id.parse().ok())
                .map(Self::User)
                .ok_or(ParseActorError),
        }
    }
}
