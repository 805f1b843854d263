//! How often somebody may try: failed log-ins and registrations, counted over a sliding window.

use std::net::IpAddr;

use chrono::Duration;

use super::Email;
use crate::{Instant, ids::UserId, network::ClientNetwork};

/// What is counted apart from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Failed log-ins to one account from one address: somebody who guesses.
    LogInAccountAddress,
    /// Failed log-ins to one account from anywhere: many who guess together.
    LogInAccount,
    /// Failed log-ins from one address to any account: one password tried everywhere.
    LogInAddress,
    /// Registrations from one address.
    RegistrationAddress,
    /// Mails to choose another password, for one account: nobody's letter box is filled.
    ResetAccount,
    /// The same, asked for from one address.
    ResetAddress,
    /// Mails to prove an address, asked for by one account.
    EmailAccount,
}

/// So many attempts within any span of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The most attempts.
    pub attempts: usize,
    /// The length of the span.
    pub window: Duration,
}

/// Whose attempts are counted together, in clear: never to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What is counted.
    pub scope: Scope,
    text: String,
}

/// The latest attempts of one subject, the newest last. [`Scope::kept`] of them tell everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// What was counted.
    pub scope: Scope,
    /// When.
    pub hits: Vec<Instant>,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] = [
        Self::LogInAccountAddress,
        Self::LogInAccount,
        Self::LogInAddress,
        Self::RegistrationAddress,
        Self::ResetAccount,
        Self::ResetAddress,
        Self::EmailAccount,
    ];

    /// The name under which it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogInAccountAddress => "login_account_address",
            Self::LogInAccount => "login_account",
            Self::LogInAddress => "login_address",
            Self::RegistrationAddress => "registration_address",
            Self::ResetAccount => "reset_account",
            Self::ResetAddress => "reset_address",
            Self::EmailAccount => "email_account",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// How often one may try.
    #[must_use]
    pub const fn quota(self) -> Quota {
        match self {
            Self::LogInAccountAddress => Quota { attempts: 10, window: Duration::minutes(15) },
            Self::LogInAccount => Quota { attempts: 100, window: Duration::days(1) },
            Self::LogInAddress => Quota { attempts: 100, window: Duration::hours(1) },
            Self::RegistrationAddress | Self::ResetAddress => {
                Quota { attempts: 20, window: Duration::hours(1) }
            }
            Self::ResetAccount | Self::EmailAccount => Quota { attempts: 5, window: Duration::hours(1) },
        }
    }

    /// How many attempts are kept: one more than the quota, so that the newest one can be judged by those before it.
    #[must_use]
    pub const fn kept(self) -> usize {
        self.quota().attempts + 1
    }
}

impl Subject {
    /// Those whose failed log-ins count, when somebody logs in: to `account`, unless what was typed can't be one, from
    /// `address`, when it is known. Whether the account exists makes no difference.
    #[must_use]
    pub fn of_log_in(account: Option<&Email>, address: Option<IpAddr>) -> Vec<Self> {
        let network = address.map(ClientNetwork::from);
        let both = account.zip(network).map(|(account, network)| format!("{account} {network}"));
        let subjects = [
            (Scope::LogInAccountAddress, both),
            (Scope::LogInAccount, account.map(ToString::to_string)),
            (Scope::LogInAddress, network.map(|network| network.to_string())),
        ];
        subjects.into_iter().filter_map(|(scope, text)| text.map(|text| Self { scope, text })).collect()
    }

    /// Those whose registrations count, when somebody registers from `address`.
    #[must_use]
    pub fn of_registration(address: Option<IpAddr>) -> Vec<Self> {
        let scope = Scope::RegistrationAddress;
        address
            .map(|address| Self { scope, text: ClientNetwork::from(address).to_string() })
            .into_iter()
            .collect()
    }

    /// Whose mails to choose another password count, when somebody asks for one from `address`.
    #[must_use]
    pub fn of_reset_from(address: Option<IpAddr>) -> Vec<Self> {
        let scope = Scope::ResetAddress;
        let text = address.map(|address| ClientNetwork::from(address).to_string());
        text.map(|text| Self { scope, text }).into_iter().collect()
    }

    /// Whose mails to choose another password count, when somebody asks for one to `account`.
    #[must_use]
    pub fn of_reset_to(account: &Email) -> Self {
        Self { scope: Scope::ResetAccount, text: account.to_string() }
    }

    /// Whose mails to prove an address count, when the account `user` asks for one.
    #[must_use]
    pub fn of_email_request(user: UserId) -> Self {
        Self { scope: Scope::EmailAccount, text: user.to_string() }
    }

    /// A text that no other subject has, to be digested.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {}", self.scope.name(), self.text)
    }
}

impl History {
    /// When there is room for another attempt; `None` when there is room at `now`.
    #[must_use]
    pub fn opens_at(&self, now: Instant) -> Option<Instant> {
        full_until(&self.hits, self.scope.quota()).filter(|opens| *opens > now)
    }

