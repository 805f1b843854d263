//! Exchanging refresh tokens: each works once, and one that comes again later may have been stolen (RFC 9700, 4.14.2).

use chrono::Duration;

use super::{SessionLifetime, User};
use crate::{Instant, ids::SessionId};

/// A refresh token that somebody presents, as the shop knows it, with its session and its owner of this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedToken {
    /// Whose it is.
    pub user: User,
    /// The session that it belongs to.
    pub session_id: SessionId,
    /// When the session ends, however often it is refreshed.
    pub session_expires_at: Instant,
    /// Whether the session was ended before its time.
    pub session_ended: bool,
    /// What is kept of the token.
    pub digest: [u8; 32],
    /// When it is too old to be used.
    pub expires_at: Instant,
    /// When it was exchanged for the next one, if it was.
    pub used_at: Option<Instant>,
}

/// What to do about a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is exchanged for the next one.
    Exchange,
    /// It was exchanged just now, by another tab perhaps: nothing is done.
    Superseded,
    /// It was exchanged a while ago: two have it, and one of them is a thief. The session is ended.
    Reused,
    /// It waited too long, or its session has lasted as long as any may.
    Expired,
    /// Its session was ended.
    Ended,
}

/// Decision: a refresh token is exchanged for the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRefresh {
    /// The session that goes on.
    pub session_id: SessionId,
    /// The token that is used up; the decision holds only while nobody else has used it.
    pub used: [u8; 32],
    /// The digest of the next one.
    pub next: [u8; 32],
    /// When the next one is too old to be used.
    pub next_expires_at: Instant,
    /// When.
    pub at: Instant,
}

impl PresentedToken {
    /// What to do about the token at `now`. One that was used up to `grace` ago is not alarming yet.
    #[must_use]
    pub fn judge(&self, grace: Duration, now: Instant) -> Verdict {
        match self.used_at {
            Some(used_at) if now - used_at > grace => Verdict::Reused,
            _ if self.session_ended => Verdict::Ended,
            _ if self.session_expires_at <= now => Verdict::Expired,
            Some(_) => Verdict::Superseded,
            None if self.expires_at <= now => Verdict::Expired,
            None => Verdict::Exchange,
        }
    }

    /// Exchanges it for the token with the digest `next`, which never outlives the session.
    #[must_use]
    pub fn exchange(&self, next: [u8; 32], lifetime: SessionLifetime, now: Instant) -> SessionRefresh {
        SessionRefresh {
            session_id: self.session_id,
            used: self.digest,
            next,
            next_expires_at: self.session_expires_at.min(now + lifetime.idle),
            at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::accounts::Email;

    const GRACE: Duration = Duration::seconds(10);

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// A token that can be used until 100, of a session that lasts until 1000.
    fn token() -> PresentedToken {
        let email = Email::parse("ada@example.com").unwrap();
        PresentedToken {
            user: User::register(Uuid::nil().into(), email, None, at(0)),
            session_id: Uuid::nil().into(),
            session_expires_at: at(1000),
            session_ended: false,
            digest: [1; 32],
            expires_at: at(100),
            used_at: None,
        }
    }

    fn used() -> PresentedToken {
        PresentedToken { used_at: Some(at(50)), ..token() }
    }

    #[test]
    fn an_unused_token_is_exchanged_until_it_is_too_old() {
        assert_eq!(token().judge(GRACE, at(99)), Verdict::Exchange);
        assert_eq!(token().judge(GRACE, at(100)), Verdict::Expired);
    }

    #[test]
    fn a_session_ends_however_young_its_token_is() {
        let young = PresentedToken { expires_at: at(5000), ..token() };
        assert_eq!(young.judge(GRACE, at(999)), Verdict::Exchange);
        assert_eq!(young.judge(GRACE, at(1000)), Verdict::Expired);
    }

    #[test]
    fn a_used_token_is_superseded_within_the_grace_and_alarming_after_it() {
        assert_eq!(used().judge(GRACE, at(50)), Verdict::Superseded);
        assert_eq!(used().judge(GRACE, at(60)), Verdict::Superseded);
        assert_eq!(used().judge(GRACE, at(61)), Verdict::Reused);
        assert_eq!(used().judge(Duration::zero(), at(51)), Verdict::Reused);
    }

    #[test]
    fn a_clock_that_is_behind_raises_no_alarm() {
        assert_eq!(used().judge(GRACE, at(49)), Verdict::Superseded);
    }

    #[test]
    fn nothing_brings_an_ended_session_back() {
        let ended = |token: PresentedToken| PresentedToken { session_ended: true, ..token };
        assert_eq!(ended(token()).judge(GRACE, at(1)), Verdict::Ended);
        assert_eq!(ended(used()).judge(GRACE, at(51)), Verdict::Ended);
        assert_eq!(ended(used()).judge(GRACE, at(61)), Verdict::Reused, "it is told again why");
    }

    #[test]
    fn the_next_token_never_outlives_the_session() {
        let lifetime = SessionLifetime { idle: Duration::seconds(300), absolute: Duration::seconds(1000) };
        assert_eq!(token().exchange([2; 32], lifetime, at(90)).next_expires_at, at(390));
        assert_eq!(token().exchange([2; 32], lifetime, at(900)).next_expires_at, at(1000));
    }

    proptest! {
        #[test]
        fn only_an_unused_token_of_a_living_session_in_its_time_is_exchanged(
            used_at in proptest::option::of(-50_i64..200), ended: bool, now in -50_i64..1200, expires in 0_i64..1200,
            grace in 0_i64..60,
        ) {
            let used_at = used_at.map(at);
            let token = PresentedToken { used_at, session_ended: ended, expires_at: at(expires), ..token() };
            let alive = used_at.is_none() && !ended && now < expires && now < 1000;
            let verdict = token.judge(Duration::seconds(grace), at(now));
            prop_assert_eq!(verdict == Verdict::Exchange, alive);
        }

        #[test]
        fn once_a_token_is_alarming_it_stays_so(used_at in 0_i64..100, now in 0_i64..300, later in 0_i64..2000, ended: bool) {
            let token = PresentedToken { used_at: Some(at(used_at)), ..token() };
            if token.judge(GRACE, at(now)) == Verdict::Reused {
                let later = PresentedToken { session_ended: ended, ..token }.judge(GRACE, at(now + later));
                prop_assert_eq!(later, Verdict::Reused);
            }
        }
    }
}
