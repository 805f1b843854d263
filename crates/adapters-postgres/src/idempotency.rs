//! Recorded answers: found again, and recorded in the transaction of their effect; sealed where they hold a secret.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Selectable, SelectableHelper, dsl::now, pg::Pg,
    result::Error, sql_query, sql_types,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    idempotency::{Answer, IdempotencyKey, IdempotencyRecord, KeyedCall},
    ids::UserId,
};
use ports::{
    idempotency::{IdempotencyReader, KeyConflict},
    security::Sealer,
    storage::{Cause, StorageError},
};
use uuid::Uuid;

use crate::{
    corrupt::Place,
    errors::is_lock_timeout,
    pool::Database,
    retry::{Failure, read},
    schema::idempotency_keys,
    statement::prepared,
};

/// Finds recorded answers.
#[derive(Clone)]
pub struct PgIdempotencyReader {
    database: Database,
    sealer: Arc<dyn Sealer>,
}

impl PgIdempotencyReader {
    /// Reads through the pool of `database`, and opens what was sealed by the same `sealer`.
    #[must_use]
    pub fn new(database: Database, sealer: Arc<dyn Sealer>) -> Self {
        Self { database, sealer }
    }
}

#[async_trait]
impl IdempotencyReader for PgIdempotencyReader {
    async fn find(
        &self,
        caller: UserId,
        key: &IdempotencyKey,
    ) -> Result<Option<IdempotencyRecord>, StorageError> {
        let row = read(&self.database, |mut connection| async move {
            idempotency_keys::table
                .find((caller.to_string(), key.as_str()))
                .filter(idempotency_keys::expires_at.gt(now))
                .select(RecordRow::as_select())
                .first(&mut connection)
                .await
                .optional()
        })
        .await?;
        row.map(|row| row.into_record(caller, key, &*self.sealer)).transpose()
    }
}

/// Records the answer of a call: the first statement of the transaction that has the call's effect. Whoever else has
/// the same key waits here until this transaction has ended. An answer that holds a secret is not recorded like this, but
/// by [`record_sealed_in_tx`].
pub(crate) async fn record_in_tx(
    connection: &AsyncPgConnection,
    record: &IdempotencyRecord,
) -> Result<(), Failure<KeyConflict>> {
    if record.answer.is_secret {
        return Err(unwritable("an answer that holds a secret must be sealed"));
    }
    insert_in_tx(connection, record, &record.answer.body).await
}

/// A record whose answer may hold a secret, and what seals it then.
#[derive(Clone, Copy)]
pub(crate) struct Sealable<'a> {
    /// The record.
    pub(crate) record: &'a IdempotencyRecord,
    /// Seals it for its caller and key.
    pub(crate) sealer: &'a dyn Sealer,
}

/// The same for a call whose answer may hold a secret: such an answer is sealed.
pub(crate) async fn record_sealed_in_tx(
    connection: &AsyncPgConnection,
    Sealable { record, sealer }: Sealable<'_>,
) -> Result<(), Failure<KeyConflict>> {
    if !record.answer.is_secret {
        return record_in_tx(connection, record).await;
    }
    let body = str::from_utf8(&record.answer.body).map_err(unwritable)?;
    let sealed = sealer.seal(body, &record.call.binding()).map_err(unwritable)?;
    insert_in_tx(connection, record, &sealed).await
}

fn unwritable(cause: impl Into<Cause>) -> Failure<KeyConflict> {
    Failure::Failed(Error::SerializationError(cause.into()))
}

async fn insert_in_tx(
    mut connection: &AsyncPgConnection,
    record: &IdempotencyRecord,
    body: &[u8],
) -> Result<(), Failure<KeyConflict>> {
    let IdempotencyRecord { call, answer, .. } = record;
    let status = i16::try_from(answer.status).map_err(unwritable)?;
    let statement = sql_query(
        "INSERT INTO idempotency_keys AS stored (caller, key, request_digest, status, location, etag, body, sealed,
            created_at, expires_at, subject_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (caller, key) DO UPDATE SET request_digest = EXCLUDED.request_digest, status = EXCLUDED.status,
            location = EXCLUDED.location, etag = EXCLUDED.etag, body = EXCLUDED.body, sealed = EXCLUDED.sealed,
            subject_id = EXCLUDED.subject_id, created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
        WHERE stored.expires_at <= now()",
    )
    .bind::<sql_types::Text, _>(call.caller.to_string())
    .bind::<sql_types::Text, _>(call.key.as_str())
    .bind::<sql_types::Bytea, _>(call.digest.as_slice())
    .bind::<sql_types::SmallInt, _>(status)
    .bind::<sql_types::Nullable<sql_types::Text>, _>(answer.location.as_deref())
    .bind::<sql_types::Nullable<sql_types::Text>, _>(answer.etag.as_deref())
    .bind::<sql_types::Bytea, _>(body)
    .bind::<sql_types::Bool, _>(answer.is_secret)
    .bind::<sql_types::Timestamptz, _>(record.created_at)
    .bind::<sql_types::Timestamptz, _>(record.expires_at)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(record.subject.map(|person| person.uuid()));
    match prepared(statement).execute(&mut connection).await {
        Ok(0) => Err(Failure::Refused(KeyConflict::Taken)),
        Ok(_) => Ok(()),
        Err(error) if is_lock_timeout(&error) => Err(Failure::Refused(KeyConflict::InProgress)),
        Err(error) => Err(Failure::Failed(error)),
    }
}

#[derive(diesel::Queryable, Selectable)]
#[diesel(table_name = idempotency_keys, check_for_backend(Pg))]
struct RecordRow {
    request_digest: Vec<u8>,
    status: i16,
    location: Option<String>,
    etag: Option<String>,
    body: Vec<u8>,
    sealed: bool,
    created_at: Instant,
    expires_at: Instant,
    subject_id: Option<Uuid>,
}

impl RecordRow {
    fn into_record(
        self,
        caller: UserId,
        key: &IdempotencyKey,
        sealer: &dyn Sealer,
    ) -> Result<IdempotencyRecord, StorageError> {
        let place = Place { table: "idempotency_keys", id: caller.uuid() };
        let digest = <[u8; 32]>::try_from(self.request_digest.as_slice());
        let call = KeyedCall { caller, key: key.clone(), digest: place.read("request_digest", digest)? };
        let body = if self.sealed {
            place.read("body", sealer.open(&self.body, &call.binding()))?.into_bytes()
        } else {
            self.body
        };
        Ok(IdempotencyRecord {
            answer: Answer {
                status: place.read("status", u16::try_from(self.status))?,
                location: self.location,
                etag: self.etag,
                body,
                is_secret: self.sealed,
            },
            call,
            created_at: self.created_at,
            expires_at: self.expires_at,
            subject: self.subject_id.map(UserId::from),
        })
    }
}
