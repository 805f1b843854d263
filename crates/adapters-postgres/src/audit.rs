//! The audit log: one row for each security event.

mod reader;

use async_trait::async_trait;
use diesel::{
    QueryResult, sql_query,
    sql_types::{Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    accounts::Roles,
    audit::{AuditEntry, SecurityEvent},
};
use ports::{audit::AuditLog, storage::StorageError};
use serde_json::{Value, json};

use crate::{
    pool::Database,
    retry::{Failure, commit},
    statement::prepared,
};

pub(crate) use self::reader::AuditRow;
pub use self::reader::PgAuditReader;

/// Appends to the audit log.
#[derive(Clone)]
pub struct PgAuditLog {
    database: Database,
}

impl PgAuditLog {
    /// Appends through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl AuditLog for PgAuditLog {
    async fn append(&self, entry: &AuditEntry) -> Result<(), StorageError> {
        commit(&self.database, "append to the audit log", |connection| async move {
            insert_audit_in_tx(&connection, entry).await.map_err(Failure::Failed)
        })
        .await
    }
}

/// Appends a line, in the transaction of what it tells if it tells of a change.
pub(crate) async fn insert_audit_in_tx(
    mut connection: &AsyncPgConnection,
    entry: &AuditEntry,
) -> QueryResult<()> {
    let statement = sql_query(
        "INSERT INTO audit_log (id, at, type, actor, subject, ip, request_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6::inet, $7, $8)",
    )
    .bind::<SqlUuid, _>(entry.id.uuid())
    .bind::<Timestamptz, _>(entry.at)
    .bind::<Text, _>(entry.event.name())
    .bind::<Text, _>(entry.actor.to_string())
    .bind::<Nullable<Text>, _>(entry.subject.map(|id| id.to_string()))
    .bind::<Nullable<Text>, _>(entry.by.ip.map(|ip| ip.to_string()))
    .bind::<Nullable<Text>, _>(entry.by.request_id.as_deref())
    .bind::<Jsonb, _>(detail(&entry.event));
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// What a security event says of itself, as it is stored and shown.
fn detail(event: &SecurityEvent) -> Value {
    match event {
        SecurityEvent::LoggedIn { session } => json!({ "session_id": session.to_string() }),
        SecurityEvent::PasswordRefused { reason } => json!({ "reason": reason.name() }),
        SecurityEvent::SessionEnded { session, reason } => {
            json!({ "session_id": session.to_string(), "reason": reason.name() })
        }
        SecurityEvent::Denied { permission } => json!({ "permission": permission.name() }),
        SecurityEvent::RolesChanged { from, to } => json!({ "from": names(from), "to": names(to) }),
        SecurityEvent::Registered
        | SecurityEvent::PasswordChanged
        | SecurityEvent::PasswordResetRequested
        | SecurityEvent::PasswordReset
        | SecurityEvent::EmailChangeRequested
        | SecurityEvent::EmailChanged
        | SecurityEvent::EmailVerified
        | SecurityEvent::Exported
        | SecurityEvent::Erased => json!({}),
    }
}

fn names(roles: &Roles) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}
