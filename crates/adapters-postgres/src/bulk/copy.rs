//! One COPY for each table. The rows are those that the stores insert one by one.

use std::pin::pin;

use domain::{
    accounts::User,
    catalog::{ProductCreation, VariantCreation},
    events::Event,
};
use tokio_postgres::{
    Transaction,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::Loaded;
use crate::{
    catalog::{stored_images, stored_options, stored_texts},
    events::data,
};

pub(super) async fn copy_products(transaction: &Transaction<'_>, products: &[ProductCreation]) -> Loaded {
    let table =
        "products (id, slug, title, description, status, category_id, tags, attributes, images, options,
        version, created_at, updated_at)";
    let types = [
        Type::UUID,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::UUID,
        Type::TEXT_ARRAY,
        Type::JSONB,
        Type::JSONB,
        Type::JSONB,
        Type::INT4,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
    ];
    let rows = products.iter().map(|ProductCreation { product, .. }| {
        row([
            Box::new(product.id.uuid()),
            Box::new(product.slug.as_str()),
            Box::new(product.title.as_str()),
            Box::new(product.description.as_ref().map(|text| text.as_str())),
            Box::new(product.status.name()),
            Box::new(product.category_id.map(|id| id.uuid())),
            Box::new(&product.tags),
            Box::new(stored_texts(&product.attributes)),
            Box::new(stored_images(&product.images)),
            Box::new(stored_options(&product.options)),
            Box::new(product.version),
            Box::new(product.created_at),
            Box::new(product.updated_at),
        ])
    });
    copy(transaction, table, &types, rows).await
}

pub(super) async fn copy_variants(transaction: &Transaction<'_>, products: &[ProductCreation]) -> Loaded {
    let table =
        "variants (id, product_id, sku, title, option_values, barcode, weight_grams, position, version,
        created_at, updated_at)";
    let types = [
        Type::UUID,
        Type::UUID,
        Type::TEXT,
        Type::TEXT,
        Type::JSONB,
        Type::TEXT,
        Type::INT4,
        Type::INT4,
        Type::INT4,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
    ];
    let rows = variants(products).map(|(new, VariantCreation { variant, .. })| {
        row([
            Box::new(variant.id.uuid()),
            Box::new(variant.product_id.uuid()),
            Box::new(variant.sku.as_str()),
            Box::new(variant.title.as_str()),
            Box::new(stored_texts(&variant.option_values)),
            Box::new(variant.barcode.as_deref()),
            Box::new(variant.weight_grams.map(|grams| i32::try_from(grams).unwrap_or(i32::MAX))),
            Box::new(i32::from(variant.position)),
            Box::new(variant.version),
            Box::new(new.product.created_at),
            Box::new(new.product.updated_at),
        ])
    });
    copy(transaction, table, &types, rows).await
}

pub(super) async fn copy_prices(transaction: &Transaction<'_>, products: &[ProductCreation]) -> Loaded {
    let table =
        "prices (id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by, created_at)";
    let types = [
        Type::UUID,
        Type::UUID,
        Type::TEXT,
        Type::INT8,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TIMESTAMPTZ,
    ];
    let periods = variants(products).flat_map(|(ProductCreation { product, .. }, new)| {
        new.prices.iter().map(move |price| (product, new, price))
    });
    let rows = periods.map(|(product, new, period)| {
        row([
            Box::new(period.id.uuid()),
            Box::new(new.variant.id.uuid()),
            Box::new(period.price.currency().code()),
            Box::new(period.price.minor()),
            Box::new(period.valid_from),
            Box::new(period.valid_to),
            Box::new(period.changed_by.to_string()),
            Box::new(product.created_at),
        ])
    });
    copy(transaction, table, &types, rows).await
}

pub(super) async fn copy_levels(transaction: &Transaction<'_>, products: &[ProductCreation]) -> Loaded {
    let table = "stock_levels (variant_id, on_hand, reserved, backorder, version, movements)";
    let types = [Type::UUID, Type::INT4, Type::INT4, Type::BOOL, Type::INT4, Type::INT8];
    let rows = variants(products).map(|(_, VariantCreation { level, opening, .. })| {
        row([
            Box::new(level.variant_id.uuid()),
            Box::new(level.on_hand),
            Box::new(level.reserved),
            Box::new(level.backorder),
            Box::new(level.version),
            Box::new(i64::from(opening.is_some())),
        ])
    });
    copy(transaction, table, &types, rows).await
}

