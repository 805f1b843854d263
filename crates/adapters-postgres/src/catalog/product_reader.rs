//! Products, as people see them.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use diesel::{
    OptionalExtension, QueryDsl, QueryResult, sql_query,
    sql_types::{Array, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    Instant,
    catalog::ProductStatus,
    ids::{ProductId, VariantId},
    money::Currency,
};
use futures::try_join;
use ports::{
    catalog::{ProductPlace, ProductQuery, ProductReader, ProductView, VariantView, Visibility},
    clock::Clock,
    pagination::Page,
    storage::StorageError,
};
use uuid::Uuid;

use super::{
    ShownProducts,
    page::{PlaceRow, load_page},
    product_row::{PRODUCT_COLUMNS, ProductRow},
    variant_rows::{VariantViewRow, load_variants},
};
use crate::{pagination::cut, pool::Database, retry::read, schema::variants, statement::prepared};

/// Name of the counter of products that were shown from memory (`hit`) or read from the database (`miss`).
pub const PRODUCT_CACHE: &str = "product_cache_total";

/// What everybody sees.
const ACTIVE: &str = "status = 'active'";

/// Shows products.
#[derive(Clone)]
pub struct PgProductReader {
    database: Database,
    memory: Option<Memory>,
}

/// The products that were shown lately, and the clock by which their prices end.
#[derive(Clone)]
struct Memory {
    shown: Arc<ShownProducts>,
    clock: Arc<dyn Clock>,
}

/// Products by their ids, each with the instant at which one of its prices changes.
type Views = BTreeMap<ProductId, (ProductView, Option<Instant>)>;

impl PgProductReader {
    /// Reads through the pool of `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database, memory: None }
    }

    /// Remembers what everybody sees; `clock` is the database's.
    #[must_use]
    pub fn remembering(self, shown: Arc<ShownProducts>, clock: Arc<dyn Clock>) -> Self {
        Self { memory: Some(Memory { shown, clock }), ..self }
    }

    /// The products of these ids: what was shown lately, and the others from the database.
    async fn views(
        &self,
        ids: &[ProductId],
        currency: Currency,
        status: &'static str,
    ) -> Result<Views, StorageError> {
        let memory = self.memory.as_ref().filter(|memory| status == ACTIVE && memory.shown.is_live());
        let Some(Memory { shown, clock }) = memory else { return self.load(ids, currency, status).await };
        let now = clock.now();
        let known = |id: &ProductId| Some((*id, (shown.find(*id, currency, now)?, None)));
        let mut views: Views = ids.iter().filter_map(known).collect();
        let missing: Vec<_> = ids.iter().copied().filter(|id| !views.contains_key(id)).collect();
        metrics::counter!(PRODUCT_CACHE, "outcome" => "hit").increment(count(views.len()));
        metrics::counter!(PRODUCT_CACHE, "outcome" => "miss").increment(count(missing.len()));
        if missing.is_empty() {
            return Ok(views);
        }
        // Before they are read: a change that comes meanwhile makes them void.
        let seen: Vec<_> = missing.iter().map(|id| shown.seen(*id)).collect();
        let mut loaded = self.load(&missing, currency, status).await?;
        for (id, seen) in missing.into_iter().zip(seen) {
            if let Some((view, until)) = loaded.get(&id) {
                shown.remember(view, currency, seen, *until);
            }
        }
        views.append(&mut loaded);
        Ok(views)
    }

    /// One round trip. A product is read before its variants: what is edited in between is newer than the version that
    /// it is shown with, which an edit based on that version then finds out.
    async fn load(
        &self,
        ids: &[ProductId],
        currency: Currency,
        status: &'static str,
    ) -> Result<Views, StorageError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let (products, variants) = read(&self.database, |connection| {
            let ids = &ids;
            async move {
                let connection: &AsyncPgConnection = &connection;
                try_join!(load_products(connection, ids, status), load_variants(connection, ids, currency))
            }
        })
        .await?;
        views(products, variants, currency)
    }
}

