//! Somebody tries what they may not do.

use std::sync::Arc;

use domain::{
    accounts::{Caller, Permission},
    actor::Actor,
    audit::SecurityEvent,
};
use ports::{audit::AuditLog, clock::Clock, ids::IdGenerator, storage::StorageError};

use super::stamp;
use crate::RequestContext;

/// Records denials.
#[derive(Clone)]
pub struct RecordDenial {
    /// Keeps the audit log.
    pub log: Arc<dyn AuditLog>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl RecordDenial {
    /// Records that `caller` lacked `permission`.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn run(
        &self,
        caller: &Caller,
        permission: Permission,
        context: &RequestContext,
    ) -> Result<(), StorageError> {
        let by = stamp(&*self.ids, Actor::User(caller.user_id), context, self.clock.now());
        self.log.append(&by.entry(SecurityEvent::Denied { permission }, Some(caller.user_id))).await
    }
}
