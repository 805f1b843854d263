//! A user's row, with what logging in needs.

use diesel::{Queryable, Selectable, pg::Pg};
use domain::{
    Instant,
    accounts::{Email, Role, Roles, User},
    text::Name,
};
use ports::{accounts::Credentials, storage::StorageError};
use uuid::Uuid;

use crate::{corrupt::Place, schema::users};

/// Both columns that erasure empties are there: the row was found by its address.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Pg))]
pub(super) struct CredentialsRow {
    id: Uuid,
    email: Option<String>,
    email_verified_at: Option<Instant>,
    name: Option<String>,
    password_hash: Option<String>,
    roles: Vec<String>,
    version: i32,
    created_at: Instant,
}

impl TryFrom<CredentialsRow> for Credentials {
    type Error = StorageError;

    fn try_from(row: CredentialsRow) -> Result<Self, Self::Error> {
        let place = Place { table: "users", id: row.id };
        let roles = row.roles.iter().map(|name| Role::parse(name)).collect::<Result<Roles, _>>();
        let user = User {
            id: row.id.into(),
            email: place.read("email", Email::parse(row.email.as_deref().unwrap_or_default()))?,
            name: place.read("name", row.name.as_deref().map(Name::parse).transpose())?,
            roles: place.read("roles", roles)?,
            email_verified: row.email_verified_at.is_some(),
            created_at: row.created_at,
            version: row.version,
        };
        let password_hash = place.read("password_hash", row.password_hash.ok_or("missing"))?;
        Ok(Self { user, password_hash })
    }
}
