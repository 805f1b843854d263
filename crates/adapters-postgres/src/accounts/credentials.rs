//! A user's row, with what logging in needs.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable, SelectableHelper,
    pg::Pg,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::ids::UserId;
use ports::{accounts::Credentials, storage::StorageError};

use super::user_row::UserRow;
use crate::schema::users;

/// Both columns that erasure empties are there: the row was found by its address.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Pg))]
pub(super) struct CredentialsRow {
    #[diesel(embed)]
    user: UserRow,
    password_hash: Option<String>,
}

/// The account with this id, unless it was erased.
pub(super) async fn load_credentials(
    mut connection: &AsyncPgConnection,
    id: UserId,
) -> QueryResult<Option<CredentialsRow>> {
    users::table
        .find(id.uuid())
        .filter(users::erased_at.is_null())
        .select(CredentialsRow::as_select())
        .first(&mut connection)
        .await
        .optional()
}

impl TryFrom<CredentialsRow> for Credentials {
    type Error = StorageError;

    fn try_from(row: CredentialsRow) -> Result<Self, Self::Error> {
        let place = row.user.place();
        let password_hash = place.read("password_hash", row.password_hash.ok_or("missing"))?;
        Ok(Self { user: row.user.try_into()?, password_hash })
    }
}
