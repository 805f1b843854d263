//! The loops around every read and every transaction.

use std::time::Duration;

use diesel::{QueryResult, result::Error};
use ports::storage::StorageError;

use crate::{
    errors::{is_collision, is_dead, storage_error},
    pool::{Connection, Database},
};

/// How often a transaction that collided, or a read on a dead connection, is tried again.
const RETRIES: u32 = 3;

/// Why a transaction was rolled back.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    /// What it would have stored breaks a rule that the port knows.
    Refused(E),
    /// The database failed it.
    Failed(Error),
}

impl<E> From<Error> for Failure<E> {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl<E> Failure<E> {
    /// The same, as part of a larger operation's failure.
    pub(crate) fn widen<F: From<E>>(self) -> Failure<F> {
        match self {
            Self::Refused(refusal) => Failure::Refused(refusal.into()),
            Self::Failed(error) => Failure::Failed(error),
        }
    }
}

/// Runs one transaction, the one function that `once` is; again after a short while when it collided with another
/// one, up to three times. (It takes the connection as its own, because a future that borrows it can't be shown to be
/// `Send`.)
///
/// # Errors
/// What `once` refused, or the [`StorageError`] that the last failure means.
pub(crate) async fn commit<T, E, F>(
    database: &Database,
    name: &'static str,
    once: impl Fn(Connection) -> F,
) -> Result<T, E>
where
    E: From<StorageError>,
    F: Future<Output = Result<T, Failure<E>>>,
{
    let mut retries = 0;
    loop {
        match once(database.connection().await?).await {
            Ok(done) => return Ok(done),
            Err(Failure::Refused(refusal)) => return Err(refusal),
            Err(Failure::Failed(error)) if retries < RETRIES && is_collision(&error) => {
                retries += 1;
                tracing::debug!(transaction = name, retries, "collided, trying again");
                tokio::time::sleep(pause(retries)).await;
            }
            Err(Failure::Failed(error)) => return Err(storage_error(error).into()),
        }
    }
}

/// Runs one read; again on another connection when its own turns out to be dead, up to three times. The short while
/// before that lets the pool notice which others have died with it.
///
/// # Errors
/// The [`StorageError`] that the failure means.
pub(crate) async fn read<T, F>(database: &Database, once: impl Fn(Connection) -> F) -> Result<T, StorageError>
where
    F: Future<Output = QueryResult<T>>,
{
    let mut retries = 0;
    loop {
        match once(database.connection().await?).await {
            Err(error) if retries < RETRIES && is_dead(&error) => {
                retries += 1;
                tokio::time::sleep(pause(retries)).await;
            }
            result => return result.map_err(storage_error),
        }
    }
}

/// 5 to 10 ms before the first retry, and twice as long before each next one: those who collided must not meet again.
fn pause(retries: u32) -> Duration {
    let longest = 10_000_u64 << retries.saturating_sub(1).min(8);
    Duration::from_micros(longest / 2 + jitter() % (longest / 2))
}

/// A number that differs from call to call and from process to process; it need not be hard to guess.
fn jitter() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_may_be_twice_as_long_as_the_one_before() {
        for (retries, longest) in [(1, 10), (2, 20), (3, 40)] {
            let pause = pause(retries);
            assert!(Duration::from_millis(longest / 2) <= pause && pause <= Duration::from_millis(longest));
        }
    }
}
