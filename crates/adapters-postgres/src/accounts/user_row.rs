//! A user's row.

use diesel::{Queryable, Selectable, pg::Pg};
use domain::{
    Instant,
    accounts::{Email, Role, Roles, User},
    text::Name,
};
use ports::storage::StorageError;
use uuid::Uuid;

use crate::{corrupt::Place, schema::users};

/// The row of somebody who was not erased, and so has an address.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Pg))]
pub(super) struct UserRow {
    pub(super) id: Uuid,
    email: Option<String>,
    email_verified_at: Option<Instant>,
    name: Option<String>,
    roles: Vec<String>,
    version: i32,
    pub(super) created_at: Instant,
}

impl UserRow {
    /// Where the row stands.
    pub(super) const fn place(&self) -> Place {
        Place { table: "users", id: self.id }
    }
}

impl TryFrom<UserRow> for User {
    type Error = StorageError;

    fn try_from(row: UserRow) -> Result<Self, Self::Error> {
        let place = row.place();
        let roles = row.roles.iter().map(|name| Role::parse(name)).collect::<Result<Roles, _>>();
        Ok(Self {
            id: row.id.into(),
            email: place.read("email", Email::parse(row.email.as_deref().unwrap_or_default()))?,
            name: place.read("name", row.name.as_deref().map(Name::parse).transpose())?,
            roles: place.read("roles", roles)?,
            email_verified: row.email_verified_at.is_some(),
            created_at: row.created_at,
            version: row.version,
        })
    }
}
