//! Everybody who has an account, for the staff.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, PgArrayExpressionMethods, QueryDsl,
    QueryResult, SelectableHelper, dsl::exists, select, update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    accounts::{Role, RoleChange, RoleHolder, User},
    ids::UserId,
};
use ports::{
    accounts::{CommitEditError, CommitRoleChangeError, UserDirectory, UserQuery},
    pagination::{Page, Position},
    storage::StorageError,
};

use super::{registry::PgCallerRegistry, user_row::UserRow};
use crate::{
    audit::insert_audit_in_tx,
    errors::refused_by,
    events::insert_events_in_tx,
    pagination::{cut, newest, rows_for},
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::users,
};

/// Shows who has an account, and keeps who is what.
#[derive(Clone)]
pub struct PgUserDirectory {
    database: Database,
    registry: Arc<PgCallerRegistry>,
}

impl PgUserDirectory {
    /// Keeps it in `database`, and tells `registry` at once whose roles were changed.
    #[must_use]
    pub const fn new(database: Database, registry: Arc<PgCallerRegistry>) -> Self {
        Self { database, registry }
    }
}

#[async_trait]
impl UserDirectory for PgUserDirectory {
    async fn list(&self, query: &UserQuery) -> Result<Page<User>, StorageError> {
        let rows: Vec<UserRow> =
            read(&self.database, |mut connection| async move { load(&mut connection, query).await }).await?;
        let Page { rows, next } = cut(rows, query.page, UserRow::position);
        Ok(Page { rows: rows.into_iter().map(User::try_from).collect::<Result<_, _>>()?, next })
    }

    async fn load_role_holder(&self, id: UserId) -> Result<Option<RoleHolder>, StorageError> {
        let found: Option<(UserRow, bool)> =
            read(&self.database, |mut connection| async move { load_holder(&mut connection, id).await })
                .await?;
        found.map(|(row, another_admin)| Ok(RoleHolder { user: row.try_into()?, another_admin })).transpose()
    }

    async fn commit_role_change(&self, change: &RoleChange) -> Result<(), CommitRoleChangeError> {
        commit(&self.database, "change roles", |connection| change_roles_once(connection, change)).await?;
        let user = &change.user;
        self.registry.roles_changed(user.id, user.roles.clone(), user.version);
        Ok(())
    }
}

/// Each way to ask has an index: an address its own, staff the partial one, everybody the one by age.
async fn load(connection: &mut AsyncPgConnection, query: &UserQuery) -> QueryResult<Vec<UserRow>> {
    let Position { at, id } = query.page.after.unwrap_or_else(newest);
    let rows = i64::try_from(rows_for(query.page)).unwrap_or(i64::MAX);
    let mut statement = users::table
        .filter(users::erased_at.is_null())
        .filter(users::created_at.lt(at).or(users::created_at.eq(at).and(users::id.lt(id))))
        .filter(users::created_at.le(at))
        .order((users::created_at.desc(), users::id.desc()))
        .limit(rows)
        .select(UserRow::as_select())
        .into_boxed();
    if let Some(email) = &query.email {
        statement = statement.filter(users::email.eq(email.as_str().to_owned()));
    }
    if let Some(role) = query.role.filter(|role| *role != Role::Customer) {
        statement = statement.filter(users::roles.contains(vec![role.name()])).filter(diesel::dsl::sql::<
            diesel::sql_types::Bool,
        >(
            "roles <> '{customer}'",
        ));
    }
    statement.load(connection).await
}

async fn load_holder(connection: &mut AsyncPgConnection, id: UserId) -> QueryResult<Option<(UserRow, bool)>> {
    let row: Option<UserRow> = users::table
        .find(id.uuid())
        .filter(users::erased_at.is_null())
        .select(UserRow::as_select())
        .first(connection)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row, has_another_admin(connection, id).await?)))
}

/// Whether somebody else than this one is an administrator.
pub(super) async fn has_another_admin(mut connection: &AsyncPgConnection, id: UserId) -> QueryResult<bool> {
    let others = users::table
        .filter(users::roles.contains(vec![Role::Admin.name()]))
        .filter(users::id.ne(id.uuid()))
        .select(users::id);
    select(exists(others)).get_result(&mut connection).await
}

async fn change_roles_once(
    mut connection: Connection,
    change: &RoleChange,
) -> Result<(), Failure<CommitRoleChangeError>> {
    connection
        .transaction(async |connection| {
            let changed = update_roles_in_tx(connection, change).await?;
            if changed != 1 {
                return Err(Failure::Refused(CommitEditError::Conflict.into()));
            }
            insert_events_in_tx(connection, &[&change.event]).await?;
            insert_audit_in_tx(connection, &change.audit).await?;
            Ok(())
        })
        .await
}

/// The database itself keeps the last administrator: of two who take each other's role, one is refused here.
async fn update_roles_in_tx(
    connection: &mut AsyncPgConnection,
    change: &RoleChange,
) -> Result<usize, Failure<CommitRoleChangeError>> {
    let user = &change.user;
    update(users::table.find(user.id.uuid()))
        .filter(users::version.eq(change.seen))
        .filter(users::erased_at.is_null())
        .set((
            users::roles.eq(user.roles.iter().map(|role| role.name()).collect::<Vec<_>>()),
            users::version.eq(user.version),
            users::updated_at.eq(change.audit.at),
        ))
        .execute(connection)
        .await
        .map_err(|error| match refused_by(&error) {
            Some("users_last_admin") => Failure::Refused(CommitRoleChangeError::LastAdmin),
            _ => Failure::Failed(error),
        })
}

impl UserRow {
    /// Its place in a list.
    fn position(&self) -> Position {
        Position { at: self.created_at, id: self.id }
    }
}
