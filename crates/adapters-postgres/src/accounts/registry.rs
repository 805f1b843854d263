//! What has changed since access tokens were issued: which sessions were ended, and whose roles are others.

mod feed;

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant as Moment},
};

use domain::{
    accounts::{Caller, Roles},
    ids::{SessionId, UserId},
};
use ports::security::{AdmissionError, CallerRegistry};

pub use self::feed::CallerFeed;

/// The changes that an access token in use may not know of, in memory. Changes of this process are told to it at once,
/// those of others by the [`CallerFeed`]; until that was asked once, it admits nobody.
pub struct PgCallerRegistry {
    /// How long a change is remembered: longer than any access token is good for.
    retention: Duration,
    changes: RwLock<Changes>,
}

#[derive(Default)]
struct Changes {
    known: bool,
    ended: HashMap<SessionId, Moment>,
    roles: HashMap<UserId, ChangedRoles>,
}

struct ChangedRoles {
    roles: Roles,
    /// The user's version: of two changes the later one counts, in whatever order they are heard.
    version: i32,
    heard: Moment,
}

impl PgCallerRegistry {
    /// Remembers changes for `retention`, which must be longer than any access token is good for.
    #[must_use]
    pub fn new(retention: Duration) -> Self {
        Self { retention, changes: RwLock::default() }
    }

    /// Whether it knows what had changed before this process began.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.read().known
    }

    /// From now on, nobody is admitted by this session.
    pub(crate) fn session_ended(&self, session: SessionId) {
        self.write().ended.insert(session, Moment::now());
    }

    /// From now on, `user` has these roles.
    pub(crate) fn roles_changed(&self, user: UserId, roles: Roles, version: i32) {
        let mut changes = self.write();
        if changes.roles.get(&user).is_none_or(|known| known.version <= version) {
            changes.roles.insert(user, ChangedRoles { roles, version, heard: Moment::now() });
        }
    }

    /// Everything up to now has been told: it may admit, and forget what no token in use can contradict any more.
    fn caught_up(&self) {
        let mut changes = self.write();
        let recent = |heard: &Moment| heard.elapsed() < self.retention;
        changes.known = true;
        changes.ended.retain(|_, heard| recent(heard));
        changes.roles.retain(|_, changed| recent(&changed.heard));
    }

    fn read(&self) -> RwLockReadGuard<'_, Changes> {
        self.changes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Changes> {
        self.changes.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallerRegistry for PgCallerRegistry {
    fn admit(&self, caller: Caller) -> Result<Caller, AdmissionError> {
        let changes = self.read();
        if !changes.known {
            return Err(AdmissionError::NotKnown);
        }
        if changes.ended.contains_key(&caller.session_id) {
            return Err(AdmissionError::Ended);
        }
        Ok(match changes.roles.get(&caller.user_id) {
            Some(changed) => Caller { roles: changed.roles.clone(), ..caller },
            None => caller,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::accounts::Role;
    use uuid::Uuid;

    use super::*;

    fn registry(retention: Duration) -> PgCallerRegistry {
        let registry = PgCallerRegistry::new(retention);
        registry.caught_up();
        registry
    }

    fn caller() -> Caller {
        let id = Uuid::from_u128(7);
        Caller { user_id: id.into(), session_id: id.into(), roles: Roles::from_iter([Role::Admin]) }
    }

    #[test]
    fn nobody_is_admitted_before_the_changes_are_known() {
        let registry = PgCallerRegistry::new(Duration::from_secs(60));
        assert_eq!(registry.admit(caller()), Err(AdmissionError::NotKnown));
        registry.caught_up();
        assert_eq!(registry.admit(caller()), Ok(caller()));
    }

    #[test]
    fn an_ended_session_admits_nobody_and_others_do() {
        let registry = registry(Duration::from_secs(60));
        registry.session_ended(caller().session_id);
        assert_eq!(registry.admit(caller()), Err(AdmissionError::Ended));
        let other = Caller { session_id: Uuid::from_u128(8).into(), ..caller() };
        assert_eq!(registry.admit(other.clone()), Ok(other));
    }

    #[test]
    fn the_roles_of_the_latest_version_count_in_whatever_order_they_are_heard() {
        let registry = registry(Duration::from_secs(60));
        registry.roles_changed(caller().user_id, Roles::from_iter([Role::Support]), 3);
        registry.roles_changed(caller().user_id, Roles::customer(), 2);
        assert_eq!(registry.admit(caller()).unwrap().roles, Roles::from_iter([Role::Support]));
    }

    #[test]
    fn what_no_token_can_contradict_any_more_is_forgotten() {
        let registry = registry(Duration::ZERO);
        registry.session_ended(caller().session_id);
        registry.roles_changed(caller().user_id, Roles::customer(), 2);
        registry.caught_up();
        assert_eq!(registry.admit(caller()), Ok(caller()));
    }
}
