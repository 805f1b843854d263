//! What the use cases put into the audit log.

use domain::{Instant, actor::Actor, audit::AuditStamp};
use ports::ids::IdGenerator;

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
