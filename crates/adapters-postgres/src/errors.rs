//! What the database's failures mean to the shop: one table, used by everything in this crate.

use diesel::{
    ConnectionError,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::pooled_connection::{PoolError as BackendError, deadpool::PoolError};
use ports::storage::StorageError;
use tokio_postgres::error::SqlState;

/// Beginnings of the messages of failures that Diesel has no kind for, because it keeps no SQLSTATE.
const DEADLOCK: &str = "deadlock detected"; // 40P01
const LOCK_TIMEOUT: &str = "canceling statement due to lock timeout"; // 55P03
const STATEMENT_TIMEOUT: &str = "canceling statement due to"; // 57014: statement timeout, user request
const TERMINATED: &str = "terminating connection"; // 57P01, 57P02: stopped, or another backend crashed
const AWAY: [&str; 7] = [
    TERMINATED,
    "the database system is", // 57P03: starting up, shutting down, in recovery
    "sorry, too many clients already", // 53300
    "remaining connection slots are", // 53300
    "could not extend file",  // 53100
    "could not write",        // 53100
    "server closed the connection",
];

/// How the triggers are named that refuse what is stored for somebody who was erased a moment ago. The next try finds
/// nobody, as it would have if it had come later.
const ERASED_MEANWHILE: &str = "_not_for_the_erased";

/// What a failed statement or transaction means.
pub(crate) fn storage_error(error: Error) -> StorageError {
    match &error {
        Error::DatabaseError(kind, details) => match kind {
            DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::ReadOnlyTransaction => StorageError::Unavailable(error.into()),
            DatabaseErrorKind::SerializationFailure => StorageError::Overloaded(error.into()),
            _ if is_away(details.message()) => StorageError::Unavailable(error.into()),
            _ if is_overload(details.message()) => StorageError::Overloaded(error.into()),
            _ => StorageError::Internal(error.into()),
        },
        Error::BrokenTransactionManager => StorageError::Unavailable(error.into()),
        // What went wrong with the statement says more than that the way back failed as well.
        Error::RollbackErrorOnCommit { .. } => match error {
            Error::RollbackErrorOnCommit { commit_error, .. } => storage_error(*commit_error),
            other => StorageError::Internal(other.into()),
        },
        _ => StorageError::Internal(error.into()),
    }
}

/// What it means that the pool gave no connection.
pub(crate) fn pool_error(error: PoolError) -> StorageError {
    use deadpool::managed::TimeoutType;
    match error {
        PoolError::Timeout(TimeoutType::Wait) => StorageError::Overloaded(error.into()),
        PoolError::Backend(BackendError::QueryError(error)) => storage_error(error),
        error => StorageError::Unavailable(error.into()),
    }
}

/// What it means that a connection of our own could not be made.
pub(crate) fn connection_error(error: ConnectionError) -> StorageError {
    StorageError::Unavailable(error.into())
}

/// What it means that a statement of a client of our own failed, one that is not Diesel's.
pub(crate) fn client_error(error: tokio_postgres::Error) -> StorageError {
    let Some(refusal) = error.as_db_error() else {
        return StorageError::Unavailable(error.into());
    };
    let overloads = [
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
    ];
    let code = refusal.code();
    if overloads.contains(code) {
        StorageError::Overloaded(error.into())
    } else if ["53", "57P", "08", "58"].iter().any(|class| code.code().starts_with(class)) {
        StorageError::Unavailable(error.into())
    } else {
        StorageError::Internal(error.into())
    }
}

/// Whether the transaction collided with another one and may do better the next time.
pub(crate) fn is_collision(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Error::DatabaseError(_, details) => {
            details.message().starts_with(DEADLOCK)
                || details.constraint_name().is_some_and(|name| name.ends_with(ERASED_MEANWHILE))
        }
        Error::RollbackErrorOnCommit { commit_error, .. } => is_collision(commit_error),
        _ => false,
    }
}

/// Whether the connection has died; another one may do better.
pub(crate) fn is_dead(error: &Error) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
    match error {
        Error::DatabaseError(ClosedConnection | UnableToSendCommand, _) | Error::BrokenTransactionManager => {
            true
        }
        Error::DatabaseError(_, details) => details.message().starts_with(TERMINATED),
        _ => false,
    }
}

/// Whether a lock was not to be had within the lock time-out.
pub(crate) fn is_lock_timeout(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, details) if details.message().starts_with(LOCK_TIMEOUT))
}

/// The name of the constraint that refused a statement.
pub(crate) fn refused_by(error: &Error) -> Option<&str> {
    match error {
        Error::DatabaseError(_, details) => details.constraint_name(),
        _ => None,
    }
}

fn is_overload(message: &str) -> bool {
    message.starts_with(DEADLOCK) || message.starts_with(STATEMENT_TIMEOUT)
}

fn is_away(message: &str) -> bool {
    AWAY.iter().any(|beginning| message.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: DatabaseErrorKind, message: &str) -> Error {
        Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn a_database_that_went_away_is_unavailable() {
        for error in [
            failure(DatabaseErrorKind::UnableToSendCommand, "connection closed"),
            failure(
                DatabaseErrorKind::ReadOnlyTransaction,
                "cannot execute INSERT in a read-only transaction",
            ),
            failure(DatabaseErrorKind::Unknown, "terminating connection due to administrator command"),
            failure(
                DatabaseErrorKind::Unknown,
                "could not extend file \"base/1/2\": No space left on device",
            ),
        ] {
            assert!(matches!(storage_error(error), StorageError::Unavailable(_)));
        }
    }

    #[test]
    fn collisions_and_time_outs_are_overload() {
        for error in [
            failure(DatabaseErrorKind::SerializationFailure, "could not serialize access"),
            failure(DatabaseErrorKind::Unknown, "deadlock detected"),
            failure(DatabaseErrorKind::Unknown, "canceling statement due to lock timeout"),
            failure(DatabaseErrorKind::Unknown, "canceling statement due to statement timeout"),
        ] {
            assert!(matches!(storage_error(error), StorageError::Overloaded(_)));
        }
    }

    #[test]
    fn a_refused_statement_is_our_fault() {
        let error = failure(DatabaseErrorKind::CheckViolation, "new row violates check constraint");
        assert!(matches!(storage_error(error), StorageError::Internal(_)));
        assert!(matches!(storage_error(Error::NotFound), StorageError::Internal(_)));
    }

    #[test]
    fn only_collisions_are_worth_another_try() {
        assert!(is_collision(&failure(
            DatabaseErrorKind::SerializationFailure,
            "could not serialize access"
        )));
        assert!(is_collision(&failure(DatabaseErrorKind::Unknown, "deadlock detected")));
        assert!(!is_collision(&failure(
            DatabaseErrorKind::Unknown,
            "canceling statement due to lock timeout"
        )));
    }
}
