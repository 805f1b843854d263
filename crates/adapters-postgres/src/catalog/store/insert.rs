//! The rows of a new product or category, one statement for each table.

use diesel::{
    ExpressionMethods, QueryResult, insert_into,
    result::Error,
    sql_query,
    sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::{Category, PricePeriod, Product, Variant, VariantCreation},
    ids::ProductId,
};

use crate::{
    catalog::product_row::{stored_images, stored_options, stored_texts},
    schema::{categories, products},
    statement::prepared,
};

pub(super) async fn insert_product_in_tx(
    mut connection: &AsyncPgConnection,
    product: &Product,
) -> QueryResult<()> {
    let row = (
        products::id.eq(product.id.uuid()),
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
        products::created_at.eq(product.created_at),
        products::updated_at.eq(product.updated_at),
    );
    insert_into(products::table).values(row).execute(&mut connection).await.map(drop)
}

/// New variants of a product, made at `at`.
pub(in crate::catalog) async fn insert_variants_in_tx(
    mut connection: &AsyncPgConnection,
    product: ProductId,
    new: &[VariantCreation],
    at: Instant,
) -> QueryResult<()> {
    let variants = || new.iter().map(|new| &new.variant);
    let integer = |value: Option<u32>| value.map(i32::try_from).transpose();
    let weights: Result<Vec<_>, _> = variants().map(|variant| integer(variant.weight_grams)).collect();
    let weights = weights.map_err(|error| Error::SerializationError(error.into()))?;
    let by = |of: fn(&Variant) -> &str| variants().map(of).collect::<Vec<_>>();
    let statement = sql_query(
        "INSERT INTO variants (id, product_id, sku, title, option_values, barcode, weight_grams, position, version,
            created_at, updated_at)
        SELECT id, $1, sku, title, option_values, barcode, weight_grams, position, version, $2, $2
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10)
            AS variant (id, sku, title, option_values, barcode, weight_grams, position, version)",
    )
    .bind::<SqlUuid, _>(product.uuid())
    .bind::<Timestamptz, _>(at)
    .bind::<Array<SqlUuid>, _>(variants().map(|variant| variant.id.uuid()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(by(|variant| variant.sku.as_str()))
    .bind::<Array<Text>, _>(by(|variant| variant.title.as_str()))
    .bind::<Array<Jsonb>, _>(
        variants().map(|variant| stored_texts(&variant.option_values)).collect::<Vec<_>>(),
    )
    .bind::<Array<Nullable<Text>>, _>(
        variants().map(|variant| variant.barcode.as_deref()).collect::<Vec<_>>(),
    )
    .bind::<Array<Nullable<Integer>>, _>(weights)
    .bind::<Array<Integer>, _>(variants().map(|variant| i32::from(variant.position)).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(variants().map(|variant| variant.version).collect::<Vec<_>>());
    prepared(statement).execute(&mut connection).await.map(drop)
}

/// The prices of new variants, made at `at`.
pub(in crate::catalog) async fn insert_prices_in_tx(
    mut connection: &AsyncPgConnection,
    new: &[VariantCreation],
    at: Instant,
) -> QueryResult<()> {
    let prices = || {
        let of_variant = |id| move |price| (id, price);
        new.iter().flat_map(move |new| new.prices.iter().map(of_variant(new.variant.id)))
    };
    fn column<'a, K, T>(
        prices: impl Iterator<Item = (K, &'a PricePeriod)>,
        of: impl Fn(&PricePeriod) -> T,
    ) -> Vec<T> {
        prices.map(|(_, price)| of(price)).collect()
    }
    let statement = sql_query(
        "INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by, created_at)
        SELECT *, $8 FROM unnest($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind::<Array<SqlUuid>, _>(column(prices(), |price| price.id.uuid()))
    .bind::<Array<SqlUuid>, _>(prices().map(|(variant, _)| variant.uuid()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(column(prices(), |price| price.price.currency().code()))
    .bind::<Array<BigInt>, _>(column(prices(), |price| price.price.minor()))
    .bind::<Array<Timestamptz>, _>(column(prices(), |price| price.valid_from))
    .bind::<Array<Nullable<Timestamptz>>, _>(column(prices(), |price| price.valid_to))
    .bind::<Array<Text>, _>(column(prices(), |price| price.changed_by.to_string()))
    .bind::<Timestamptz, _>(at);
    prepared(statement).execute(&mut connection).await.map(drop)
}

pub(super) async fn insert_category_in_tx(
    mut connection: &AsyncPgConnection,
    category: &Category,
) -> QueryResult<()> {
    let position =
        i32::try_from(category.position).map_err(|error| Error::SerializationError(error.into()))?;
    let row = (
        categories::id.eq(category.id.uuid()),
        categories::parent_id.eq(category.parent_id.map(|id| id.uuid())),
        categories::slug.eq(category.slug.as_str()),
        categories::name.eq(category.name.as_str()),
        categories::position.eq(position),
        categories::version.eq(category.version),
        categories::created_at.eq(category.created_at),
        categories::updated_at.eq(category.created_at),
    );
    insert_into(categories::table).values(row).execute(&mut connection).await.map(drop)
}
