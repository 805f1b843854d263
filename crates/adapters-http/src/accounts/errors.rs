//! How failures of accounts look from outside.

use use_cases::accounts::{LogInError, RegisterError};

use crate::{ApiError, Code};

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::EmailTaken => {
                Self::new(Code::EmailTaken).detail("an account with this e-mail address exists")
            }
            RegisterError::Hash(error) => error.into(),
            RegisterError::Tokens(cause) => Self::internal(cause),
            RegisterError::Storage(error) => error.into(),
        }
    }
}

impl From<LogInError> for ApiError {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::InvalidCredentials => {
                Self::new(Code::InvalidCredentials).detail("the e-mail address or the password is wrong")
            }
            LogInError::Hash(error) => error.into(),
            LogInError::Tokens(cause) => Self::internal(cause),
            LogInError::Storage(error) => error.into(),
        }
    }
}
