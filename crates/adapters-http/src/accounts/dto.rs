//! What clients send and get about accounts.

mod audit_entry;
mod export;
mod mailed;
mod profile;
mod session;
mod users;

use domain::{
    accounts::{Email, NewPassword, Password, PasswordError, Role, User},
    text::Name,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use use_cases::accounts::{LogInCommand, LoggedIn, RegisterCommand};
use uuid::Uuid;

pub(crate) use self::audit_entry::{AuditEntryView, AuditLogQuery};
pub(crate) use self::export::{
    AccountExportView, ExportedAuditLine, ExportedOrder, ExportedRefreshToken, ExportedSession,
};
pub(crate) use self::mailed::{
    EmailChangeBody, MailedTokenBody, PasswordResetBody, PasswordResetRequestBody,
};
pub(crate) use self::profile::{CurrentPasswordBody, PasswordChangeBody, ProfileBody};
pub(crate) use self::session::{RefreshBody, SessionView, SessionsQuery, TokenPairView};
pub(crate) use self::users::{RolesBody, UsersQuery};
use crate::{Faults, IntoCommand, Reply, instant::Timestamp, named::Named};

/// A new account.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Registration")]
pub(crate) struct RegisterBody {
    /// The address to log in with; every spelling of one mailbox is the same account
    #[schemars(length(max = 254), extend("format" = "email", "examples" = ["ada@example.com"]))]
    pub(crate) email: String,
    /// 8 to 128 characters, counted after Unicode normalisation (NFKC); no composition rule, but none of the most
    /// common passwords, and not what stands before the `@`
    #[schemars(length(min = 8, max = 128), extend("format" = "password"))]
    pub(crate) password: String,
    /// What the person wants to be called
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["Ada"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

/// An address and its password.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Credentials")]
pub(crate) struct LogInBody {
    /// The account's address
    #[schemars(extend("examples" = ["ada@example.com"]))]
    pub(crate) email: String,
    /// The account's password
    #[schemars(extend("format" = "password"))]
    pub(crate) password: String,
}

/// A person with an account.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "User")]
pub(crate) struct UserView {
    /// Identity
    pub(crate) id: Uuid,
    /// The address, in its canonical form
    pub(crate) email: String,
    /// What the person wants to be called
    pub(crate) name: Option<String>,
    /// What the person is; `customer` is always among them
    pub(crate) roles: Vec<Named<Role>>,
    /// Whether the person has shown that the address is theirs
    pub(crate) email_verified: bool,
    /// When the account was made
    pub(crate) created_at: Timestamp,
    /// Counts edits
    pub(crate) version: i32,
}

/// Somebody who has just logged in: who, and both tokens.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "LoggedIn")]
pub(crate) struct LoggedInView {
    /// Who
    pub(crate) user: UserView,
    /// What goes into `Authorization: Bearer …`
    pub(crate) access_token: String,
    /// What gets a new pair of tokens once the access token has expired; it works once
    pub(crate) refresh_token: String,
    /// How to present the access token
    #[schemars(extend("enum" = ["Bearer"]))]
    pub(crate) token_type: &'static str,
    /// How long the access token is good for, in seconds
    #[schemars(range(min = 1))]
    pub(crate) expires_in: i64,
}

/// The public keys of access tokens: a JSON Web Key Set (RFC 7517).
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct KeySet(pub(crate) Value);

impl JsonSchema for KeySet {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeySet".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let text = |what: &str| serde_json::json!({ "type": "string", "description": what });
        json_schema!({
            "type": "object",
            "description": "A JSON Web Key Set (RFC 7517), as RFC 8037 puts Ed25519 keys.",
            "required": ["keys"],
            "properties": { "keys": {
                "type": "array",
                "description": "Every key that verifies; the newest one signs",
                "items": {
                    "type": "object",
                    "required": ["kty", "crv", "alg", "use", "kid", "x"],
                    "properties": {
                        "kty": text("Kind of key: `OKP`"),
                        "crv": text("Curve: `Ed25519`"),
                        "alg": text("Algorithm: `EdDSA`"),
                        "use": text("Purpose: `sig`, signatures"),
                        "kid": text("The key's id, as in the header of a token"),
                        "x": text("The public key, in base64url"),
                    },
                },
            } },
        })
    }
}

impl IntoCommand for RegisterBody {
    type Command = RegisterCommand;

    fn into_command(self, faults: &mut Faults) -> Option<RegisterCommand> {
        let email = faults.field_as("/email", "email", Email::parse(&self.email));
        let password = match &email {
            Some(email) => NewPassword::parse(&self.password, email),
            None => NewPassword::check(&self.password),
        };
        let password = password.map_err(|error| faults.add("/password", code(&error), error.to_string()));
        let name = faults.optional("/name", self.name, |name| Name::parse(&name));
        Some(RegisterCommand { email: email?, password: password.ok()?, name: name? })
    }
}

/// Under which code a password is refused.
pub(super) fn code(error: &PasswordError) -> &'static str {
    match error {
        PasswordError::TooShort => "too-short",
        PasswordError::TooLong => "too-long",
        PasswordError::Nul => "null-character",
        PasswordError::TooCommon => "too-common",
        PasswordError::ContainsEmail => "contains-email",
    }
}

impl IntoCommand for LogInBody {
    type Command = LogInCommand;

    fn into_command(self, _: &mut Faults) -> Option<LogInCommand> {
        Some(LogInCommand { email: Email::parse(&self.email).ok(), password: Password::new(&self.password) })
    }
}

impl UserView {
    /// The user as the whole answer, with the ETag of this version.
    pub(crate) fn reply(user: User) -> Reply<Self> {
        let version = user.version;
        Reply::new(user.into()).version(version.into())
    }
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email.to_string(),
            name: user.name.map(String::from),
            roles: user.roles.iter().map(Named).collect(),
            email_verified: user.email_verified,
            created_at: user.created_at.into(),
            version: user.version,
        }
    }
}

impl From<LoggedIn> for LoggedInView {
    fn from(logged_in: LoggedIn) -> Self {
        Self {
            user: logged_in.user.into(),
            access_token: logged_in.access.token,
            refresh_token: logged_in.refresh_token,
            token_type: "Bearer",
            expires_in: logged_in.access.lifetime.num_seconds(),
        }
    }
}
