//! Sessions and their tokens.

use ports::pagination::Position;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::accounts::TokenPair;
use uuid::Uuid;

use crate::{Faults, IntoCommand, ListQuery, instant::Timestamp};

/// A refresh token, to be exchanged or to be ended.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RefreshToken")]
pub(crate) struct RefreshBody {
    /// The refresh token, as the last answer gave it
    #[schemars(length(max = 1000), extend("format" = "password"))]
    pub(crate) refresh_token: String,
}

/// A new pair of tokens; the one that it was exchanged for is used up.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TokenPair")]
pub(crate) struct TokenPairView {
    /// What goes into `Authorization: Bearer …`
    pub(crate) access_token: String,
    /// What gets the next pair; it works once
    pub(crate) refresh_token: String,
    /// How to present the access token
    #[schemars(extend("enum" = ["Bearer"]))]
    pub(crate) token_type: &'static str,
    /// How long the access token is good for, in seconds
    #[schemars(range(min = 1))]
    pub(crate) expires_in: i64,
}

/// One place where the caller is logged in.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Session")]
pub(crate) struct SessionView {
    /// Identity
    pub(crate) id: Uuid,
    /// When the caller logged in
    pub(crate) created_at: Timestamp,
    /// When its tokens were last renewed
    pub(crate) last_used_at: Timestamp,
    /// What the client called itself
    pub(crate) user_agent: Option<String>,
    /// The network address that the log-in came from
    pub(crate) ip: Option<String>,
    /// Whether this call was made in it
    pub(crate) current: bool,
}

/// The list of sessions has no filters.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionsQuery {}

crate::plain_command!(SessionsQuery);

impl ListQuery for SessionsQuery {
    type Position = Position;
    const PRIVATE: bool = true;
}

impl IntoCommand for RefreshBody {
    type Command = String;

    fn into_command(self, _: &mut Faults) -> Option<String> {
        Some(self.refresh_token)
    }
}

impl From<TokenPair> for TokenPairView {
    fn from(pair: TokenPair) -> Self {
        Self {
            access_token: pair.access.token,
            refresh_token: pair.refresh_token,
            token_type: "Bearer",
            expires_in: pair.access.lifetime.num_seconds(),
        }
    }
}

impl SessionView {
    /// A session, as somebody sees it who calls in the session `current`.
    pub(crate) fn seen_from(current: domain::ids::SessionId, view: ports::accounts::SessionView) -> Self {
        let ports::accounts::SessionView { session, last_used_at } = view;
        Self {
            id: session.id.uuid(),
            created_at: session.created_at.into(),
            last_used_at: last_used_at.into(),
            user_agent: session.user_agent,
            ip: session.ip.map(|ip| ip.to_string()),
            current: session.id == current,
        }
    }
}
