//! The catalog, on PostgreSQL and the memory of what was shown lately.

use std::sync::Arc;

use adapters_http::Catalog;
use adapters_postgres::{PgCatalogStore, PgCategoryReader, PgProductReader};
use ports::catalog::{CatalogStore, ProductReader};
use use_cases::catalog::{CreateCategory, CreateProduct, GetProduct, ListCategories, ListProducts};

use super::Worker;

impl Worker<'_> {
    pub(super) fn catalog(&self) -> Catalog {
        let (tools, database, clock) = (self.tools, self.database, &self.clock);
        let (ids, records) = (&tools.ids, &self.records);
        let store_currency = self.config.shop.store_currency;
        let catalog: Arc<dyn CatalogStore> = Arc::new(PgCatalogStore::new(database.clone()));
        let products = PgProductReader::new(database.clone());
        let products: Arc<dyn ProductReader> =
            Arc::new(products.remembering(tools.shown.clone(), tools.clock.clone()));
        Catalog {
            create_product: CreateProduct {
                catalog: catalog.clone(),
                records: records.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
                store_currency,
            },
            get_product: GetProduct { products: products.clone(), store_currency },
            list_products: ListProducts { products, store_currency },
            create_category: CreateCategory {
                catalog,
                records: records.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
            },
            list_categories: ListCategories { categories: Arc::new(PgCategoryReader::new(database.clone())) },
        }
    }
}
