//! Somebody takes all that is held on them.

use std::sync::Arc;

use domain::{accounts::Caller, actor::Actor, audit::SecurityEvent, ids::UserId};
use ports::{
    accounts::{PersonalData, PersonalDataReader},
    audit::{AuditLog, AuditView},
    clock::Clock,
    ids::IdGenerator,
    storage::StorageError,
};

use crate::{RequestContext, audit::stamp};

/// Why nothing is given.
#[derive(Debug, thiserror::Error)]
pub enum ExportAccountError {
    /// The account was erased; its access tokens end within a second.
    #[error("the account does not exist any more")]
    Gone,
    /// It could not be gathered, or not be recorded that it was.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Gives people what is held on them.
#[derive(Clone)]
pub struct ExportAccount {
    /// Gathers it.
    pub data: Arc<dyn PersonalDataReader>,
    /// Keeps the audit log.
    pub log: Arc<dyn AuditLog>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl ExportAccount {
    /// All that is held on the caller, and nothing of anybody else. Nothing is given without a line in the audit log.
    ///
    /// # Errors
    /// [`ExportAccountError`].
    pub async fn run(
        &self,
        caller: &Caller,
        context: RequestContext,
    ) -> Result<PersonalData, ExportAccountError> {
        let found = self.data.collect(caller.user_id).await?;
        let data = found.ok_or(ExportAccountError::Gone)?;
        let by = stamp(&*self.ids, Actor::User(caller.user_id), &context, self.clock.now());
        self.log.append(&by.entry(SecurityEvent::Exported, Some(caller.user_id))).await?;
        let audit_log = data.audit_log.into_iter().map(|line| own_part(line, caller.user_id)).collect();
        Ok(PersonalData { audit_log, ..data })
    }
}

/// A line without what it says of others: the address of somebody else who did it, and what was done to somebody else.
fn own_part(line: AuditView, me: UserId) -> AuditView {
    let is_about_another = line.subject.as_ref().is_some_and(|subject| *subject != me.to_string());
    let is_by_another = matches!(line.actor.parse(), Ok(Actor::User(actor)) if actor != me);
    AuditView {
        ip: line.ip.filter(|_| !is_by_another),
        request_id: line.request_id.filter(|_| !is_by_another),
        subject: line.subject.filter(|_| !is_about_another),
        detail: if is_about_another { "{}".to_owned() } else { line.detail },
        ..line
    }
}
