//! The audit log: what the use cases put into it, and what administrators see of it.

pub mod list_audit_log;
pub mod record_denial;

use domain::{Instant, actor::Actor, audit::AuditStamp};
pub use list_audit_log::{AuditFilter, ListAuditLog, ListAuditLogError};
use ports::ids::IdGenerator;
pub use record_denial::RecordDenial;

use crate::RequestContext;

/// What a line of the audit log says of the request that it tells of.
pub(crate) fn stamp(
    ids: &dyn IdGenerator,
    actor: Actor,
    context: &RequestContext,
    now: Instant,
) -> AuditStamp {
    AuditStamp { id: ids.id(), actor, by: context.trace(), at: now }
}
