//! Tokens that are mailed: found by their digest, and used once.

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    SelectableHelper,
    dsl::exists,
    select, sql_query,
    sql_types::{Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    accounts::{Email, EmailConfirmation, MailedPurpose, MailedRequest, MailedToken, PresentedMail},
};
use futures::{future::try_join_all, try_join};
use ports::{
    accounts::{CommitEditError, CommitEmailError, MailedTokenStore},
    storage::StorageError,
};

use super::user_row::UserRow;
use crate::{
    audit::insert_audit_in_tx,
    errors::refused_by,
    events::insert_events_in_tx,
    mail::insert_mail_in_tx,
    pool::{Connection, Database},
    retry::{Failure, commit, read},
    schema::{one_time_tokens, users},
    statement::{prepared, rows},
};

/// Keeps tokens that are mailed.
#[derive(Clone)]
pub struct PgMailedTokens {
    database: Database,
}

impl PgMailedTokens {
    /// Keeps them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Forgets the tokens that have been too old for a week, and says how many it were.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn purge(&self) -> Result<u32, StorageError> {
        commit(&self.database, "purge mailed tokens", |mut connection| async move {
            let statement =
                "DELETE FROM one_time_tokens WHERE expires_at < clock_timestamp() - interval '7 days'";
            prepared(sql_query(statement)).execute(&mut connection).await.map(rows).map_err(Failure::Failed)
        })
        .await
    }
}

#[async_trait]
impl MailedTokenStore for PgMailedTokens {
    async fn find(&self, digest: &[u8; 32]) -> Result<Option<PresentedMail>, StorageError> {
        let row =
            read(&self.database, |mut connection| async move { load(&mut connection, digest).await }).await?;
        let Some((kind, new_email, issued_at, expires_at, used_at, user)) = row else { return Ok(None) };
        let place = user.place();
        let purpose = place.read("one_time_tokens.kind", purpose(&kind, new_email.as_deref()))?;
        let user_id = user.id.into();
        let token = MailedToken { digest: *digest, purpose, user_id, issued_at, expires_at };
        Ok(Some(PresentedMail { token, used: used_at.is_some(), user: user.try_into()? }))
    }

    async fn is_taken(&self, email: &Email) -> Result<bool, StorageError> {
        read(&self.database, |mut connection| async move {
            let owner = users::table.filter(users::email.eq(email.as_str())).select(users::id);
            select(exists(owner)).get_result(&mut connection).await
        })
        .await
    }

    async fn commit_request(&self, request: &MailedRequest) -> Result<(), StorageError> {
        commit(&self.database, "request mail", |connection| request_once(connection, request)).await
    }

    async fn commit_email_confirmation(
        &self,
        confirmation: &EmailConfirmation,
    ) -> Result<(), CommitEmailError> {
        commit(&self.database, "confirm e-mail", |connection| confirm_once(connection, confirmation)).await
    }
}

/// Of a token its kind and new address, when it was issued, expires and was used; its owner.
type TokenRow = (String, Option<String>, Instant, Instant, Option<Instant>, UserRow);

async fn load(connection: &mut AsyncPgConnection, digest: &[u8; 32]) -> QueryResult<Option<TokenRow>> {
    one_time_tokens::table
        .inner_join(users::table.on(users::id.eq(one_time_tokens::user_id).and(users::erased_at.is_null())))
        .filter(one_time_tokens::digest.eq(digest.as_slice()))
        .select((
            one_time_tokens::kind,
            one_time_tokens::new_email,
            one_time_tokens::created_at,
            one_time_tokens::expires_at,
            one_time_tokens::used_at,
            UserRow::as_select(),
        ))
        .first(connection)
        .await
        .optional()
}

const fn kind(purpose: &MailedPurpose) -> &'static str {
    match purpose {
        MailedPurpose::PasswordReset => "password_reset",
        MailedPurpose::EmailVerification => "email_verification",
        MailedPurpose::EmailChange { .. } => "email_change",
    }
}