#[async_trait]
impl ProductReader for PgProductReader {
    async fn find(
        &self,
        id: ProductId,
        currency: Currency,
        visibility: Visibility,
    ) -> Result<Option<ProductView>, StorageError> {
        let status = match visibility {
            Visibility::Public => ACTIVE,
            Visibility::Staff => "true",
        };
        let mut views = self.views(&[id], currency, status).await?;
        Ok(views.remove(&id).map(|(view, _)| view))
    }

    /// Whose variant it is never changes; so that is asked, and the product may be remembered.
    async fn find_variant(
        &self,
        id: VariantId,
        currency: Currency,
        visibility: Visibility,
    ) -> Result<Option<VariantView>, StorageError> {
        let product: Option<Uuid> = read(&self.database, |mut connection| async move {
            let products = variants::table.find(id.uuid()).select(variants::product_id);
            products.first(&mut connection).await.optional()
        })
        .await?;
        let Some(product) = product else { return Ok(None) };
        let view = self.find(product.into(), currency, visibility).await?;
        Ok(view.and_then(|view| view.variants.into_iter().find(|shown| shown.variant.id == id)))
    }

    /// Which products a page has is always asked; what they look like may be remembered.
    async fn list(&self, query: &ProductQuery) -> Result<Page<ProductView, ProductPlace>, StorageError> {
        let places =
            read(&self.database, |connection| async move { load_page(&connection, query).await }).await?;
        let Page { rows, next } = cut(places, query.page.clone(), PlaceRow::place);
        let ids: Vec<ProductId> = rows.iter().map(|place| place.id.into()).collect();
        if ids.is_empty() {
            return Ok(Page { rows: Vec::new(), next });
        }
        let mut views = self.views(&ids, query.currency, of_status(query.status)).await?;
        // One that went meanwhile is left out.
        let rows = ids.iter().filter_map(|id| views.remove(id)).map(|(view, _)| view).collect();
        Ok(Page { rows, next })
    }
}

/// Those of a status, as a condition.
const fn of_status(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Draft => "status = 'draft'",
        ProductStatus::Active => ACTIVE,
        ProductStatus::Archived => "status = 'archived'",
    }
}

async fn load_products(
    mut connection: &AsyncPgConnection,
    ids: &[Uuid],
    status: &'static str,
) -> QueryResult<Vec<ProductRow>> {
    let statement = sql_query(format!(
        "SELECT {PRODUCT_COLUMNS} FROM products AS product WHERE id = ANY ($1) AND {status} AND deleted_at IS NULL"
    ))
    .bind::<Array<SqlUuid>, _>(ids);
    prepared(statement).load(&mut connection).await
}

fn count(products: usize) -> u64 {
    u64::try_from(products).unwrap_or(u64::MAX)
}

/// Puts each product together with its variants.
fn views(
    products: Vec<ProductRow>,
    variants: Vec<VariantViewRow>,
    currency: Currency,
) -> Result<Views, StorageError> {
    let mut of_product: BTreeMap<Uuid, Vec<VariantViewRow>> = BTreeMap::new();
    for variant in variants {
        of_product.entry(variant.product_id()).or_default().push(variant);
    }
    products
        .into_iter()
        .map(|product| {
            let variants = of_product.remove(&product.id).unwrap_or_default();
            let until = variants.iter().filter_map(|variant| variant.price_until).min();
            let view = view(product, variants, currency)?;
            Ok((view.product.id, (view, until)))
        })
        .collect()
}

/// One product with its variants.
pub(super) fn view(
    product: ProductRow,
    variants: Vec<VariantViewRow>,
    currency: Currency,
) -> Result<ProductView, StorageError> {
    Ok(ProductView {
        product: product.try_into()?,
        variants: variants.into_iter().map(|row| row.into_view(currency)).collect::<Result<_, _>>()?,
    })
}
