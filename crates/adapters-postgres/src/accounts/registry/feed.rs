//! Hearing which sessions other processes end, and whose roles they change.

use std::sync::Arc;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Integer, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::accounts::{Role, Roles};
use ports::storage::StorageError;
use uuid::Uuid;

use super::PgCallerRegistry;
use crate::{corrupt::Place, pool::Database, retry::read, statement::prepared};

/// Keeps a [`PgCallerRegistry`] in step with the database. What happens while the database does not answer is heard
/// when it answers again.
pub struct CallerFeed {
    database: Database,
    registry: Arc<PgCallerRegistry>,
    /// What had been committed when the database was asked last; `None` before the first time.
    snapshot: Option<String>,
}

#[derive(QueryableByName)]
struct Changes {
    #[diesel(sql_type = Text)]
    snapshot: String,
    #[diesel(sql_type = Array<SqlUuid>)]
    sessions: Vec<Uuid>,
    #[diesel(sql_type = Array<SqlUuid>)]
    users: Vec<Uuid>,
    #[diesel(sql_type = Array<Text>)]
    roles: Vec<String>,
    #[diesel(sql_type = Array<Integer>)]
    versions: Vec<i32>,
}

impl CallerFeed {
    /// Asks through the pool of `database`, which had better be its own: nothing must keep it waiting.
    #[must_use]
    pub const fn new(database: Database, registry: Arc<PgCallerRegistry>) -> Self {
        Self { database, registry, snapshot: None }
    }

    /// Asks what has been committed since the last time; the first time, all that a token in use may not know of. To be
    /// called a few times a second.
    ///
    /// # Errors
    /// [`StorageError`] when the database does not answer; the next call asks for the same again.
    pub async fn listen(&mut self) -> Result<(), StorageError> {
        let changes = match &self.snapshot {
            None => self.all().await?,
            Some(snapshot) => self.since(snapshot).await?,
        };
        for session in changes.sessions {
            self.registry.session_ended(session.into());
        }
        for ((id, roles), version) in changes.users.into_iter().zip(changes.roles).zip(changes.versions) {
            let roles = roles.split(',').map(Role::parse).collect::<Result<Roles, _>>();
            let roles = Place { table: "users", id }.read("roles", roles)?;
            self.registry.roles_changed(id.into(), roles, version);
        }
        self.registry.caught_up();
        self.snapshot = Some(changes.snapshot);
        Ok(())
    }

    async fn all(&self) -> Result<Changes, StorageError> {
        let seconds = i64::try_from(self.registry.retention.as_secs()).unwrap_or(i64::MAX);
        read(&self.database, |mut connection| async move {
            let sql = changes(
                "revoked_at > clock_timestamp() - make_interval(secs => $1)",
                "roles_changed_in IS NOT NULL AND roles_changed_at > clock_timestamp() - make_interval(secs => $1)",
            );
            prepared(sql_query(sql).bind::<BigInt, _>(seconds)).get_result(&mut connection).await
        })
        .await
    }

    /// A transaction that was still running at the last time is found when it has ended: the index is read from the
    /// oldest of those on.
    async fn since(&self, snapshot: &str) -> Result<Changes, StorageError> {
        let unseen = |column: &str| {
            format!(
                "{column} >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
                AND NOT pg_visible_in_snapshot({column}::text::xid8, $1::pg_snapshot)"
            )
        };
        let sql = &changes(&unseen("revoked_in"), &unseen("roles_changed_in"));
        read(&self.database, |mut connection| async move {
            prepared(sql_query(sql).bind::<Text, _>(snapshot)).get_result(&mut connection).await
        })
        .await
    }
}

/// The sessions and users of these conditions, each user once with all that is said of them in the same place.
fn changes(sessions: &str, users: &str) -> String {
    format!(
        "WITH changed AS (SELECT id, array_to_string(roles, ',') AS roles, version FROM users WHERE {users})
        SELECT pg_current_snapshot()::text AS snapshot,
            ARRAY(SELECT id FROM sessions WHERE {sessions}) AS sessions,
            ARRAY(SELECT id FROM changed ORDER BY id) AS users,
            ARRAY(SELECT roles FROM changed ORDER BY id) AS roles,
            ARRAY(SELECT version FROM changed ORDER BY id) AS versions"
    )
}
