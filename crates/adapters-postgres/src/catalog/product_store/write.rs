//! The rows of a changed product, one statement for each kind of change; none where nothing changes.

use std::slice;

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult,
    result::Error,
    sql_query,
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
    update,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    catalog::{ProductChange, Variant},
    ids::VariantId,
};
use futures::try_join;
use uuid::Uuid;

use crate::{
    catalog::{
        product_row::{stored_images, stored_options, stored_texts},
        store::{insert_prices_in_tx, insert_variants_in_tx},
    },
    inventory::{insert_levels_in_tx, insert_movements_in_tx},
    schema::products,
    statement::prepared,
};

/// Stores the product's row, if it still has the version that the change was decided on.
pub(super) async fn update_product_in_tx(
    mut connection: &AsyncPgConnection,
    change: &ProductChange,
) -> QueryResult<usize> {
    let product = &change.product;
    update(products::table.find(product.id.uuid()))
        .filter(products::version.eq(change.decided_on()))
        .set((
            products::slug.eq(product.slug.as_str()),
            products::title.eq(product.title.as_str()),
            products::description.eq(product.description.as_ref().map(|text| text.as_str())),
            products::status.eq(product.status.name()),
            products::category_id.eq(product.category_id.map(|id| id.uuid())),
            products::tags.eq(&product.tags),
            products::attributes.eq(stored_texts(&product.attributes)),
            products::images.eq(stored_images(&product.images)),
            products::options.eq(stored_options(&product.options)),
            products::version.eq(product.version),
            products::updated_at.eq(product.updated_at),
            products::deleted_at.eq(change.deleted_at),
        ))
        .execute(&mut connection)
        .await
}

/// Edited variants change what is offered one by one: who does that to several locks their levels first, in the order
/// that keeps orders over the same variants from waiting in a circle.
pub(super) async fn lock_levels_in_tx(
    mut connection: &AsyncPgConnection,
    change: &ProductChange,
) -> QueryResult<()> {
    if change.edited.len() < 2 {
        return Ok(());
    }
    let statement = sql_query(
        "SELECT FROM stock_levels WHERE variant_id = ANY ($1) ORDER BY variant_id FOR NO KEY UPDATE",
    )
    .bind::<Array<SqlUuid>, _>(change.edited.iter().map(|variant| variant.id.uuid()).collect::<Vec<_>>());
    prepared(statement).execute(&mut connection).await.map(drop)
}

pub(super) async fn update_variants_in_tx(
    mut connection: &AsyncPgConnection,
    change: &ProductChange,
) -> QueryResult<()> {
    if change.edited.is_empty() {
        return Ok(());
    }
    fn column<'a, T>(change: &'a ProductChange, of: impl Fn(&'a Variant) -> T) -> Vec<T> {
        change.edited.iter().map(of).collect()
    }
    let weights: Result<Vec<_>, _> =
        change.edited.iter().map(|variant| variant.weight_grams.map(i32::try_from).transpose()).collect();
    let weights = weights.map_err(|error| Error::SerializationError(error.into()))?;
    let statement = sql_query(
        "UPDATE variants SET sku = edited.sku, title = edited.title, option_values = edited.option_values,
            barcode = edited.barcode, weight_grams = edited.weight_grams, version = edited.version, updated_at = $1
        FROM unnest($2, $3, $4, $5, $6, $7, $8)
            AS edited (id, sku, title, option_values, barcode, weight_grams, version)
        WHERE variants.id = edited.id",
    )
    .bind::<Timestamptz, _>(change.product.updated_at)
    .bind::<Array<SqlUuid>, _>(column(change, |variant| variant.id.uuid()))
    .bind::<Array<Text>, _>(column(change, |variant| variant.sku.as_str()))
    .bind::<Array<Text>, _>(column(change, |variant| variant.title.as_str()))
    .bind::<Array<Jsonb>, _>(column(change, |variant| stored_texts(&variant.option_values)))
    .bind::<Array<Nullable<Text>>, _>(column(change, |variant| variant.barcode.as_deref()))
    .bind::<Array<Nullable<Integer>>, _>(weights)
    .bind::<Array<Integer>, _>(column(change, |variant| variant.version));
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// A variant that goes alone is another version; one that goes with its product comes back as it was.
pub(super) async fn delete_variants_in_tx(
    mut connection: &AsyncPgConnection,
    change: &ProductChange,
) -> QueryResult<()> {
    if change.removed.is_empty() {
        return Ok(());
    }
    let statement = sql_query(
        "UPDATE variants SET deleted_at = $2, updated_at = $2, version = version + $3
        WHERE id = ANY ($1) AND deleted_at IS NULL",
    )
    .bind::<Array<SqlUuid>, _>(ids(&change.removed))
    .bind::<Timestamptz, _>(change.product.updated_at)
    .bind::<Integer, _>(i32::from(change.deleted_at.is_none()));
    prepared(statement).execute(&mut connection).await.map(drop)
}

pub(super) async fn restore_variants_in_tx(
    mut connection: &AsyncPgConnection,
    change: &ProductChange,
) -> QueryResult<()> {
    if change.returned.is_empty() {
        return Ok(());
    }
    let statement = sql_query("UPDATE variants SET deleted_at = NULL, updated_at = $2 WHERE id = ANY ($1)")
        .bind::<Array<SqlUuid>, _>(ids(&change.returned))
        .bind::<Timestamptz, _>(change.product.updated_at);
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// As for a new product: its price comes before its level, or it would count as a change of the offer.
pub(super) async fn add_variant_in_tx(
    connection: &AsyncPgConnection,
    change: &ProductChange,
) -> QueryResult<()> {
    let Some(new) = &change.added else { return Ok(()) };
    let (of, at) = (change.product.id, change.product.updated_at);
    let level = [(&new.level, i64::from(new.opening.is_some()))];
    let opening: Vec<_> = new.opening.iter().map(|line| (line, 1)).collect();
    let new = slice::from_ref(new);
    try_join!(
        insert_variants_in_tx(connection, of, new, at),
        insert_prices_in_tx(connection, new, at),
        insert_levels_in_tx(connection, &level),
        insert_movements_in_tx(connection, &opening),
    )
    .map(drop)
}

fn ids(variants: &[VariantId]) -> Vec<Uuid> {
    variants.iter().map(|id| id.uuid()).collect()
}
