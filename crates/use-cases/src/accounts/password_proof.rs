//! Somebody shows that they know an account's password: to log in, or before something that can't be undone.

use std::sync::Arc;

use domain::{
    accounts::{Email, Password, attempts::Subject},
    actor::Actor,
    audit::{PasswordRefusal, SecurityEvent},
    ids::UserId,
};
use ports::{
    accounts::Credentials,
    audit::AuditLog,
    clock::Clock,
    ids::IdGenerator,
    security::{HashError, PasswordCheck, PasswordHasher},
    storage::StorageError,
};

use super::{Throttle, ThrottleError, TooManyAttempts};
use crate::{RequestContext, audit::stamp};

/// Why somebody has not shown it.
#[derive(Debug, thiserror::Error)]
pub enum PasswordProofError {
    /// It is another one.
    #[error("the password is wrong")]
    Wrong,
    /// Too many failed before.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// It could not be compared.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// Nobody can tell, or the refusal could not be recorded.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// One try.
pub(super) struct Presented<'a> {
    /// What was typed.
    pub(super) password: &'a Password,
    /// The address of the account, when what was typed can be one.
    pub(super) email: Option<&'a Email>,
    /// The account, when there is one.
    pub(super) account: Option<&'a Credentials>,
    /// Who tries.
    pub(super) actor: Actor,
    /// With which request.
    pub(super) context: &'a RequestContext,
}

impl<'a> Presented<'a> {
    /// The owner of an account, who is logged in, types its password once more.
    pub(super) fn by_owner(
        password: &'a Password,
        account: &'a Credentials,
        context: &'a RequestContext,
    ) -> Self {
        let actor = Actor::User(account.user.id);
        Self { password, email: Some(&account.user.email), account: Some(account), actor, context }
    }
}

/// Compares passwords, counts those that are wrong, and tells the audit log of them.
#[derive(Clone)]
pub struct PasswordProof {
    /// Compares.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Bounds failures; `None` for no bounds.
    pub throttle: Option<Throttle>,
    /// Keeps the audit log.
    pub log: Arc<dyn AuditLog>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl PasswordProof {
    /// Passes when the password is the account's; then gives its hash at today's cost, when the stored one is cheaper.
    /// A wrong password and an unknown account take the same time.
    ///
    /// While too many have failed, nobody is told whether a password is right. Those that are compared at the same
    /// moment are counted one after another, so that guessing in parallel tells no more than guessing in turn.
    ///
    /// # Errors
    /// [`PasswordProofError`]; what a refusal records stays.
    pub(super) async fn demand(
        &self,
        presented: &Presented<'_>,
    ) -> Result<Option<String>, PasswordProofError> {
        let subjects = Subject::of_log_in(presented.email, presented.context.ip);
        self.check(&subjects, presented).await?;
        let known = presented.account.map(|account| account.user.id);
        let hash = presented.account.map(|account| account.password_hash.clone());
        match self.hasher.check(presented.password, hash).await? {
            PasswordCheck::Matches { rehashed } if known.is_some() => {
                self.check(&subjects, presented).await?;
                Ok(rehashed)
            }
            PasswordCheck::Matches { .. } | PasswordCheck::Differs => {
                let reason = match known {
                    Some(_) => PasswordRefusal::WrongPassword,
                    None => PasswordRefusal::UnknownAccount,
                };
                self.record(reason, known, presented).await?;
                if let Some(throttle) = &self.throttle {
                    throttle.count(&subjects).await?;
                }
                Err(PasswordProofError::Wrong)
            }
        }
    }

    async fn check(&self, subjects: &[Subject], presented: &Presented<'_>) -> Result<(), PasswordProofError> {
        let Some(throttle) = &self.throttle else { return Ok(()) };
        let checked = throttle.check(subjects).await;
        if let Err(ThrottleError::TooMany(_)) = &checked {
            self.record(PasswordRefusal::TooManyAttempts, None, presented).await?;
        }
        Ok(checked?)
    }

    /// A refusal is no decision that is committed, and is told all the same.
    async fn record(
        &self,
        reason: PasswordRefusal,
        subject: Option<UserId>,
        presented: &Presented<'_>,
    ) -> Result<(), StorageError> {
        let by = stamp(&*self.ids, presented.actor, presented.context, self.clock.now());
        self.log.append(&by.entry(SecurityEvent::PasswordRefused { reason }, subject)).await
    }
}

impl From<ThrottleError> for PasswordProofError {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::TooMany(error) => Self::TooMany(error),
            ThrottleError::Storage(error) => Self::Storage(error),
        }
    }
}
