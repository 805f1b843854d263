//! What staff asks about users, and says they are.

use domain::accounts::{Email, Role, Roles};
use ports::pagination::Position;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::accounts::UserFilter;

use crate::{Faults, IntoCommand, ListQuery, named::Named};

/// Which users.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsersQuery {
    /// Only the one with this address, in whatever spelling
    #[schemars(length(max = 254), extend("format" = "email", "examples" = ["ada@example.com"]))]
    email: Option<String>,
    /// Only those with this role
    role: Option<Named<Role>>,
}

/// What somebody is from now on.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RoleAssignment")]
pub(crate) struct RolesBody {
    /// Every role that the person has; `customer` goes without saying
    #[schemars(length(max = 5), extend("uniqueItems" = true))]
    pub(crate) roles: Vec<Named<Role>>,
}

impl IntoCommand for UsersQuery {
    type Command = UserFilter;

    fn into_command(self, faults: &mut Faults) -> Option<UserFilter> {
        let email = faults.optional("/email", self.email, |email| Email::parse(&email));
        Some(UserFilter { email: email?, role: self.role.map(|role| role.0) })
    }
}

impl ListQuery for UsersQuery {
    type Position = Position;
    const PRIVATE: bool = true;
}

impl IntoCommand for RolesBody {
    type Command = Roles;

    fn into_command(self, _: &mut Faults) -> Option<Roles> {
        Some(self.roles.into_iter().map(|role| role.0).collect())
    }
}
