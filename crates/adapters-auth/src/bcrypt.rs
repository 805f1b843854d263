//! Password hashes: bcrypt over a peppered HMAC, away from the event loop.

mod pool;

use std::{num::NonZero, sync::Arc, thread};

use async_trait::async_trait;
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use bcrypt::{BcryptResult, HashParts};
use domain::accounts::Password;
use ports::security::{HashError, PasswordCheck, PasswordHasher};

use self::pool::{Pool, RunError};
use crate::{Pepper, Purpose};

/// The cheapest cost that bcrypt knows; for tests only.
const MIN_COST: u32 = 4;
/// The dearest cost that a server can bear: about 2 s for one hash.
const MAX_COST: u32 = 15;
/// So many may wait for each thread at cost 12, where a hash takes about 0.3 s; twice as many for each step less.
const WAITING_AT_COST_12: usize = 8;

/// How much work hashing may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasherConfig {
    /// Logarithm to base 2 of bcrypt's rounds, 4 to 15.
    pub cost: u32,
    /// How many passwords are hashed at a time, each on a thread of its own; at least 1.
    pub threads: usize,
    /// How many more may wait for their turn.
    pub waiting: usize,
}

/// Why there is no hasher.
#[derive(Debug, thiserror::Error)]
pub enum StartHasherError {
    /// bcrypt can't, or a server shouldn't, work at that cost.
    #[error("the cost of bcrypt must be from {MIN_COST} to {MAX_COST}, not {0}")]
    Cost(u32),
    /// The operating system gives no thread.
    #[error("no thread can be started to hash passwords")]
    Thread(#[source] std::io::Error),
}

/// Hashes passwords as `bcrypt(base64(HMAC-SHA-384(key, NFKC(password))))`.
///
/// bcrypt takes 72 bytes and cuts off the rest, and a NUL followed by the password again is the same to it; the 64
/// characters of the HMAC make each character count and can't be repeated. Its key comes from the pepper.
///
/// One hasher serves the process: as many hashes as the machine has cores run at a time, on threads of low priority,
/// and a bounded number waits, for two and a half seconds at most. Whoever stops waiting leaves the queue at once; a
/// hash that has begun keeps its thread until it is done.
pub struct BcryptHasher {
    pool: Pool,
    scheme: Arc<Scheme>,
}

/// How a password becomes a hash.
struct Scheme {
    key: hmac::Key,
    cost: u32,
}

impl HasherConfig {
    /// One hash at a time for each core, and a queue that takes about two seconds to work off.
    #[must_use]
    pub fn for_cost(cost: u32) -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let each = match cost.checked_sub(12) {
            Some(dearer) => WAITING_AT_COST_12.checked_shr(dearer).unwrap_or(0),
            None => WAITING_AT_COST_12.checked_shl(12_u32.saturating_sub(cost)).unwrap_or(WAITING_AT_COST_12),
        };
        Self { cost, threads, waiting: each.max(1).saturating_mul(threads) }
    }
}

impl BcryptHasher {
    /// Starts the threads; they end when the hasher is dropped.
    ///
    /// # Errors
    /// [`StartHasherError`] when the cost is out of range or there are no threads.
    pub fn new(config: HasherConfig, pepper: &Pepper) -> Result<Self, StartHasherError> {
        if !(MIN_COST..=MAX_COST).contains(&config.cost) {
            return Err(StartHasherError::Cost(config.cost));
        }
        let key = hmac::Key::new(hmac::HMAC_SHA384, &pepper.derive(Purpose::Passwords));
        let pool = Pool::start(config.threads, config.waiting).map_err(StartHasherError::Thread)?;
        Ok(Self { pool, scheme: Arc::new(Scheme { key, cost: config.cost }) })
    }

    /// Runs `work` when its turn comes.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Scheme) -> BcryptResult<T> + Send + 'static,
    ) -> Result<T, HashError> {
        let scheme = Arc::clone(&self.scheme);
        match self.pool.run(move || work(&scheme)).await {
            Ok(done) => done.map_err(|error| HashError::Failed(error.into())),
            Err(RunError::Full) => Err(HashError::Overloaded),
            Err(error @ RunError::Lost) => Err(HashError::Failed(error.into())),
        }
    }
}

#[async_trait]
impl PasswordHasher for BcryptHasher {
    async fn hash(&self, password: &Password) -> Result<String, HashError> {
        let password = password.clone();
        self.run(move |scheme| scheme.hash(&password)).await
    }

    async fn check(&self, password: &Password, hash: Option<String>) -> Result<PasswordCheck, HashError> {
        let password = password.clone();
        self.run(move |scheme| scheme.check(&password, hash.as_deref())).await
    }
}

impl Scheme {
    fn hash(&self, password: &Password) -> BcryptResult<String> {
        bcrypt::non_truncating_hash(self.shorten(password), self.cost)
    }

    /// Takes as long as one hash at today's cost, whether there is a stored hash or not, and whatever that has cost:
    /// bcrypt's time doubles with each step, so what a cheap one saves is the sum of all steps up to today's.
    fn check(&self, password: &Password, stored: Option<&str>) -> BcryptResult<PasswordCheck> {
        let shortened = self.shorten(password);
        let Some(stored) = stored else {
            bcrypt::verify(&shortened, &nobodys_hash(self.cost))?;
            return Ok(PasswordCheck::Differs);
        };
        let cost = stored.parse::<HashParts>()?.get_cost();
        if bcrypt::verify(&shortened, stored)? {
            let rehashed = if cost < self.cost { Some(self.hash(password)?) } else { None };
            return Ok(PasswordCheck::Matches { rehashed });
        }
        for step in cost..self.cost {
            bcrypt::verify(&shortened, &nobodys_hash(step))?;
        }
        Ok(PasswordCheck::Differs)
    }

    /// 64 characters of base64, whatever the password's length.
    fn shorten(&self, password: &Password) -> String {
        STANDARD.encode(hmac::sign(&self.key, password.expose().as_bytes()))
    }
}

/// A hash, all zeros, that no password is known to give: comparing with it costs what any comparison does.
fn nobodys_hash(cost: u32) -> String {
    format!("$2b${cost:02}${}", ".".repeat(53))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(cost: u32) -> Scheme {
        Scheme { key: hmac::Key::new(hmac::HMAC_SHA384, &[7; 32]), cost }
    }

    #[test]
    fn bcrypt_gets_64_characters_whatever_the_length() {
        for length in [0, 1, 72, 73, 128, 10_000] {
            assert_eq!(scheme(4).shorten(&Password::new(&"x".repeat(length))).len(), 64);
        }
    }

    #[test]
    fn nobodys_hash_is_a_hash_of_its_cost() {
        for cost in MIN_COST..=MAX_COST {
            let parts = nobodys_hash(cost).parse::<HashParts>().unwrap();
            assert_eq!(parts.get_cost(), cost);
            assert_eq!(parts.to_string(), nobodys_hash(cost));
        }
        assert!(!bcrypt::verify("password", &nobodys_hash(4)).unwrap());
    }

    #[test]
    fn the_queue_grows_as_hashes_get_cheaper() {
        let waiting = |cost| HasherConfig::for_cost(cost).waiting / HasherConfig::for_cost(cost).threads;
        assert_eq!([10, 11, 12, 13, 14, 15].map(waiting), [32, 16, 8, 4, 2, 1]);
        assert_eq!(waiting(4), 2048);
    }
}
