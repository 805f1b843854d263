//! What people change about their own account.

use super::User;
use crate::{
    actor::Origination,
    audit::{AuditEntry, AuditStamp, SecurityEvent, SessionEnd},
    events::{Event, EventData},
    ids::{EventId, MailId, SessionId},
    mail::{Letter, Mail},
    text::Name,
};

/// What somebody wants to be different; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// How the person wants to be called; `Some(None)` for not at all.
    pub name: Option<Option<Name>>,
}

/// Decision: a profile is different now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileEdit {
    /// The user, edited.
    pub user: User,
    /// The version that this was decided on.
    pub seen: i32,
    /// `user.updated`.
    pub event: Event,
}

/// Decision: an account has another password, and those who logged in with the old one are out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordChange {
    /// The user, whose version counts the change.
    pub user: User,
    /// The version that this was decided on.
    pub seen: i32,
    /// The hash of the new password.
    pub password_hash: String,
    /// The session that goes on, if one does; every other ends.
    pub keeps: Option<SessionId>,
    /// How the others end.
    pub ends: SessionEnd,
    /// `user.password_changed`.
    pub event: Event,
    /// `password.changed`, or `password.reset`.
    pub audit: AuditEntry,
    /// What the owner is told, who may not be the one who did it.
    pub notice: Mail,
}

/// A password to put in place of another one, with what the decision writes down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedPassword {
    /// The hash of the new password.
    pub password_hash: String,
    /// The event's identity.
    pub event_id: EventId,
    /// The identity of the mail that tells the owner.
    pub mail_id: MailId,
    /// Who, in which request, when.
    pub by: Origination,
    /// The same, for the audit log.
    pub stamp: AuditStamp,
}

impl User {
    /// Edits the profile; `None` when it is like that already.
    #[must_use]
    pub fn edit(&self, patch: ProfilePatch, event_id: EventId, by: Origination) -> Option<ProfileEdit> {
        let name = patch.name.filter(|name| *name != self.name)?;
        let user = Self { name, version: self.version.saturating_add(1), ..self.clone() };
        let data = EventData::UserUpdated { fields: vec!["name"] };
        let event = Event::new(event_id, user.id.uuid(), user.version, data, by);
        Some(ProfileEdit { user, seen: self.version, event })
    }

    /// Gives the account another password, by which its owner goes on in the session that `keeps` names.
    #[must_use]
    pub fn change_password(&self, new: ReplacedPassword, keeps: SessionId) -> PasswordChange {
        self.replace_password(new, Some(keeps))
    }

    /// Gives the account a password that its owner has chosen by mail; no session goes on.
    #[must_use]
    pub fn reset_password(&self, new: ReplacedPassword) -> PasswordChange {
        self.replace_password(new, None)
    }

    fn replace_password(&self, new: ReplacedPassword, keeps: Option<SessionId>) -> PasswordChange {
        let (ends, tells) = match keeps {
            Some(_) => (SessionEnd::PasswordChanged, SecurityEvent::PasswordChanged),
            None => (SessionEnd::PasswordReset, SecurityEvent::PasswordReset),
        };
        let user = Self { version: self.version.saturating_add(1), ..self.clone() };
        PasswordChange {
            seen: self.version,
            password_hash: new.password_hash,
            keeps,
            ends,
            notice: Mail::notice(new.mail_id, &user, Letter::PasswordChanged, new.by.at),
            event: Event::new(
                new.event_id,
                user.id.uuid(),
                user.version,
                EventData::UserPasswordChanged,
                new.by,
            ),
            audit: new.stamp.entry(tells, Some(user.id)),
            user,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Instant, accounts::Email, actor::Actor, audit::Trace};

    fn now() -> Instant {
        Instant::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn ada() -> User {
        let email = Email::parse("ada@example.com").unwrap();
        User::register(Uuid::from_u128(1).into(), email, Some(Name::parse("Ada").unwrap()), now())
    }

    fn by() -> Origination {
        Origination { actor: Actor::User(ada().id), request_id: None, at: now() }
    }

    fn stamp() -> AuditStamp {
        AuditStamp {
            id: Uuid::from_u128(3).into(),
            actor: Actor::User(ada().id),
            by: Trace::default(),
            at: now(),
        }
    }

    fn edited(name: Option<Option<&str>>) -> Option<ProfileEdit> {
        let name = name.map(|name| name.map(|name| Name::parse(name).unwrap()));
        ada().edit(ProfilePatch { name }, Uuid::from_u128(2).into(), by())
    }

    #[test]
    fn a_name_is_set_cleared_or_left() {
        let renamed = edited(Some(Some("Countess"))).unwrap();
        assert_eq!(renamed.user.name, Some(Name::parse("Countess").unwrap()));
        assert_eq!((renamed.seen, renamed.user.version, renamed.event.aggregate_version), (1, 2, 2));
        assert_eq!(edited(Some(None)).unwrap().user.name, None);
        assert_eq!(edited(None), None);
    }

    #[test]
    fn an_edit_that_changes_nothing_is_none() {
        assert_eq!(edited(Some(Some("Ada"))), None);
    }

    #[test]
    fn the_event_says_which_field_and_not_what_is_in_it() {
        let event = edited(Some(Some("Countess"))).unwrap().event;
        assert_eq!(event.data, EventData::UserUpdated { fields: vec!["name"] });
    }

    #[test]
    fn a_changed_password_keeps_one_session_and_a_reset_one_none() {
        let session = Uuid::from_u128(9).into();
        let new = || ReplacedPassword {
            password_hash: "$new".to_owned(),
            event_id: Uuid::from_u128(2).into(),
            mail_id: Uuid::from_u128(4).into(),
            by: by(),
            stamp: stamp(),
        };
        let changed = ada().change_password(new(), session);
        assert_eq!((changed.keeps, changed.ends), (Some(session), SessionEnd::PasswordChanged));
        assert_eq!(changed.audit.event, SecurityEvent::PasswordChanged);
        assert_eq!((changed.seen, changed.user.version), (1, 2), "a log-in that was decided before is void");
        assert_eq!((&changed.notice.to, changed.notice.letter), (&ada().email, Letter::PasswordChanged));
        let reset = ada().reset_password(new());
        assert_eq!((reset.keeps, reset.ends), (None, SessionEnd::PasswordReset));
        assert_eq!(reset.audit.event, SecurityEvent::PasswordReset);
    }
}
