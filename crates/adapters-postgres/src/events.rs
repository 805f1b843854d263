//! The event log: one row for each event, in the transaction of what happened.

mod order;
mod reader;

use chrono::SecondsFormat;
use diesel::{
    QueryResult, sql_query,
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    events::{Event, EventData, PriceFact, VariantOf},
    ids::VariantId,
    inventory::StockFigures,
    money::Money,
};
use serde_json::{Value, json};

pub use self::reader::PgEventReader;
use crate::statement::prepared;

/// Appends the events of one transaction, in their order. They are all that it may append: their places in the log
/// are made from the transaction's id and their number in it.
pub(crate) async fn insert_events_in_tx(
    mut connection: &AsyncPgConnection,
    events: &[&Event],
) -> QueryResult<()> {
    let by = |of: fn(&Event) -> String| events.iter().map(|event| of(event)).collect::<Vec<_>>();
    let statement = sql_query(
        "INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, occurred_at, actor,
            request_id, data)
        SELECT event_sequence((place - 1)::integer), id, aggregate_type, aggregate_id, aggregate_version, type,
            occurred_at, actor, request_id, data
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
            AS event (id, aggregate_type, aggregate_id, aggregate_version, type, occurred_at, actor, request_id, data,
                place)",
    )
    .bind::<Array<SqlUuid>, _>(events.iter().map(|event| event.id.uuid()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(by(|event| event.data.aggregate_type().to_owned()))
    .bind::<Array<SqlUuid>, _>(events.iter().map(|event| event.aggregate_id).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(events.iter().map(|event| event.aggregate_version).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(by(|event| event.data.event_type().to_owned()))
    .bind::<Array<Timestamptz>, _>(events.iter().map(|event| event.origination.at).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(by(|event| event.origination.actor.to_string()))
    .bind::<Array<Nullable<Text>>, _>(
        events.iter().map(|event| event.origination.request_id.as_deref()).collect::<Vec<_>>(),
    )
    .bind::<Array<Jsonb>, _>(events.iter().map(|event| data(&event.data)).collect::<Vec<_>>());
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// What an event says of itself, as it is stored and shown.
pub(crate) fn data(data: &EventData) -> Value {
    match data {
        EventData::UserRegistered { roles } | EventData::UserRolesChanged { roles } => {
            json!({ "roles": roles })
        }
        EventData::UserUpdated { fields } => json!({ "fields": fields }),
        EventData::UserPasswordChanged
        | EventData::UserEmailVerified
        | EventData::UserEmailChanged
        | EventData::UserErased => json!({}),
        EventData::CategoryCreated { parent_id } | EventData::CategoryDeleted { parent_id } => {
            json!({ "parent_id": parent_id.map(|id| id.to_string()) })
        }
        EventData::CategoryUpdated { fields, position } => {
            json!({ "fields": fields, "position": position })
        }
        EventData::PriceChanged(fact) | EventData::PriceScheduled(fact) | EventData::PriceCancelled(fact) => {
            price(fact)
        }
        EventData::CategoryMoved { from, to, fields, position } => {
            let [from, to] = [from, to].map(|id| id.map(|id| id.to_string()));
            json!({ "from": from, "to": to, "fields": fields, "position": position })
        }
        EventData::ProductCreated { variant_ids }
        | EventData::ProductDeleted { variant_ids }
        | EventData::ProductRestored { variant_ids } => json!({ "variant_ids": ids(variant_ids) }),
        EventData::ProductUpdated { fields, variant_ids } => {
            json!({ "fields": fields, "variant_ids": ids(variant_ids) })
        }
        EventData::VariantCreated(of) | EventData::VariantDeleted(of) => variant(*of, None),
        EventData::VariantUpdated { of, fields } => variant(*of, Some(fields)),
        EventData::StockAdjusted(figures) | EventData::StockShort(figures) => stock(*figures),
        EventData::OrderPlaced { number, status, total, lines } => json!({
            "number": number,
            "status": status.name(),
            "total": money(*total),
            "lines": order::pieces(lines),
        }),
        EventData::OrderChanged(event) => order::data(event),
    }
}

fn price(fact: &PriceFact) -> Value {
    let PriceFact { variant_id, variant_version, price_id, price, valid_from, valid_to } = fact;
    json!({
        "variant_id": variant_id.to_string(),
        "variant_version": variant_version,
        "price_id": price_id.to_string(),
        "price": money(*price),
        "valid_from": instant(*valid_from),
        "valid_to": valid_to.map(instant),
    })
}

fn instant(instant: Instant) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn stock(StockFigures { kind, delta, on_hand, reserved }: StockFigures) -> Value {
    json!({ "kind": kind.name(), "delta": delta, "on_hand": on_hand, "reserved": reserved })
}

fn money(money: Money) -> Value {
    json!({ "amount": money.amount(), "currency": money.currency().code() })
}

fn ids(variants: &[VariantId]) -> Vec<String> {
    variants.iter().map(ToString::to_string).collect()
}

fn variant(of: VariantOf, fields: Option<&[&'static str]>) -> Value {
    let (product_id, version) = (of.product_id.to_string(), of.product_version);
    match fields {
        Some(fields) => json!({ "product_id": product_id, "product_version": version, "fields": fields }),
        None => json!({ "product_id": product_id, "product_version": version }),
    }
}
