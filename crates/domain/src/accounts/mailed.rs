//! Tokens that are mailed, and what whoever presents one may do: whoever has the token reads the mails of its address.

use chrono::Duration;

use super::{Email, PasswordChange, ReplacedPassword, User};
use crate::{
    Instant,
    actor::Origination,
    audit::{AuditEntry, AuditStamp, SecurityEvent},
    events::{Event, EventData},
    ids::{EventId, MailId, UserId},
    mail::{Letter, Mail},
};

/// What a mailed token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailedPurpose {
    /// To choose another password without the one before.
    PasswordReset,
    /// To show that the account's address is its owner's.
    EmailVerification,
    /// To replace the account's address.
    EmailChange {
        /// By this one, to which the token goes.
        to: Email,
    },
}

/// A token that was mailed; only its digest is kept. It works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedToken {
    /// The digest by which it is found.
    pub digest: [u8; 32],
    /// What it is for.
    pub purpose: MailedPurpose,
    /// Whose account it is for.
    pub user_id: UserId,
    /// Since when it is good.
    pub issued_at: Instant,
    /// How long.
    pub expires_at: Instant,
}

/// A token that somebody presents, with the account as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedMail {
    /// The token.
    pub token: MailedToken,
    /// Whether it was used, or made void.
    pub used: bool,
    /// Its owner.
    pub user: User,
}

/// Nobody may act on this token. Which of the reasons it is, is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is wrong, was used before, or is too old; ask for another mail")]
pub struct DeadMailedToken;

/// Decision: somebody is sent a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedRequest {
    /// The token. Where nobody has the account, its user is nobody either, and neither token nor mails are stored: the
    /// same is done for every address, and takes the same time.
    pub token: MailedToken,
    /// The mail with it, and the one that tells the old address of a new one.
    pub mails: Vec<Mail>,
    /// `password.reset_requested` or `email.change_requested`.
    pub audit: AuditEntry,
}

/// Decision: an address is its account owner's, and the account's from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailConfirmation {
    /// The user, with a verified address.
    pub user: User,
    /// The version that this was decided on.
    pub seen: i32,
    /// `user.email_verified` or `user.email_changed`.
    pub event: Event,
    /// `email.verified` or `email.changed`.
    pub audit: AuditEntry,
    /// What the old address is told.
    pub notice: Option<Mail>,
}

impl MailedPurpose {
    /// How long a token for this is good.
    #[must_use]
    pub const fn lifetime(&self) -> Duration {
        match self {
            Self::PasswordReset => Duration::minutes(30),
            Self::EmailChange { .. } => Duration::days(1),
            Self::EmailVerification => Duration::days(7),
        }
    }

    /// The letter that brings a token for this.
    #[must_use]
    pub const fn letter(&self) -> Letter {
        match self {
            Self::PasswordReset => Letter::ResetPassword,
            Self::EmailChange { .. } => Letter::ConfirmEmailChange,
            Self::EmailVerification => Letter::VerifyEmail,
        }
    }
}

impl MailedRequest {
    /// Sends a token to choose another password, to whoever has the account; to nobody when there is none.
    #[must_use]
    pub fn reset(token: MailedToken, mail: Mail, account: Option<&User>, stamp: AuditStamp) -> Self {
        let audit = stamp.entry(SecurityEvent::PasswordResetRequested, account.map(|user| user.id));
        Self { token, mails: vec![mail], audit }
    }

    /// Sends `user` a token that shows that an address is theirs. An address that another one is about to replace is told.
    #[must_use]
    pub fn email(token: MailedToken, mail: Mail, user: &User, notice: MailId, stamp: AuditStamp) -> Self {
        let told = match token.purpose {
            MailedPurpose::EmailChange { .. } => {
                Some(Mail::notice(notice, user, Letter::EmailChangeRequested, stamp.at))
            }
            MailedPurpose::EmailVerification | MailedPurpose::PasswordReset => None,
        };
        let audit = stamp.entry(SecurityEvent::EmailChangeRequested, Some(user.id));
        Self { token, mails: [mail].into_iter().chain(told).collect(), audit }
    }
}

