//! What people send who were mailed, or want to be.

use domain::accounts::{Email, NewPassword, Password};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::accounts::{RequestEmailChangeCommand, ResetPasswordCommand};

use super::code;
use crate::{Faults, IntoCommand};

/// Whose password was forgotten.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PasswordResetRequest")]
pub(crate) struct PasswordResetRequestBody {
    /// The account's address
    #[schemars(length(max = 254), extend("format" = "email", "examples" = ["ada@example.com"]))]
    pub(crate) email: String,
}

/// A token that was mailed, and the password from now on.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PasswordReset")]
pub(crate) struct PasswordResetBody {
    /// The token from the mail
    #[schemars(length(max = 200))]
    pub(crate) token: String,
    /// The password from now on, by the rules for a new account's
    #[schemars(length(min = 8, max = 128), extend("format" = "password"))]
    pub(crate) new_password: String,
}

/// A token that was mailed.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MailedToken")]
pub(crate) struct MailedTokenBody {
    /// The token from the mail
    #[schemars(length(max = 200))]
    pub(crate) token: String,
}

/// The address from now on.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EmailChange")]
pub(crate) struct EmailChangeBody {
    /// The new address
    #[schemars(length(max = 254), extend("format" = "email", "examples" = ["countess@example.com"]))]
    pub(crate) email: String,
    /// The account's password
    #[schemars(extend("format" = "password"))]
    pub(crate) current_password: String,
}

impl IntoCommand for PasswordResetRequestBody {
    type Command = Email;

    fn into_command(self, faults: &mut Faults) -> Option<Email> {
        faults.field_as("/email", "email", Email::parse(&self.email))
    }
}

impl IntoCommand for PasswordResetBody {
    type Command = ResetPasswordCommand;

    fn into_command(self, faults: &mut Faults) -> Option<ResetPasswordCommand> {
        let new = NewPassword::check(&self.new_password)
            .map_err(|error| faults.add("/new_password", code(&error), error.to_string()));
        Some(ResetPasswordCommand { token: self.token, new: new.ok()? })
    }
}

impl IntoCommand for MailedTokenBody {
    type Command = String;

    fn into_command(self, _: &mut Faults) -> Option<String> {
        Some(self.token)
    }
}

impl IntoCommand for EmailChangeBody {
    type Command = RequestEmailChangeCommand;

    fn into_command(self, faults: &mut Faults) -> Option<RequestEmailChangeCommand> {
        let email = faults.field_as("/email", "email", Email::parse(&self.email))?;
        Some(RequestEmailChangeCommand { email, current_password: Password::new(&self.current_password) })
    }
}