pub(super) async fn copy_movements(transaction: &Transaction<'_>, products: &[ProductCreation]) -> Loaded {
    let table = "stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
        reserved_after, actor, at, request_id)";
    let types = [
        Type::UUID,
        Type::INT8,
        Type::TEXT,
        Type::INT4,
        Type::INT4,
        Type::INT4,
        Type::INT4,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::TEXT,
    ];
    let rows = variants(products).filter_map(|(_, new)| new.opening.as_ref()).map(|opening| {
        row([
            Box::new(opening.variant_id.uuid()),
            Box::new(1_i64),
            Box::new(opening.kind.name()),
            Box::new(opening.delta_on_hand),
            Box::new(opening.delta_reserved),
            Box::new(opening.on_hand_after),
            Box::new(opening.reserved_after),
            Box::new(opening.origination.actor.to_string()),
            Box::new(opening.origination.at),
            Box::new(opening.origination.request_id.as_deref()),
        ])
    });
    copy(transaction, table, &types, rows).await
}

/// `first` is the place of the transaction's first event.
pub(super) async fn copy_events<'a>(
    transaction: &Transaction<'_>,
    first: i64,
    events: impl Iterator<Item = &'a Event> + Send,
) -> Loaded {
    let table =
        "events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, occurred_at, actor,
        request_id, data)";
    let types = [
        Type::INT8,
        Type::UUID,
        Type::TEXT,
        Type::UUID,
        Type::INT4,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::JSONB,
    ];
    let rows = (first..).zip(events).map(|(sequence, event)| {
        row([
            Box::new(sequence),
            Box::new(event.id.uuid()),
            Box::new(event.data.aggregate_type()),
            Box::new(event.aggregate_id),
            Box::new(event.aggregate_version),
            Box::new(event.data.event_type()),
            Box::new(event.origination.at),
            Box::new(event.origination.actor.to_string()),
            Box::new(event.origination.request_id.as_deref()),
            Box::new(data(&event.data)),
        ])
    });
    copy(transaction, table, &types, rows).await
}

pub(super) async fn copy_users<'a>(
    transaction: &Transaction<'_>,
    users: impl Iterator<Item = &'a User> + Send,
    password_hash: &str,
) -> Loaded {
    let table =
        "users (id, email, email_verified_at, name, password_hash, roles, version, created_at, updated_at)";
    let types = [
        Type::UUID,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT_ARRAY,
        Type::INT4,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
    ];
    let rows = users.map(|user| {
        row([
            Box::new(user.id.uuid()),
            Box::new(user.email.as_str()),
            Box::new(user.email_verified.then_some(user.created_at)),
            Box::new(user.name.as_ref().map(|name| name.as_str())),
            Box::new(password_hash),
            Box::new(user.roles.iter().map(|role| role.name()).collect::<Vec<_>>()),
            Box::new(user.version),
            Box::new(user.created_at),
            Box::new(user.created_at),
        ])
    });
    copy(transaction, table, &types, rows).await
}

type Value<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// The values of a row, in the order of its table's columns.
fn row<'a, const COLUMNS: usize>(values: [Value<'a>; COLUMNS]) -> [Value<'a>; COLUMNS] {
    values
}

fn variants(
    products: &[ProductCreation],
) -> impl Iterator<Item = (&ProductCreation, &VariantCreation)> + Send {
    products.iter().flat_map(|product| product.variants.iter().map(move |variant| (product, variant)))
}

async fn copy<'a, const COLUMNS: usize>(
    transaction: &Transaction<'_>,
    table: &str,
    types: &[Type; COLUMNS],
    rows: impl Iterator<Item = [Value<'a>; COLUMNS]> + Send,
) -> Loaded {
    let sink = transaction.copy_in(&format!("COPY {table} FROM STDIN (FORMAT binary)")).await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, types));
    for row in rows {
        let values = row.each_ref().map(|value| -> &(dyn ToSql + Sync) { &**value });
        writer.as_mut().write(&values).await?;
    }
    writer.finish().await.map(drop)
}