impl User {
    /// What a token is for that shows that `email` is this person's: the address that the account has is verified, another
    /// one replaces it.
    #[must_use]
    pub fn prove(&self, email: Email) -> MailedPurpose {
        if email == self.email {
            MailedPurpose::EmailVerification
        } else {
            MailedPurpose::EmailChange { to: email }
        }
    }
}

impl MailedToken {
    /// A token that is good from now on.
    #[must_use]
    pub fn issue(digest: [u8; 32], purpose: MailedPurpose, user_id: UserId, now: Instant) -> Self {
        let expires_at = now + purpose.lifetime();
        Self { digest, purpose, user_id, issued_at: now, expires_at }
    }
}

impl PresentedMail {
    /// Passes while the token can be used.
    ///
    /// # Errors
    /// [`DeadMailedToken`] once it was used, made void, or is too old.
    pub fn check(&self, now: Instant) -> Result<(), DeadMailedToken> {
        if self.used || now >= self.token.expires_at { Err(DeadMailedToken) } else { Ok(()) }
    }

    /// Makes the address that the token was mailed to the account's, and a verified one.
    ///
    /// # Errors
    /// [`DeadMailedToken`], also for a token that is for a password.
    pub fn confirm_email(
        &self,
        event_id: EventId,
        mail_id: MailId,
        by: Origination,
        stamp: AuditStamp,
    ) -> Result<EmailConfirmation, DeadMailedToken> {
        self.check(by.at)?;
        let (email, data, tells, notice) = match &self.token.purpose {
            MailedPurpose::PasswordReset => return Err(DeadMailedToken),
            MailedPurpose::EmailVerification => {
                (self.user.email.clone(), EventData::UserEmailVerified, SecurityEvent::EmailVerified, None)
            }
            MailedPurpose::EmailChange { to } => {
                let notice = Mail::notice(mail_id, &self.user, Letter::EmailChanged, by.at);
                (to.clone(), EventData::UserEmailChanged, SecurityEvent::EmailChanged, Some(notice))
            }
        };
        let version = self.user.version.saturating_add(1);
        let user = User { email, email_verified: true, version, ..self.user.clone() };
        let event = Event::new(event_id, user.id.uuid(), user.version, data, by);
        let audit = stamp.entry(tells, Some(user.id));
        Ok(EmailConfirmation { user, seen: self.user.version, event, audit, notice })
    }

