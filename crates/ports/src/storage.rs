//! How storing can fail, whatever is stored.

use std::error::Error;

/// The cause of a failure, for the log and never for a client.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why something could not be read or stored. Nothing of it has taken effect.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database can't be reached, or went away in the middle. A commit that was on its way may have taken effect:
    /// the same idempotency key tells.
    #[error("the database is unavailable")]
    Unavailable(#[source] Cause),
    /// Too much at once: no free connection in time, a lock that was not to be had, or transactions that went on
    /// colliding after every retry.
    #[error("the database is overloaded")]
    Overloaded(#[source] Cause),
    /// What is stored can't be understood: our fault, not the caller's.
    #[error("{table} {id} holds a {column} that can't be read")]
    Corrupt {
        /// Where it stands.
        table: &'static str,
        /// Which row.
        id: String,
        /// Which column.
        column: &'static str,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// Anything else: a bug of ours.
    #[error("the database refused a statement")]
    Internal(#[source] Cause),
}
