//! Bounds on how often somebody may try, shared by everything that can be guessed at.

use std::sync::Arc;

use chrono::Duration;
use domain::{
    Instant,
    accounts::attempts::{History, Subject},
};
use ports::{
    attempts::{Attempts, SubjectKey},
    clock::Clock,
    security::KeyedDigests,
    storage::StorageError,
};

/// Too many attempts; there is room again after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts")]
pub struct TooManyAttempts {
    /// How long to wait at least.
    pub retry_after: Duration,
}

/// Why somebody may not try.
#[derive(Debug, thiserror::Error)]
pub enum ThrottleError {
    /// There is no room.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// Nobody can tell.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Counts attempts for all servers, and says when there were too many.
#[derive(Clone)]
pub struct Throttle {
    /// Keeps the counts.
    pub attempts: Arc<dyn Attempts>,
    /// Makes of a subject what may be stored.
    pub digests: Arc<dyn KeyedDigests>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Throttle {
    /// Passes while each of these may try once more; counts nothing.
    ///
    /// # Errors
    /// [`ThrottleError`].
    pub async fn check(&self, subjects: &[Subject]) -> Result<(), ThrottleError> {
        let histories = self.attempts.load(&self.keys(subjects)).await?;
        let now = self.clock.now();
        self.room(&histories, |history| history.opens_at(now))
    }

    /// Counts one attempt of each of these, and passes when there was room for it. Of many at the same moment exactly
    /// as many pass as the quota has left.
    ///
    /// # Errors
    /// [`ThrottleError`]; with [`ThrottleError::TooMany`] the attempt has been counted.
    pub async fn count(&self, subjects: &[Subject]) -> Result<(), ThrottleError> {
        let histories = self.attempts.count(&self.keys(subjects)).await?;
        self.room(&histories, History::newest_was_over)
    }

    fn keys(&self, subjects: &[Subject]) -> Vec<SubjectKey> {
        let key = |subject: &Subject| SubjectKey {
            scope: subject.scope,
            digest: self.digests.digest(&subject.text()),
        };
        subjects.iter().map(key).collect()
    }

    /// Whoever is full in several ways waits for the last of them.
    fn room(
        &self,
        histories: &[History],
        full_until: impl Fn(&History) -> Option<Instant>,
    ) -> Result<(), ThrottleError> {
        match histories.iter().filter_map(full_until).max() {
            None => Ok(()),
            Some(opens) => Err(TooManyAttempts { retry_after: opens - self.clock.now() }.into()),
        }
    }
}
