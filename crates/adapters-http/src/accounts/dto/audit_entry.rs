//! Lines of the audit log.

use domain::{actor::Actor, ids::UserId};
use ports::{audit::AuditView, pagination::Position};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use use_cases::audit::AuditFilter;
use uuid::Uuid;

use crate::{Faults, IntoCommand, ListQuery, instant::Timestamp};

/// Which lines of the audit log.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditLogQuery {
    /// Only those of this type
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 64), extend("examples" = ["password.refused"]))]
    kind: Option<String>,
    /// Only what this one did: a user's id, with `user:` before it or without, `guest` or `system`
    #[schemars(length(min = 1, max = 100))]
    actor: Option<String>,
    /// Only those about this user
    subject: Option<Uuid>,
}

/// One line of the audit log.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "AuditEntry")]
pub(crate) struct AuditEntryView {
    /// Identity
    pub(crate) id: Uuid,
    /// When it happened
    pub(crate) at: Timestamp,
    /// What happened
    #[serde(rename = "type")]
    #[schemars(extend("examples" = ["session.opened"]))]
    pub(crate) kind: String,
    /// Who did it: `user:` and an id, `guest` or `system`
    pub(crate) actor: String,
    /// Whose account it is about, when it is anybody's
    pub(crate) subject: Option<String>,
    /// The network address that it came from
    pub(crate) ip: Option<String>,
    /// The request's id
    pub(crate) request_id: Option<String>,
    /// What more there is to say
    pub(crate) detail: Map<String, Value>,
}

impl IntoCommand for AuditLogQuery {
    type Command = AuditFilter;

    fn into_command(self, faults: &mut Faults) -> Option<AuditFilter> {
        let actor = faults.optional("/actor", self.actor, |actor| match actor.parse::<UserId>() {
            Ok(id) => Ok(Actor::User(id)),
            Err(_) => actor.parse(),
        });
        Some(AuditFilter { event: self.kind, actor: actor?, subject: self.subject.map(UserId::from) })
    }
}

impl ListQuery for AuditLogQuery {
    type Position = Position;
    const PRIVATE: bool = true;
}

impl TryFrom<AuditView> for AuditEntryView {
    type Error = serde_json::Error;

    fn try_from(line: AuditView) -> Result<Self, Self::Error> {
        Ok(Self {
            id: line.id.uuid(),
            at: line.at.into(),
            kind: line.event,
            actor: line.actor,
            subject: line.subject,
            ip: line.ip.map(|ip| ip.to_string()),
            request_id: line.request_id,
            detail: serde_json::from_str(&line.detail)?,
        })
    }
}
