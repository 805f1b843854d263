//! All that is held on one person, gathered from every table in one snapshot.
//!
//! Which columns that are, and which are left out and why, is listed and reviewed in
//! `tests/it/personal_data/census.rs`.

mod carts;
mod log_ins;
mod messages;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, sql_query, sql_types::Text,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Instant, accounts::User, actor::Actor, ids::UserId};
use futures::try_join;
use ports::{
    accounts::{PersonalData, PersonalDataReader},
    audit::AuditView,
    storage::StorageError,
};

use self::{
    carts::CartRows,
    log_ins::LogInRows,
    messages::{MessageRows, Messages},
};
use super::user_row::UserRow;
use crate::{
    audit::AuditRow,
    orders::{OrderRows, load_orders_of},
    pool::{Connection, Database},
    retry::read,
    schema::users,
    statement::prepared,
};

/// Gathers what is held on people.
#[derive(Clone)]
pub struct PgPersonalDataReader {
    database: Database,
}

impl PgPersonalDataReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl PersonalDataReader for PgPersonalDataReader {
    async fn collect(&self, id: UserId) -> Result<Option<PersonalData>, StorageError> {
        let rows = read(&self.database, |connection| collect_once(connection, id)).await?;
        rows.map(PersonalData::try_from).transpose()
    }
}

struct Rows {
    account: AccountRow,
    log_ins: LogInRows,
    messages: MessageRows,
    carts: CartRows,
    orders: OrderRows,
    audit_log: Vec<AuditRow>,
}

/// The account; when its address was verified, and when it was edited last.
type AccountRow = (UserRow, Option<Instant>, Instant);

/// One snapshot for all of it: nothing is shown twice or left out because it changed in between.
async fn collect_once(mut connection: Connection, id: UserId) -> QueryResult<Option<Rows>> {
    connection
        .build_transaction()
        .repeatable_read()
        .read_only()
        .run(async |connection| {
            let connection = &*connection;
            let Some(account) = load_account(connection, id).await? else { return Ok(None) };
            let (log_ins, messages, carts, orders, audit_log) = try_join!(
                LogInRows::load(connection, id),
                MessageRows::load(connection, id),
                CartRows::load(connection, id),
                load_orders_of(connection, id),
                load_audit_log(connection, id),
            )?;
            Ok(Some(Rows { account, log_ins, messages, carts, orders, audit_log }))
        })
        .await
}

async fn load_account(mut connection: &AsyncPgConnection, id: UserId) -> QueryResult<Option<AccountRow>> {
    users::table
        .find(id.uuid())
        .filter(users::erased_at.is_null())
        .select((UserRow::as_select(), users::email_verified_at, users::updated_at))
        .first(&mut connection)
        .await
        .optional()
}

/// Two parts, each served by its index.
async fn load_audit_log(mut connection: &AsyncPgConnection, id: UserId) -> QueryResult<Vec<AuditRow>> {
    let statement = sql_query(
        "SELECT id, at, type AS event, actor, subject, host(ip) AS ip, request_id, detail::text AS detail
        FROM audit_log WHERE subject = $1 OR actor = $2 ORDER BY at, id",
    )
    .bind::<Text, _>(id.to_string())
    .bind::<Text, _>(Actor::User(id).to_string());
    prepared(statement).load(&mut connection).await
}

impl TryFrom<Rows> for PersonalData {
    type Error = StorageError;

    fn try_from(rows: Rows) -> Result<Self, Self::Error> {
        let (user, email_verified_at, updated_at) = rows.account;
        let Messages { mailed_tokens, waiting_mails, stored_answers } = rows.messages.into_messages()?;
        Ok(Self {
            user: User::try_from(user)?,
            email_verified_at,
            updated_at,
            sessions: rows.log_ins.into_sessions()?,
            mailed_tokens,
            waiting_mails,
            carts: rows.carts.into_carts()?,
            orders: rows.orders.into_orders()?,
            audit_log: rows.audit_log.into_iter().map(AuditView::try_from).collect::<Result<_, _>>()?,
            stored_answers,
        })
    }
}
