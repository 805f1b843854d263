//! Mails that the shop owes somebody: what they are about, to whom they go, and how often they are tried.

use chrono::Duration;

use crate::{
    Instant,
    accounts::{Email, User},
    ids::{MailId, UserId},
};

/// A mail that is owed, written down with what it is about. Its words are found when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Identity, by which its recipient can tell a repetition.
    pub id: MailId,
    /// Whose account it is about.
    pub user_id: UserId,
    /// Where it goes.
    pub to: Email,
    /// What it says.
    pub letter: Letter,
    /// The secret that it tells, sealed; only the letters that need one have it.
    pub sealed: Option<Vec<u8>>,
    /// Since when it is owed.
    pub at: Instant,
}

/// What a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Letter {
    /// Show that this address is yours. Has a secret.
    VerifyEmail,
    /// Choose another password. Has a secret.
    ResetPassword,
    /// Show that this is your new address. Has a secret.
    ConfirmEmailChange,
    /// To the old address: somebody wants to replace it.
    EmailChangeRequested,
    /// To the old address: it was replaced.
    EmailChanged,
    /// The password is another one now.
    PasswordChanged,
}

impl Letter {
    /// Every letter.
    pub const ALL: [Self; 6] = [
        Self::VerifyEmail,
        Self::ResetPassword,
        Self::ConfirmEmailChange,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::PasswordChanged,
    ];

    /// The name under which it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ConfirmEmailChange => "confirm_email_change",
            Self::EmailChangeRequested => "email_change_requested",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged => "password_changed",
        }
    }

    /// The letter of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| letter.name() == name)
    }
}

impl Mail {
    /// A mail without a secret to the address that `user` has.
    #[must_use]
    pub fn notice(id: MailId, user: &User, letter: Letter, at: Instant) -> Self {
        Self { id, user_id: user.id, to: user.email.clone(), letter, sealed: None, at }
    }
}

/// The most attempts to send a mail: they take about half a day.
const MAX_ATTEMPTS: u32 = 20;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::hours(1);

/// How long to wait before a mail is tried again that has failed so many times; `None` when it has been tried enough.
/// The first pause is five seconds, and each next one is twice as long, up to an hour.
///
/// ```
/// use domain::mail::pause_after;
/// use chrono::Duration;
///
/// assert_eq!(pause_after(1), Some(Duration::seconds(5)));
/// assert_eq!(pause_after(2), Some(Duration::seconds(10)));
/// assert_eq!(pause_after(19), Some(Duration::hours(1)));
/// assert_eq!(pause_after(20), None);
/// ```
#[must_use]
pub fn pause_after(failures: u32) -> Option<Duration> {
    if failures >= MAX_ATTEMPTS {
        return None;
    }
    let doublings = failures.saturating_sub(1).min(12);
    Some(Duration::seconds(5 << doublings).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back() {
        assert!(Letter::ALL.iter().all(|letter| Letter::parse(letter.name()) == Some(*letter)));
        assert_eq!(Letter::parse("postcard"), None);
    }

    #[test]
    fn a_mail_is_tried_for_half_a_day() {
        let total: i64 = (1..MAX_ATTEMPTS).filter_map(pause_after).map(|pause| pause.num_minutes()).sum();
        assert!((10 * 60..14 * 60).contains(&total), "{total}");
    }
}
