//! The steps of orders: all of them by one statement, to read them and to store them.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable, SelectableHelper,
    pg::Pg,
    sql_query,
    sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    actor::Origination,
    ids::OrderId,
    orders::{Axis, Command, HistoryStep},
    text::Note,
};
use ports::{pagination::PageRequest, storage::StorageError};
use uuid::Uuid;

use crate::{corrupt::Place, pagination::rows_for, schema::order_history, statement::prepared};

#[derive(Queryable, Selectable)]
#[diesel(table_name = order_history, check_for_backend(Pg))]
pub(super) struct StepRow {
    pub(super) order_id: Uuid,
    pub(super) sequence: i32,
    at: Instant,
    axis: String,
    from_value: Option<String>,
    to_value: String,
    command: String,
    actor: String,
    reason: Option<String>,
    request_id: Option<String>,
}

/// The steps of `orders`, order by order, each order's first one first.
pub(super) async fn load_steps(
    mut connection: &AsyncPgConnection,
    orders: &[Uuid],
) -> QueryResult<Vec<StepRow>> {
    order_history::table
        .filter(order_history::order_id.eq_any(orders))
        .order((order_history::order_id, order_history::sequence))
        .select(StepRow::as_select())
        .load(&mut connection)
        .await
}

/// A page of the steps of an order, and at least one more when there are more.
pub(super) async fn load_step_page(
    mut connection: &AsyncPgConnection,
    order: OrderId,
    page: PageRequest<i32>,
) -> QueryResult<Vec<StepRow>> {
    order_history::table
        .filter(order_history::order_id.eq(order.uuid()))
        .filter(order_history::sequence.gt(page.after.unwrap_or(0)))
        .order(order_history::sequence)
        .limit(i64::try_from(rows_for(page)).unwrap_or(i64::MAX))
        .select(StepRow::as_select())
        .load(&mut connection)
        .await
}

/// The place and the instant of the last step of an order.
pub(super) async fn load_history_end(
    mut connection: &AsyncPgConnection,
    order: OrderId,
) -> QueryResult<Option<(i32, Instant)>> {
    order_history::table
        .filter(order_history::order_id.eq(order.uuid()))
        .order(order_history::sequence.desc())
        .select((order_history::sequence, order_history::at))
        .first(&mut connection)
        .await
        .optional()
}

/// Steps, column by column.
pub(super) struct StepColumns<'a> {
    pub(super) sequence: Vec<i32>,
    pub(super) at: Vec<Instant>,
    pub(super) axis: Vec<&'static str>,
    pub(super) from: Vec<Option<&'static str>>,
    pub(super) to: Vec<&'static str>,
    pub(super) command: Vec<&'static str>,
    pub(super) actor: Vec<String>,
    pub(super) reason: Vec<Option<&'a str>>,
    pub(super) request_id: Vec<Option<&'a str>>,
}

impl<'a> StepColumns<'a> {
    pub(super) fn of(steps: &'a [HistoryStep]) -> Self {
        fn column<'a, T>(steps: &'a [HistoryStep], of: impl Fn(&'a HistoryStep) -> T) -> Vec<T> {
            steps.iter().map(of).collect()
        }
        Self {
            sequence: column(steps, |step| step.sequence),
            at: column(steps, |step| step.origination.at),
            axis: column(steps, |step| step.axis.names().0),
            from: column(steps, |step| step.axis.names().1),
            to: column(steps, |step| step.axis.names().2),
            command: column(steps, |step| step.command.name()),
            actor: column(steps, |step| step.origination.actor.to_string()),
            reason: column(steps, |step| step.reason.as_ref().map(|note| note.as_str())),
            request_id: column(steps, |step| step.origination.request_id.as_deref()),
        }
    }
}

/// Appends the next steps of an order.
pub(super) async fn insert_steps_in_tx(
    mut connection: &AsyncPgConnection,
    order: OrderId,
    steps: &[HistoryStep],
) -> QueryResult<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let steps = StepColumns::of(steps);
    let statement = sql_query(
        "INSERT INTO order_history (order_id, sequence, at, axis, from_value, to_value, command, actor, reason,
            request_id)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind::<SqlUuid, _>(order.uuid())
    .bind::<Array<Integer>, _>(steps.sequence)
    .bind::<Array<Timestamptz>, _>(steps.at)
    .bind::<Array<Text>, _>(steps.axis)
    .bind::<Array<Nullable<Text>>, _>(steps.from)
    .bind::<Array<Text>, _>(steps.to)
    .bind::<Array<Text>, _>(steps.command)
    .bind::<Array<Text>, _>(steps.actor)
    .bind::<Array<Nullable<Text>>, _>(steps.reason)
    .bind::<Array<Nullable<Text>>, _>(steps.request_id);
    prepared(statement).execute(&mut connection).await.map(drop)
}

impl StepRow {
    pub(super) fn into_step(self) -> Result<HistoryStep, StorageError> {
        let place = Place { table: "order_history", id: self.order_id };
        let axis = Axis::parse(&self.axis, self.from_value.as_deref(), &self.to_value);
        Ok(HistoryStep {
            sequence: self.sequence,
            axis: place.read("axis", axis.ok_or("no such step"))?,
            command: place.read("command", Command::parse(&self.command).ok_or("no such command"))?,
            reason: place.read("reason", self.reason.as_deref().map(Note::parse).transpose())?,
            origination: Origination {
                actor: place.read("actor", self.actor.parse())?,
                request_id: self.request_id,
                at: self.at,
            },
        })
    }
}