    /// Gives the account another password. The version that this is decided on guards the token: whatever uses it or
    /// makes it void is an edit of the account.
    ///
    /// # Errors
    /// [`DeadMailedToken`], also for a token that is for an address.
    pub fn reset_password(&self, new: ReplacedPassword) -> Result<PasswordChange, DeadMailedToken> {
        self.check(new.by.at)?;
        match self.token.purpose {
            MailedPurpose::PasswordReset => Ok(self.user.reset_password(new)),
            MailedPurpose::EmailVerification | MailedPurpose::EmailChange { .. } => Err(DeadMailedToken),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{actor::Actor, audit::Trace};

    fn at(minutes: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + minutes * 60, 0).unwrap()
    }

    fn email(raw: &str) -> Email {
        Email::parse(raw).unwrap()
    }

    fn presented(purpose: MailedPurpose) -> PresentedMail {
        let user = User::register(Uuid::from_u128(1).into(), email("ada@example.com"), None, at(0));
        PresentedMail { token: MailedToken::issue([7; 32], purpose, user.id, at(0)), used: false, user }
    }

    fn by(minutes: i64) -> Origination {
        Origination { actor: Actor::Guest, request_id: None, at: at(minutes) }
    }

    fn stamp() -> AuditStamp {
        AuditStamp { id: Uuid::from_u128(3).into(), actor: Actor::Guest, by: Trace::default(), at: at(1) }
    }

    fn confirm(presented: &PresentedMail, minutes: i64) -> Result<EmailConfirmation, DeadMailedToken> {
        presented.confirm_email(Uuid::from_u128(2).into(), Uuid::from_u128(4).into(), by(minutes), stamp())
    }

    fn reset(presented: &PresentedMail, minutes: i64) -> Result<PasswordChange, DeadMailedToken> {
        presented.reset_password(ReplacedPassword {
            password_hash: "$new".to_owned(),
            event_id: Uuid::from_u128(2).into(),
            mail_id: Uuid::from_u128(4).into(),
            by: by(minutes),
            stamp: stamp(),
        })
    }

    #[test]
    fn the_own_address_is_verified_and_another_one_replaces_it_and_then_the_old_one_is_told() {
        let ada = presented(MailedPurpose::EmailVerification).user;
        let request = |address: &str| {
            let token = MailedToken::issue([7; 32], ada.prove(email(address)), ada.id, at(0));
            let id = Uuid::from_u128(5).into();
            let mail = Mail { to: email(address), ..Mail::notice(id, &ada, token.purpose.letter(), at(0)) };
            MailedRequest::email(token, mail, &ada, Uuid::from_u128(6).into(), stamp())
        };
        let letters = |request: &MailedRequest| -> Vec<_> {
            request.mails.iter().map(|mail| (mail.to.to_string(), mail.letter)).collect()
        };
        let same = request("ada@example.com");
        assert_eq!(letters(&same), [("ada@example.com".to_owned(), Letter::VerifyEmail)]);
        let other = request("countess@example.com");
        assert_eq!(
            letters(&other),
            [
                ("countess@example.com".to_owned(), Letter::ConfirmEmailChange),
                ("ada@example.com".to_owned(), Letter::EmailChangeRequested),
            ]
        );
    }

    #[test]
    fn a_password_can_be_reset_once_and_for_thirty_minutes() {
        let good = presented(MailedPurpose::PasswordReset);
        let reset_it = reset(&good, 29).unwrap();
        assert_eq!((reset_it.seen, reset_it.keeps), (1, None));
        assert_eq!(reset(&good, 30), Err(DeadMailedToken));
        assert_eq!(reset(&PresentedMail { used: true, ..good }, 1), Err(DeadMailedToken));
    }

    #[test]
    fn a_verified_address_stays_and_nobody_is_told() {
        let confirmed = confirm(&presented(MailedPurpose::EmailVerification), 1).unwrap();
        assert_eq!((confirmed.user.email.as_str(), confirmed.user.email_verified), ("ada@example.com", true));
        assert_eq!((confirmed.seen, confirmed.user.version, confirmed.notice), (1, 2, None));
        assert_eq!(confirmed.event.data, EventData::UserEmailVerified);
    }

    #[test]
    fn a_new_address_replaces_the_old_one_which_is_told() {
        let presented = presented(MailedPurpose::EmailChange { to: email("countess@example.com") });
        let confirmed = confirm(&presented, 1).unwrap();
        assert_eq!(confirmed.user.email, email("countess@example.com"));
        assert!(confirmed.user.email_verified);
        let notice = confirmed.notice.unwrap();
        assert_eq!((notice.to, notice.letter), (email("ada@example.com"), Letter::EmailChanged));
        assert_eq!(confirm(&presented, 24 * 60).unwrap_err(), DeadMailedToken);
    }

    #[test]
    fn a_token_is_good_for_nothing_else() {
        let change = MailedPurpose::EmailChange { to: email("countess@example.com") };
        assert_eq!(reset(&presented(change), 1), Err(DeadMailedToken));
        assert_eq!(reset(&presented(MailedPurpose::EmailVerification), 1), Err(DeadMailedToken));
        assert_eq!(confirm(&presented(MailedPurpose::PasswordReset), 1).unwrap_err(), DeadMailedToken);
    }
}
