//! Deciding again when somebody else was faster.

use ports::storage::StorageError;

/// How often something is decided on at most: each time that somebody loses somebody wins, so that as many as this can
/// edit one thing at once and all be served.
const ATTEMPTS: usize = 50;
/// The same for what compares or hashes a password each time: one call must not keep the hashing busy.
const COSTLY_ATTEMPTS: usize = 3;

/// Loads, decides and commits; again when the thing was edited in between (`attempt` gives `None`).
///
/// # Errors
/// The first error of `attempt`; [`StorageError::Overloaded`] when others were faster each time.
pub(crate) async fn settle<T, E: From<StorageError>>(
    attempt: impl AsyncFn() -> Result<Option<T>, E>,
) -> Result<T, E> {
    within(ATTEMPTS, attempt).await
}

/// The same where each attempt compares or hashes a password.
///
/// # Errors
/// As [`settle`].
pub(crate) async fn settle_costly<T, E: From<StorageError>>(
    attempt: impl AsyncFn() -> Result<Option<T>, E>,
) -> Result<T, E> {
    within(COSTLY_ATTEMPTS, attempt).await
}

async fn within<T, E: From<StorageError>>(
    attempts: usize,
    attempt: impl AsyncFn() -> Result<Option<T>, E>,
) -> Result<T, E> {
    for _ in 0..attempts {
        if let Some(done) = attempt().await? {
            return Ok(done);
        }
    }
    Err(StorageError::Overloaded("somebody else was faster each time".into()).into())
}
