//! New identifiers.

use uuid::Uuid;

/// Makes identifiers that nobody else makes.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait IdGenerator: Send + Sync {
    /// A new UUID of version 7; later ones of a process sort after earlier ones.
    fn next(&self) -> Uuid;
}

impl dyn IdGenerator + '_ {
    /// A new identifier of the type that is wanted.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.next().into()
    }
}
