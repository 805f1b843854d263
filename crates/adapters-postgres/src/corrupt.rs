//! Rows that can't be understood: whose fault it is not, and where they stand.

use ports::storage::{Cause, StorageError};
use uuid::Uuid;

/// Where a row stands, so that a column that does not parse can be found.
pub(crate) struct Place {
    /// The table.
    pub(crate) table: &'static str,
    /// The row's id.
    pub(crate) id: Uuid,
}

impl Place {
    /// What a column holds, once it is parsed.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] with this place and the parser's reason.
    pub(crate) fn read<T, E: Into<Cause>>(
        &self,
        column: &'static str,
        parsed: Result<T, E>,
    ) -> Result<T, StorageError> {
        parsed.map_err(|reason| StorageError::Corrupt {
            table: self.table,
            id: self.id.to_string(),
            column,
            source: reason.into(),
        })
    }
}
