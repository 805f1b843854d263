//! How failures of accounts look from outside.

use chrono::Duration;
use use_cases::accounts::{EndSessionError, LogInError, RefreshSessionError, RegisterError, TooManyAttempts};
use use_cases::audit::ListAuditLogError;

use crate::{ApiError, Code};

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::EmailTaken => {
                Self::new(Code::EmailTaken).detail("an account with this e-mail address exists")
            }
            RegisterError::TooMany(error) => error.into(),
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
            LogInError::TooMany(error) => error.into(),
            LogInError::Hash(error) => error.into(),
            LogInError::Tokens(cause) => Self::internal(cause),
            LogInError::Storage(error) => error.into(),
        }
    }
}

impl From<RefreshSessionError> for ApiError {
    fn from(error: RefreshSessionError) -> Self {
        let code = match error {
            RefreshSessionError::Superseded => Code::RefreshSuperseded,
            RefreshSessionError::Reused => Code::RefreshTokenReused,
            RefreshSessionError::Dead => Code::Unauthenticated,
            RefreshSessionError::Tokens(cause) => return Self::internal(cause),
            RefreshSessionError::Storage(error) => return error.into(),
        };
        Self::new(code).detail(error.to_string())
    }
}

impl From<ListAuditLogError> for ApiError {
    fn from(error: ListAuditLogError) -> Self {
        match error {
            ListAuditLogError::Forbidden(error) => error.into(),
            ListAuditLogError::Storage(error) => error.into(),
        }
    }
}

impl From<EndSessionError> for ApiError {
    fn from(error: EndSessionError) -> Self {
        match error {
            EndSessionError::NotFound => Self::not_found(),
            EndSessionError::Storage(error) => error.into(),
        }
    }
}

impl From<TooManyAttempts> for ApiError {
    fn from(TooManyAttempts { retry_after }: TooManyAttempts) -> Self {
        Self::new(Code::RateLimited).detail("too many attempts").retry_after(whole_seconds(retry_after))
    }
}

/// Rounded up: who comes back then finds room.
fn whole_seconds(wait: Duration) -> u64 {
    u64::try_from(wait.num_milliseconds().max(1)).unwrap_or(1).div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up() {
        let seconds = |wait| whole_seconds(wait);
        assert_eq!(seconds(Duration::milliseconds(1_001)), 2);
        assert_eq!(seconds(Duration::milliseconds(1_000)), 1);
        assert_eq!(seconds(Duration::zero()), 1);
        assert_eq!(seconds(Duration::seconds(-5)), 1);
    }
}
