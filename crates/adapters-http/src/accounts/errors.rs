//! How failures of accounts look from outside.

use chrono::Duration;
use domain::accounts::{DeadMailedToken, ErasureError, LastAdmin, OpenOrder, PasswordError};
use serde_json::json;
use use_cases::accounts::{
    AssignRolesError, ChangePasswordError, ConfirmEmailError, EditProfileError, EndSessionError,
    EraseAccountError, ExportAccountError, GetProfileError, GetUserError, ListUsersError, LogInError,
    PasswordProofError, RefreshSessionError, RegisterError, RequestEmailChangeError,
    RequestPasswordResetError, ResetPasswordError, TooManyAttempts,
};
use use_cases::audit::ListAuditLogError;

use super::dto;
use crate::{ApiError, Code, Fault};

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::EmailTaken => email_taken(),
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

impl From<GetProfileError> for ApiError {
    fn from(error: GetProfileError) -> Self {
        match error {
            GetProfileError::Gone => gone(),
            GetProfileError::Storage(error) => error.into(),
        }
    }
}

impl From<EditProfileError> for ApiError {
    fn from(error: EditProfileError) -> Self {
        match error {
            EditProfileError::Gone => gone(),
            EditProfileError::Version(error) => error.into(),
            EditProfileError::Storage(error) => error.into(),
        }
    }
}

impl From<ChangePasswordError> for ApiError {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::Gone => gone(),
            ChangePasswordError::Proof(error) => error.into(),
            ChangePasswordError::Unsuitable(error) => unsuitable(&error),
            ChangePasswordError::Hash(error) => error.into(),
            ChangePasswordError::Storage(error) => error.into(),
        }
    }
}

impl From<ExportAccountError> for ApiError {
    fn from(error: ExportAccountError) -> Self {
        match error {
            ExportAccountError::Gone => gone(),
            ExportAccountError::Storage(error) => error.into(),
        }
    }
}

impl From<EraseAccountError> for ApiError {
    fn from(error: EraseAccountError) -> Self {
        match error {
            EraseAccountError::Gone => gone(),
            EraseAccountError::Proof(error) => error.into(),
            EraseAccountError::Version(error) => error.into(),
            EraseAccountError::Bound(error) => error.into(),
            EraseAccountError::Storage(error) => error.into(),
        }
    }
}

impl From<ErasureError> for ApiError {
    fn from(error: ErasureError) -> Self {
        match error {
            ErasureError::OpenOrders(orders) => {
                let order =
                    |order: &OpenOrder| json!({ "id": order.id.uuid(), "number": order.number.to_string() });
                let orders: Vec<_> = orders.iter().map(order).collect();
                Self::new(Code::OpenOrders)
                    .detail("these orders are still open; cancel them, or wait until they are completed")
                    .member("orders", orders)
            }
            ErasureError::LastAdmin(error) => error.into(),
        }
    }
}

impl From<ListUsersError> for ApiError {
    fn from(error: ListUsersError) -> Self {
        match error {
            ListUsersError::Forbidden(error) => error.into(),
            ListUsersError::Storage(error) => error.into(),
        }
    }
}

impl From<GetUserError> for ApiError {
    fn from(error: GetUserError) -> Self {
        match error {
            GetUserError::Forbidden(error) => error.into(),
            GetUserError::NotFound => Self::not_found(),
            GetUserError::Storage(error) => error.into(),
        }
    }
}

impl From<AssignRolesError> for ApiError {
    fn from(error: AssignRolesError) -> Self {
        match error {
            AssignRolesError::Forbidden(error) => error.into(),
            AssignRolesError::NotFound => Self::not_found(),
            AssignRolesError::Version(error) => error.into(),
            AssignRolesError::LastAdmin(error) => error.into(),
            AssignRolesError::Storage(error) => error.into(),
        }
    }
}

impl From<RequestPasswordResetError> for ApiError {
    fn from(error: RequestPasswordResetError) -> Self {
        match error {
            RequestPasswordResetError::TooMany(error) => error.into(),
            RequestPasswordResetError::Tokens(cause) => Self::internal(cause),
            RequestPasswordResetError::Storage(error) => error.into(),
        }
    }
}

impl From<ResetPasswordError> for ApiError {
    fn from(error: ResetPasswordError) -> Self {
        match error {
            ResetPasswordError::Dead(error) => error.into(),
            ResetPasswordError::Unsuitable(error) => unsuitable(&error),
            ResetPasswordError::Hash(error) => error.into(),
            ResetPasswordError::Storage(error) => error.into(),
        }
    }
}

impl From<ConfirmEmailError> for ApiError {
    fn from(error: ConfirmEmailError) -> Self {
        match error {
            ConfirmEmailError::Dead(error) => error.into(),
            ConfirmEmailError::EmailTaken => email_taken(),
            ConfirmEmailError::Storage(error) => error.into(),
        }
    }
}

impl From<RequestEmailChangeError> for ApiError {
    fn from(error: RequestEmailChangeError) -> Self {
        match error {
            RequestEmailChangeError::Gone => gone(),
            RequestEmailChangeError::Proof(error) => error.into(),
            RequestEmailChangeError::EmailTaken => email_taken(),
            RequestEmailChangeError::TooMany(error) => error.into(),
            RequestEmailChangeError::Tokens(cause) => Self::internal(cause),
            RequestEmailChangeError::Storage(error) => error.into(),
        }
    }
}

impl From<DeadMailedToken> for ApiError {
    fn from(error: DeadMailedToken) -> Self {
        Self::invalid(vec![Fault::at("/token", "dead-token", error.to_string())])
    }
}

fn email_taken() -> ApiError {
    ApiError::new(Code::EmailTaken).detail("an account with this e-mail address exists")
}

fn unsuitable(error: &PasswordError) -> ApiError {
    ApiError::invalid(vec![Fault::at("/new_password", dto::code(error), error.to_string())])
}

impl From<LastAdmin> for ApiError {
    fn from(error: LastAdmin) -> Self {
        Self::new(Code::LastAdmin).detail(error.to_string())
    }
}

/// Of somebody who is signed in, and whose current password is asked for once more.
impl From<PasswordProofError> for ApiError {
    fn from(error: PasswordProofError) -> Self {
        match error {
            PasswordProofError::Wrong => {
                Self::new(Code::WrongPassword).detail("the current password is another one")
            }
            PasswordProofError::TooMany(error) => error.into(),
            PasswordProofError::Hash(error) => error.into(),
            PasswordProofError::Storage(error) => error.into(),
        }
    }
}

/// The account was erased, and its access tokens are about to be known as dead.
fn gone() -> ApiError {
    ApiError::new(Code::Unauthenticated).detail("the account does not exist any more")
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
