//! Time.

use domain::Instant;

/// Tells the time.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// The instant now, by the database's clock and to the microsecond; it never goes back within a process.
    fn now(&self) -> Instant;
}
