//! What people send about their own account.

use domain::{
    accounts::{NewPassword, Password, ProfilePatch},
    text::Name,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::accounts::ChangePasswordCommand;

use super::code;
use crate::{Change, Faults, IntoCommand};

/// What is to be different about one's own account.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProfilePatch")]
pub(crate) struct ProfileBody {
    /// What the person wants to be called; `null` for nothing in particular
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["Ada"]))]
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) name: Change<String>,
}

/// The password until now, and the one from now on.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PasswordChange")]
pub(crate) struct PasswordChangeBody {
    /// The password until now
    #[schemars(extend("format" = "password"))]
    pub(crate) current_password: String,
    /// The password from now on, by the rules for a new account's
    #[schemars(length(min = 8, max = 128), extend("format" = "password"))]
    pub(crate) new_password: String,
}

/// The password, once more, before something that can't be undone.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CurrentPassword")]
pub(crate) struct CurrentPasswordBody {
    /// The account's password
    #[schemars(extend("format" = "password"))]
    pub(crate) current_password: String,
}

impl IntoCommand for CurrentPasswordBody {
    type Command = Password;

    fn into_command(self, _: &mut Faults) -> Option<Password> {
        Some(Password::new(&self.current_password))
    }
}

impl IntoCommand for ProfileBody {
    type Command = ProfilePatch;

    fn into_command(self, faults: &mut Faults) -> Option<ProfilePatch> {
        let name = match self.name.into_option() {
            Some(Some(name)) => Some(Some(faults.field("/name", Name::parse(&name))?)),
            kept_or_cleared => kept_or_cleared.map(|_| None),
        };
        Some(ProfilePatch { name })
    }
}

impl IntoCommand for PasswordChangeBody {
    type Command = ChangePasswordCommand;

    fn into_command(self, faults: &mut Faults) -> Option<ChangePasswordCommand> {
        let new = NewPassword::check(&self.new_password)
            .map_err(|error| faults.add("/new_password", code(&error), error.to_string()));
        Some(ChangePasswordCommand { current: Password::new(&self.current_password), new: new.ok()? })
    }
}
