//! Accounts and their sessions.

mod credentials;
mod directory;
mod erasure_store;
mod mailed_store;
mod personal_data;
mod profile_store;
mod registry;
mod session;
mod session_store;
mod user_row;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, insert_into, update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::accounts::{AdminCreation, Email, LogIn, Registration, User};
use futures::try_join;
use ports::{
    accounts::{CommitAccountError, CommitLogInError, Credentials, UserStore},
    storage::StorageError,
};

use uuid::Uuid;

use self::{
    credentials::CredentialsRow,
    mailed_store::insert_mailed_token_in_tx,
    session::{insert_refresh_token_in_tx, insert_session_in_tx},
};
use crate::{
    audit::insert_audit_in_tx,
    errors::refused_by,
    events::insert_events_in_tx,
    mail::insert_mail_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::users,
};

pub use self::{
    directory::PgUserDirectory,
    erasure_store::PgErasureStore,
    mailed_store::PgMailedTokens,
    personal_data::PgPersonalDataReader,
    profile_store::PgProfileStore,
    registry::{CallerFeed, PgCallerRegistry},
    session_store::PgSessionStore,
};

/// Keeps accounts and their sessions.
#[derive(Clone)]
pub struct PgUserStore {
    database: Database,
}

impl PgUserStore {
    /// Keeps them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl UserStore for PgUserStore {
    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StorageError> {
        let row = read(&self.database, |mut connection| async move {
            users::table
                .filter(users::email.eq(email.as_str()))
                .select(CredentialsRow::as_select())
                .first(&mut connection)
                .await
                .optional()
        })
        .await?;
        row.map(Credentials::try_from).transpose()
    }

    async fn commit_registration(&self, registration: &Registration) -> Result<(), CommitAccountError> {
        commit(&self.database, "register", |connection| register_once(connection, registration)).await
    }

    async fn commit_admin_creation(&self, creation: &AdminCreation) -> Result<(), CommitAccountError> {
        commit(&self.database, "create admin", |connection| create_admin_once(connection, creation)).await
    }

    async fn commit_log_in(&self, log_in: &LogIn) -> Result<(), CommitLogInError> {
        commit(&self.database, "log in", |connection| log_in_once(connection, log_in)).await
    }
}

type AccountFailure = Failure<CommitAccountError>;

async fn register_once(mut connection: Connection, new: &Registration) -> Result<(), AccountFailure> {
    let events = [&new.event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            try_join!(
                insert_user_in_tx(connection, &new.user, &new.password_hash),
                insert_session_in_tx(connection, &new.opened.session),
                insert_refresh_token_in_tx(connection, &new.opened),
                insert_events_in_tx(connection, &events),
                insert_audit_in_tx(connection, &new.audit),
                insert_mailed_token_in_tx(connection, &new.verification),
                insert_mail_in_tx(connection, &new.mail),
            )
            .map(drop)
        })
        .await
        .map_err(email_taken)
}

async fn create_admin_once(mut connection: Connection, new: &AdminCreation) -> Result<(), AccountFailure> {
    let events = [&new.event];
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            try_join!(
                insert_user_in_tx(connection, &new.user, &new.password_hash),
                insert_events_in_tx(connection, &events),
                insert_audit_in_tx(connection, &new.audit),
            )
            .map(drop)
        })
        .await
        .map_err(email_taken)
}

async fn log_in_once(mut connection: Connection, log_in: &LogIn) -> Result<(), Failure<CommitLogInError>> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            let (unchanged, ..) = try_join!(
                hold_account_in_tx(connection, log_in),
                insert_session_in_tx(connection, &log_in.opened.session),
                insert_refresh_token_in_tx(connection, &log_in.opened),
                insert_audit_in_tx(connection, &log_in.audit),
            )?;
            if unchanged { Ok(()) } else { Err(Failure::Refused(CommitLogInError::Conflict)) }
        })
        .await
        .map_err(account_gone)
}

/// Whether the account is as it was when its password was compared; it stays so until the commit, but for a better hash of
/// the same password. Without that, a log-in with the old password could outlive the change of the password, which
/// ends only the sessions that it sees.
async fn hold_account_in_tx(mut connection: &AsyncPgConnection, log_in: &LogIn) -> QueryResult<bool> {
    let user = &log_in.user;
    let unchanged = users::table
        .find(user.id.uuid())
        .filter(users::version.eq(user.version))
        .filter(users::erased_at.is_null());
    match &log_in.rehashed {
        Some(hash) => {
            let kept = update(unchanged).set(users::password_hash.eq(hash)).execute(&mut connection).await?;
            Ok(kept == 1)
        }
        None => {
            let held = unchanged.select(users::id).for_share().first::<Uuid>(&mut connection).await;
            Ok(held.optional()?.is_some())
        }
    }
}

async fn insert_user_in_tx(
    mut connection: &AsyncPgConnection,
    user: &User,
    password_hash: &str,
) -> QueryResult<()> {
    let row = (
        users::id.eq(user.id.uuid()),
        users::email.eq(user.email.as_str()),
        users::email_verified_at.eq(user.email_verified.then_some(user.created_at)),
        users::name.eq(user.name.as_ref().map(|name| name.as_str())),
        users::password_hash.eq(password_hash),
        users::roles.eq(user.roles.iter().map(|role| role.name()).collect::<Vec<_>>()),
        users::version.eq(user.version),
        users::created_at.eq(user.created_at),
        users::updated_at.eq(user.created_at),
    );
    insert_into(users::table).values(row).execute(&mut connection).await.map(drop)
}

/// Who was erased meanwhile is refused by the session already.
fn account_gone(failure: Failure<CommitLogInError>) -> Failure<CommitLogInError> {
    match failure {
        Failure::Failed(error) if refused_by(&error) == Some("sessions_not_for_the_erased") => {
            Failure::Refused(CommitLogInError::Conflict)
        }
        failure => failure,
    }
}

fn email_taken(error: diesel::result::Error) -> AccountFailure {
    match refused_by(&error) {
        Some("users_email_key") => Failure::Refused(CommitAccountError::EmailTaken),
        _ => Failure::Failed(error),
    }
}