fn purpose(
    kind: &str,
    new_email: Option<&str>,
) -> Result<MailedPurpose, Box<dyn std::error::Error + Send + Sync>> {
    Ok(match (kind, new_email) {
        ("password_reset", None) => MailedPurpose::PasswordReset,
        ("email_verification", None) => MailedPurpose::EmailVerification,
        ("email_change", Some(to)) => MailedPurpose::EmailChange { to: Email::parse(to)? },
        _ => return Err("no such kind".into()),
    })
}

/// Nobody's token is not stored, and looking for its owner takes as long.
pub(super) async fn insert_mailed_token_in_tx(
    mut connection: &AsyncPgConnection,
    token: &MailedToken,
) -> QueryResult<()> {
    let new_email = match &token.purpose {
        MailedPurpose::EmailChange { to } => Some(to.as_str()),
        MailedPurpose::PasswordReset | MailedPurpose::EmailVerification => None,
    };
    let statement = sql_query(
        "INSERT INTO one_time_tokens (digest, kind, user_id, new_email, created_at, expires_at)
        SELECT $1, $2, id, $4, $5, $6 FROM users WHERE id = $3 AND erased_at IS NULL",
    )
    .bind::<Binary, _>(token.digest.as_slice())
    .bind::<Text, _>(kind(&token.purpose))
    .bind::<SqlUuid, _>(token.user_id.uuid())
    .bind::<Nullable<Text>, _>(new_email)
    .bind::<Timestamptz, _>(token.issued_at)
    .bind::<Timestamptz, _>(token.expires_at);
    prepared(statement).execute(&mut connection).await.map(drop)
}

async fn request_once(
    mut connection: Connection,
    request: &MailedRequest,
) -> Result<(), Failure<StorageError>> {
    connection
        .transaction(async |connection| {
            let connection = &*connection;
            try_join!(
                insert_mailed_token_in_tx(connection, &request.token),
                try_join_all(request.mails.iter().map(|mail| insert_mail_in_tx(connection, mail))),
                insert_audit_in_tx(connection, &request.audit),
            )
            .map(drop)
        })
        .await
        .map_err(Failure::Failed)
}

async fn confirm_once(
    mut connection: Connection,
    confirmation: &EmailConfirmation,
) -> Result<(), Failure<CommitEmailError>> {
    connection
        .transaction(async |connection| {
            update_email_in_tx(connection, confirmation).await?;
            void_tokens_in_tx(connection, confirmation).await?;
            if let Some(notice) = &confirmation.notice {
                insert_mail_in_tx(connection, notice).await?;
            }
            insert_events_in_tx(connection, &[&confirmation.event]).await?;
            insert_audit_in_tx(connection, &confirmation.audit).await?;
            Ok(())
        })
        .await
}

async fn update_email_in_tx(
    connection: &mut AsyncPgConnection,
    confirmation: &EmailConfirmation,
) -> Result<(), Failure<CommitEmailError>> {
    let user = &confirmation.user;
    let updated = update(users::table.find(user.id.uuid()))
        .filter(users::version.eq(confirmation.seen))
        .filter(users::erased_at.is_null())
        .set((
            users::email.eq(user.email.as_str()),
            users::email_verified_at.eq(confirmation.audit.at),
            users::version.eq(user.version),
            users::updated_at.eq(confirmation.audit.at),
        ))
        .execute(connection)
        .await
        .map_err(|error| match refused_by(&error) {
            Some("users_email_key") => Failure::Refused(CommitEmailError::EmailTaken),
            _ => Failure::Failed(error),
        })?;
    if updated == 1 { Ok(()) } else { Err(Failure::Refused(CommitEditError::Conflict.into())) }
}

/// The account's row is locked by now, as by everything that uses or voids tokens.
async fn void_tokens_in_tx(
    connection: &mut AsyncPgConnection,
    confirmation: &EmailConfirmation,
) -> QueryResult<()> {
    update(one_time_tokens::table)
        .filter(one_time_tokens::user_id.eq(confirmation.user.id.uuid()))
        .filter(one_time_tokens::used_at.is_null())
        .set(one_time_tokens::used_at.eq(diesel::dsl::now))
        .execute(connection)
        .await
        .map(drop)
}
