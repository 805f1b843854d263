//! The outbox: mails that are owed, until they went out.

use async_trait::async_trait;
use chrono::Duration;
use diesel::{
    QueryDsl, QueryResult, QueryableByName, delete, sql_query,
    sql_types::{Binary, Integer, Interval, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    accounts::Email,
    ids::MailId,
    mail::{Letter, Mail},
};
use ports::{
    mail::{DueMail, Outbox},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    pool::Database,
    retry::{Failure, commit},
    schema::mails,
    statement::prepared,
};

/// Keeps mails until they went out.
#[derive(Clone)]
pub struct PgOutbox {
    database: Database,
}

impl PgOutbox {
    /// Keeps them in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

/// Takes what is due out of everybody's way, for a while: whoever else takes some at the same moment passes over them.
const CLAIM: &str = "
    UPDATE mails SET attempts = attempts + 1, not_before = clock_timestamp() + $1
    WHERE id IN (
        SELECT id FROM mails WHERE not_before <= clock_timestamp()
        ORDER BY not_before, id LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id, user_id, kind, recipient, sealed, attempts, created_at";

#[async_trait]
impl Outbox for PgOutbox {
    async fn claim(&self, most: u16, lease: Duration) -> Result<Vec<DueMail>, StorageError> {
        let rows: Vec<MailRow> = commit(&self.database, "claim mails", |mut connection| async move {
            let statement = sql_query(CLAIM).bind::<Interval, _>(lease).bind::<Integer, _>(i32::from(most));
            prepared(statement).load(&mut connection).await.map_err(Failure::<StorageError>::Failed)
        })
        .await?;
        let mut due: Vec<_> = rows.into_iter().filter_map(readable).collect();
        due.sort_by_key(|due| (due.mail.at, due.mail.id));
        Ok(due)
    }

    async fn remove(&self, id: MailId) -> Result<(), StorageError> {
        commit(&self.database, "remove mail", |mut connection| async move {
            let removed = delete(mails::table.find(id.uuid())).execute(&mut connection).await;
            removed.map(drop).map_err(Failure::Failed)
        })
        .await
    }

    async fn postpone(&self, id: MailId, pause: Duration) -> Result<(), StorageError> {
        commit(&self.database, "postpone mail", |mut connection| async move {
            let statement = sql_query("UPDATE mails SET not_before = clock_timestamp() + $2 WHERE id = $1")
                .bind::<SqlUuid, _>(id.uuid())
                .bind::<Interval, _>(pause);
            prepared(statement).execute(&mut connection).await.map(drop).map_err(Failure::Failed)
        })
        .await
    }
}

/// What can't be read, because a newer release wrote it perhaps, waits until its lease ends, and holds up nobody else's.
fn readable(row: MailRow) -> Option<DueMail> {
    DueMail::try_from(row).inspect_err(|error| tracing::error!("a mail waits: {error}")).ok()
}

/// Writes down a mail that is owed, in the transaction of what it tells; unless nobody has its account.
pub(crate) async fn insert_mail_in_tx(mut connection: &AsyncPgConnection, mail: &Mail) -> QueryResult<()> {
    let statement = sql_query(
        "INSERT INTO mails (id, user_id, kind, recipient, sealed, created_at, not_before)
        SELECT $1, id, $3, $4, $5, $6, $6 FROM users WHERE id = $2 AND erased_at IS NULL",
    )
    .bind::<SqlUuid, _>(mail.id.uuid())
    .bind::<SqlUuid, _>(mail.user_id.uuid())
    .bind::<Text, _>(mail.letter.name())
    .bind::<Text, _>(mail.to.as_str())
    .bind::<Nullable<Binary>, _>(mail.sealed.as_deref())
    .bind::<Timestamptz, _>(mail.at);
    prepared(statement).execute(&mut connection).await.map(drop)
}

#[derive(QueryableByName)]
struct MailRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Nullable<Binary>)]
    sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    created_at: Instant,
}

impl TryFrom<MailRow> for DueMail {
    type Error = StorageError;

    fn try_from(row: MailRow) -> Result<Self, Self::Error> {
        let place = Place { table: "mails", id: row.id };
        let mail = Mail {
            id: row.id.into(),
            user_id: row.user_id.into(),
            to: place.read("recipient", Email::parse(&row.recipient))?,
            letter: place.read("kind", Letter::parse(&row.kind).ok_or("no such letter"))?,
            sealed: row.sealed,
            at: row.created_at,
        };
        // Taking it has counted the attempt that is about to be made.
        let attempts = u32::try_from(row.attempts).unwrap_or_default().saturating_sub(1);
        Ok(Self { mail, attempts })
    }
}
