//! Making a decision about prices true.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, delete, insert_into, update};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::{PriceDecision, PriceEffect, PricePeriod},
    ids::VariantId,
};
use futures::try_join;
use uuid::Uuid;

use super::{EditFailure, PriceFailure};
use crate::{
    errors::refused_by,
    events::insert_events_in_tx,
    retry::Failure,
    schema::{prices, products, variants},
};

/// One round trip.
pub(super) async fn store_in_tx(
    connection: &AsyncPgConnection,
    decision: &PriceDecision,
    effect: &PriceEffect,
) -> Result<(), PriceFailure> {
    let events = [&effect.event];
    let stored =
        try_join!(store_prices_in_tx(connection, decision, effect), insert_events_in_tx(connection, &events));
    stored.map(drop).map_err(|error| match refused_by(&error) {
        // One that was to be removed or replaced has begun, by its schedule.
        Some("append_only") => Failure::Refused(EditFailure::Overtaken),
        _ => Failure::Failed(error),
    })
}

/// All of a decision but its event. The statements reach the database in the order in which they stand here, so that no
/// two periods overlap in between either.
pub(in crate::catalog) async fn store_prices_in_tx(
    connection: &AsyncPgConnection,
    decision: &PriceDecision,
    PriceEffect { change, event }: &PriceEffect,
) -> QueryResult<()> {
    let at = event.origination.at;
    try_join!(
        remove_in_tx(connection, &change.removed),
        change_in_tx(connection, change.changed.as_ref()),
        add_in_tx(connection, decision.variant_id, change.added.as_ref(), at),
        move_variant_in_tx(connection, decision, at),
        move_product_in_tx(connection, decision, at),
    )
    .map(drop)
}

async fn remove_in_tx(mut connection: &AsyncPgConnection, removed: &[PricePeriod]) -> QueryResult<()> {
    if removed.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = removed.iter().map(|period| period.id.uuid()).collect();
    delete(prices::table.filter(prices::id.eq_any(ids))).execute(&mut connection).await.map(drop)
}

async fn change_in_tx(mut connection: &AsyncPgConnection, changed: Option<&PricePeriod>) -> QueryResult<()> {
    let Some(period) = changed else { return Ok(()) };
    update(prices::table.find(period.id.uuid()))
        .set((
            prices::amount_minor.eq(period.price.minor()),
            prices::valid_to.eq(period.valid_to),
            prices::changed_by.eq(period.changed_by.to_string()),
        ))
        .execute(&mut connection)
        .await
        .map(drop)
}

async fn add_in_tx(
    mut connection: &AsyncPgConnection,
    variant: VariantId,
    added: Option<&PricePeriod>,
    at: Instant,
) -> QueryResult<()> {
    let Some(period) = added else { return Ok(()) };
    let row = (
        prices::id.eq(period.id.uuid()),
        prices::variant_id.eq(variant.uuid()),
        prices::currency.eq(period.price.currency().code()),
        prices::amount_minor.eq(period.price.minor()),
        prices::valid_from.eq(period.valid_from),
        prices::valid_to.eq(period.valid_to),
        prices::changed_by.eq(period.changed_by.to_string()),
        prices::created_at.eq(at),
    );
    insert_into(prices::table).values(row).execute(&mut connection).await.map(drop)
}

async fn move_variant_in_tx(
    mut connection: &AsyncPgConnection,
    decision: &PriceDecision,
    at: Instant,
) -> QueryResult<()> {
    update(variants::table.find(decision.variant_id.uuid()))
        .set((variants::version.eq(decision.variant_version), variants::updated_at.eq(at)))
        .execute(&mut connection)
        .await
        .map(drop)
}

async fn move_product_in_tx(
    mut connection: &AsyncPgConnection,
    decision: &PriceDecision,
    at: Instant,
) -> QueryResult<()> {
    update(products::table.find(decision.product_id.uuid()))
        .set((products::version.eq(decision.product_version), products::updated_at.eq(at)))
        .execute(&mut connection)
        .await
        .map(drop)
}
