//! What clients send and get about accounts.

use domain::accounts::{Email, NewPassword, Password, User};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::accounts::{LogInCommand, LoggedIn, RegisterCommand};
use uuid::Uuid;

use crate::{Faults, IntoCommand, instant::Timestamp};

/// A new account.
#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterBody {
    /// The address to log in with; other spellings of the same mailbox are the same account
    #[schemars(length(max = 254), extend("format" = "email", "examples" = ["ada@example.com"]))]
    pub(crate) email: String,
    /// 8 to 128 characters, none of the most common passwords, and not holding the name in the address
    #[schemars(extend("format" = "password", "examples" = ["correct horse battery"], "minLength" = 8, "maxLength" = 128))]
    pub(crate) password: String,
    /// How the person wants to be called
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["Ada"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

/// An address and a password.
#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogInBody {
    /// The account's address
    #[schemars(length(max = 1000), extend("examples" = ["ada@example.com"]))]
    pub(crate) email: String,
    /// The account's password
    #[schemars(length(max = 1000), extend("examples" = ["correct horse battery"]))]
    pub(crate) password: String,
}

/// A person with an account.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "User")]
pub(crate) struct UserView {
    /// Identity.
    pub(crate) id: Uuid,
    /// The address in its canonical form.
    pub(crate) email: String,
    /// How the person wants to be called.
    pub(crate) name: Option<String>,
    /// What the person may do.
    pub(crate) roles: Vec<&'static str>,
    /// Whether the person has shown that the address is theirs.
    pub(crate) email_verified: bool,
    /// When the account was made.
    pub(crate) created_at: Timestamp,
    /// Counts edits.
    pub(crate) version: i32,
}

/// Somebody who is logged in: who, and both tokens.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "LoggedIn")]
pub(crate) struct LoggedInView {
    /// Who.
    pub(crate) user: UserView,
    /// Goes into `Authorization: Bearer …`.
    pub(crate) access_token: String,
    /// Gets a new pair of tokens once the access token has expired; works once.
    pub(crate) refresh_token: String,
    /// Always `Bearer`.
    pub(crate) token_type: &'static str,
    /// How long the access token is good for, in seconds.
    pub(crate) expires_in: i64,
}

impl IntoCommand for RegisterBody {
    type Command = RegisterCommand;

    fn into_command(self, faults: &mut Faults) -> Option<RegisterCommand> {
        let email = faults.field_as("/email", "email", Email::parse(&self.email));
        let password = match &email {
            Some(email) => NewPassword::parse(&self.password, email),
            None => NewPassword::check(&self.password),
        };
        let password = faults.field_as("/password", "password", password);
        let name = faults.optional("/name", self.name, |name| domain::text::Name::parse(&name));
        Some(RegisterCommand { email: email?, password: password?, name: name? })
    }
}

impl IntoCommand for LogInBody {
    type Command = LogInCommand;

    fn into_command(self, _: &mut Faults) -> Option<LogInCommand> {
        Some(LogInCommand { email: Email::parse(&self.email).ok(), password: Password::new(&self.password) })
    }
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email.to_string(),
            name: user.name.as_ref().map(ToString::to_string),
            roles: user.roles.iter().map(domain::accounts::Role::name).collect(),
            email_verified: user.email_verified,
            created_at: user.created_at.into(),
            version: user.version,
        }
    }
}

impl From<LoggedIn> for LoggedInView {
    fn from(logged_in: LoggedIn) -> Self {
        Self {
            user: UserView::from(&logged_in.user),
            access_token: logged_in.access.token,
            refresh_token: logged_in.refresh_token,
            token_type: "Bearer",
            expires_in: logged_in.access.lifetime.num_seconds(),
        }
    }
}
