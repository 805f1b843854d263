//! Accounts that their owners edit.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, dsl::now, update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    accounts::{PasswordChange, ProfileEdit, User},
    ids::{SessionId, UserId},
};
use ports::{
    accounts::{CommitEditError, Credentials, ProfileStore},
    storage::StorageError,
};
use uuid::Uuid;

use super::{credentials::load_credentials, registry::PgCallerRegistry, user_row::UserRow};
use crate::{
    audit::insert_audit_in_tx,
    events::insert_events_in_tx,
    mail::insert_mail_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::{one_time_tokens, sessions, users},
};

/// Keeps what people change about an account.
#[derive(Clone)]
pub struct PgProfileStore {
    database: Database,
    registry: Arc<PgCallerRegistry>,
}

impl PgProfileStore {
    /// Keeps it in `database`, and tells `registry` at once which sessions were ended.
    #[must_use]
    pub const fn new(database: Database, registry: Arc<PgCallerRegistry>) -> Self {
        Self { database, registry }
    }
}

#[async_trait]
impl ProfileStore for PgProfileStore {
    async fn find(&self, id: UserId) -> Result<Option<User>, StorageError> {
        let row: Option<UserRow> = read(&self.database, |mut connection| async move {
            users::table
                .find(id.uuid())
                .filter(users::erased_at.is_null())
                .select(UserRow::as_select())
                .first(&mut connection)
                .await
                .optional()
        })
        .await?;
        row.map(User::try_from).transpose()
    }

    async fn find_credentials(&self, id: UserId) -> Result<Option<Credentials>, StorageError> {
        let row =
            read(&self.database, |connection| async move { load_credentials(&connection, id).await }).await?;
        row.map(Credentials::try_from).transpose()
    }

    async fn commit_profile_edit(&self, edit: &ProfileEdit) -> Result<(), CommitEditError> {
        commit(&self.database, "edit profile", |connection| edit_once(connection, edit)).await
    }

    async fn commit_password_change(&self, change: &PasswordChange) -> Result<(), CommitEditError> {
        let ended =
            commit(&self.database, "change password", |connection| change_password_once(connection, change))
                .await?;
        ended.into_iter().for_each(|session| self.registry.session_ended(session));
        Ok(())
    }
}

async fn edit_once(mut connection: Connection, edit: &ProfileEdit) -> Result<(), Failure<CommitEditError>> {
    connection
        .transaction(async |connection| {
            let edited = update(users::table.find(edit.user.id.uuid()))
                .filter(users::version.eq(edit.seen))
                .filter(users::erased_at.is_null())
                .set((
                    users::name.eq(edit.user.name.as_ref().map(|name| name.as_str())),
                    users::version.eq(edit.user.version),
                    users::updated_at.eq(edit.event.origination.at),
                ))
                .execute(connection)
                .await?;
            if edited != 1 {
                return Err(Failure::Refused(CommitEditError::Conflict));
            }
            insert_events_in_tx(connection, &[&edit.event]).await.map_err(Failure::Failed)
        })
        .await
}

async fn change_password_once(
    mut connection: Connection,
    change: &PasswordChange,
) -> Result<Vec<SessionId>, Failure<CommitEditError>> {
    connection
        .transaction(async |connection| {
            if update_password_in_tx(connection, change).await? != 1 {
                return Err(Failure::Refused(CommitEditError::Conflict));
            }
            let ended = end_sessions_in_tx(connection, change).await?;
            void_resets_in_tx(connection, change.user.id).await?;
            insert_mail_in_tx(connection, &change.notice).await?;
            insert_events_in_tx(connection, &[&change.event]).await?;
            insert_audit_in_tx(connection, &change.audit).await?;
            Ok(ended)
        })
        .await
}

async fn update_password_in_tx(
    mut connection: &AsyncPgConnection,
    change: &PasswordChange,
) -> QueryResult<usize> {
    update(users::table.find(change.user.id.uuid()))
        .filter(users::version.eq(change.seen))
        .filter(users::erased_at.is_null())
        .set((
            users::password_hash.eq(&change.password_hash),
            users::version.eq(change.user.version),
            users::updated_at.eq(change.audit.at),
        ))
        .execute(&mut connection)
        .await
}

/// Ends every session but the one that goes on. They are locked in the order of their ids, so that two who end several
/// never deadlock.
async fn end_sessions_in_tx(
    mut connection: &AsyncPgConnection,
    change: &PasswordChange,
) -> QueryResult<Vec<SessionId>> {
    let going_on: Vec<Uuid> = sessions::table
        .filter(sessions::user_id.eq(change.user.id.uuid()))
        .filter(sessions::revoked_at.is_null())
        .order(sessions::id)
        .select(sessions::id)
        .for_no_key_update()
        .load(&mut connection)
        .await?;
    let kept = change.keeps.map(SessionId::uuid);
    let ending: Vec<Uuid> = going_on.into_iter().filter(|id| Some(*id) != kept).collect();
    update(sessions::table.filter(sessions::id.eq_any(&ending)))
        .set((sessions::revoked_at.eq(change.audit.at), sessions::revoke_reason.eq(change.ends.name())))
        .execute(&mut connection)
        .await?;
    Ok(ending.into_iter().map(SessionId::from).collect())
}

/// Whoever holds a mail by which the old password could have been replaced can't replace the new one by it.
async fn void_resets_in_tx(mut connection: &AsyncPgConnection, user: UserId) -> QueryResult<()> {
    update(one_time_tokens::table)
        .filter(one_time_tokens::user_id.eq(user.uuid()))
        .filter(one_time_tokens::kind.eq("password_reset"))
        .filter(one_time_tokens::used_at.is_null())
        .set(one_time_tokens::used_at.eq(now))
        .execute(&mut connection)
        .await
        .map(drop)
}
