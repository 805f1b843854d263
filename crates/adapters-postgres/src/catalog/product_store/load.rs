//! What a change of a product is decided on.

use std::collections::BTreeSet;

use diesel::{
    OptionalExtension, QueryResult, QueryableByName, sql_query,
    sql_types::{Bool, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    catalog::{ProductEntry, Variant},
    ids::ProductId,
    money::Currency,
};
use ports::{
    catalog::{DeletedProduct, ProductRef},
    storage::StorageError,
};
use uuid::Uuid;

use crate::{
    catalog::{
        product_reader::view,
        product_row::{AnyProductRow, PRODUCT_COLUMNS},
        variant_rows::{VARIANT_COLUMNS, VariantRow, VariantViewRow, load_variants_gone_with},
    },
    statement::prepared,
};

/// A variant, and whether more of it may be sold than are there.
#[derive(QueryableByName)]
pub(super) struct OwnVariantRow {
    #[diesel(embed)]
    variant: VariantRow,
    #[diesel(sql_type = Bool)]
    backorder: bool,
}

/// The id that is given, and the condition by which it finds its product.
const fn condition(which: ProductRef) -> (Uuid, &'static str) {
    match which {
        ProductRef::Product(id) => (id.uuid(), "product.id = $1"),
        ProductRef::OfVariant(id) => {
            (id.uuid(), "product.id = (SELECT product_id FROM variants WHERE id = $1)")
        }
    }
}

pub(super) async fn load_any_product(
    mut connection: &AsyncPgConnection,
    which: ProductRef,
) -> QueryResult<Option<AnyProductRow>> {
    let (id, condition) = condition(which);
    let statement = sql_query(format!(
        "SELECT {PRODUCT_COLUMNS}, product.deleted_at FROM products AS product WHERE {condition}"
    ))
    .bind::<SqlUuid, _>(id);
    prepared(statement).get_result(&mut connection).await.optional()
}

/// The variants that are not deleted or, of a deleted product, those that went with it.
pub(super) async fn load_own_variants(
    mut connection: &AsyncPgConnection,
    which: ProductRef,
) -> QueryResult<Vec<OwnVariantRow>> {
    let (id, condition) = condition(which);
    let statement = sql_query(format!(
        "SELECT {VARIANT_COLUMNS}, level.backorder
        FROM products AS product JOIN variants AS variant ON variant.product_id = product.id
        JOIN stock_levels AS level ON level.variant_id = variant.id
        WHERE {condition} AND variant.deleted_at IS NOT DISTINCT FROM product.deleted_at
        ORDER BY variant.position, variant.id"
    ))
    .bind::<SqlUuid, _>(id);
    prepared(statement).load(&mut connection).await
}

pub(super) async fn load_gone(
    connection: &AsyncPgConnection,
    id: ProductId,
    currency: Currency,
) -> QueryResult<Vec<VariantViewRow>> {
    load_variants_gone_with(connection, id.uuid(), currency).await
}

pub(super) fn entry(row: AnyProductRow, variants: Vec<OwnVariantRow>) -> Result<ProductEntry, StorageError> {
    let mut entry = ProductEntry {
        product: row.product.try_into()?,
        deleted_at: row.deleted_at,
        variants: Vec::with_capacity(variants.len()),
        backordered: BTreeSet::new(),
    };
    for OwnVariantRow { variant, backorder } in variants {
        let variant = Variant::try_from(variant)?;
        if backorder {
            entry.backordered.insert(variant.id);
        }
        entry.variants.push(variant);
    }
    Ok(entry)
}

pub(super) fn deleted(
    row: AnyProductRow,
    variants: Vec<VariantViewRow>,
    currency: Currency,
) -> Result<Option<DeletedProduct>, StorageError> {
    let Some(deleted_at) = row.deleted_at else { return Ok(None) };
    Ok(Some(DeletedProduct { view: view(row.product, variants, currency)?, deleted_at }))
}