    /// As [`opens_at`](Self::opens_at), judged just after an attempt was counted, which is the last one: `None` when
    /// there was room for it.
    #[must_use]
    pub fn newest_was_over(&self) -> Option<Instant> {
        let (newest, before) = self.hits.split_last()?;
        let quota = self.scope.quota();
        full_until(before, quota).filter(|opens| opens > newest)?;
        full_until(&self.hits, quota)
    }
}

/// When the oldest of as many attempts as the quota has leaves the window.
fn full_until(hits: &[Instant], quota: Quota) -> Option<Instant> {
    let oldest = hits.len().checked_sub(quota.attempts)?;
    hits.get(oldest).map(|hit| *hit + quota.window)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SCOPE: Scope = Scope::LogInAccountAddress;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn history(hits: &[i64]) -> History {
        History { scope: SCOPE, hits: hits.iter().map(|seconds| at(*seconds)).collect() }
    }

    /// What storing does: the newest comes last, and only the latest are kept.
    fn count(history: &mut History, now: Instant) {
        history.hits.push(now);
        let surplus = history.hits.len().saturating_sub(history.scope.kept());
        history.hits.drain(..surplus);
    }

    #[test]
    fn the_tenth_failure_fills_the_window_and_the_first_one_opens_it() {
        let nine: Vec<i64> = (0..9).collect();
        assert_eq!(history(&nine).opens_at(at(9)), None);
        let ten: Vec<i64> = (0..10).collect();
        assert_eq!(history(&ten).opens_at(at(10)), Some(at(900)));
        assert_eq!(history(&ten).opens_at(at(899)), Some(at(900)));
        assert_eq!(history(&ten).opens_at(at(900)), None);
        assert_eq!(history(&[]).opens_at(at(0)), None);
    }

    #[test]
    fn the_tenth_passes_and_the_eleventh_is_over() {
        let ten: Vec<i64> = (0..10).collect();
        assert_eq!(history(&ten).newest_was_over(), None);
        let eleven: Vec<i64> = (0..11).collect();
        assert_eq!(history(&eleven).newest_was_over(), Some(at(901)));
        let late: Vec<i64> = (0..10).chain([900]).collect();
        assert_eq!(history(&late).newest_was_over(), None, "the first one has left");
    }

    #[test]
    fn a_log_in_counts_for_the_account_the_address_and_both() {
        let ada = Email::parse("ada@example.com").unwrap();
        let address = Some(IpAddr::from([192, 0, 2, 7]));
        let texts = |account, address| -> Vec<String> {
            Subject::of_log_in(account, address).iter().map(Subject::text).collect()
        };
        let all = texts(Some(&ada), address);
        assert_eq!(
            all,
            [
                "login_account_address ada@example.com 192.0.2.7/32",
                "login_account ada@example.com",
                "login_address 192.0.2.7/32"
            ]
        );
        assert_eq!(texts(None, address), all[2..]);
        assert_eq!(texts(Some(&ada), None), all[1..2]);
        let registration = Subject::of_registration(address);
        assert_eq!(registration[0].text(), "registration_address 192.0.2.7/32");
        assert!(Subject::of_registration(None).is_empty());
    }

    #[test]
    fn names_parse_back() {
        assert!(Scope::ALL.iter().all(|scope| Scope::parse(scope.name()) == Some(*scope)));
        assert_eq!(Scope::parse("other"), None);
    }

    proptest! {
        #[test]
        fn no_span_has_more_attempts_than_the_quota(pauses in prop::collection::vec(0_i64..400, 1..200)) {
            let (mut kept, mut passed, mut now) = (history(&[]), Vec::new(), 0);
            for pause in pauses {
                now += pause;
                if kept.opens_at(at(now)).is_none() {
                    count(&mut kept, at(now));
                    prop_assert_eq!(kept.newest_was_over(), None);
                    passed.push(at(now));
                }
            }
            let quota = SCOPE.quota();
            for (first, last) in passed.iter().zip(passed.iter().skip(quota.attempts)) {
                prop_assert!(*last - *first >= quota.window);
            }
        }

        #[test]
        fn there_is_room_when_it_was_said_and_not_a_moment_before(
            hits in prop::collection::vec(0_i64..2_000, 0..12), now in 0_i64..4_000,
        ) {
            let mut hits = hits;
            hits.sort_unstable();
            let history = history(&hits);
            if let Some(opens) = history.opens_at(at(now)) {
                prop_assert!(opens > at(now));
                prop_assert_eq!(history.opens_at(opens), None);
                prop_assert!(history.opens_at(opens - Duration::microseconds(1)).is_some());
            }
        }

        #[test]
        fn of_many_at_once_as_many_pass_as_the_quota_has(more in 0_usize..50) {
            let mut kept = history(&[]);
            let total = SCOPE.quota().attempts + more;
            let over = (0..total).filter(|_| { count(&mut kept, at(0)); kept.newest_was_over().is_some() }).count();
            prop_assert_eq!(over, more);
        }
    }
}
