//! How a failure of the storage looks from outside.

use ports::{security::HashError, storage::StorageError};

use crate::problem::{ApiError, Code};

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(cause) => Self::new(Code::DatabaseUnavailable).caused_by(cause),
            StorageError::Overloaded(cause) => Self::new(Code::Overloaded).caused_by(cause),
            StorageError::Internal(cause) => Self::internal(cause),
            error @ StorageError::Corrupt { .. } => Self::internal(error),
        }
    }
}

impl From<HashError> for ApiError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Overloaded => Self::new(Code::Overloaded),
            HashError::Failed(cause) => Self::internal(cause),
        }
    }
}
