//! The catalog, on PostgreSQL and the memory of what was shown lately.

use std::sync::Arc;

use adapters_http::{Catalog, CatalogPorts};
use adapters_postgres::{
    PgCatalogStore, PgCategoryReader, PgCategoryStore, PgPriceReader, PgPriceStore, PgProductExporter,
    PgProductImporter, PgProductReader, PgProductStore,
};

use super::Worker;

impl Worker<'_> {
    pub(super) fn catalog(&self) -> Catalog {
        let tools = self.tools;
        let (database, shown) = (|| self.database.clone(), || tools.shown.clone());
        Catalog::on(CatalogPorts {
            catalog: Arc::new(PgCatalogStore::new(database())),
            products: Arc::new(PgProductReader::new(database()).remembering(shown(), tools.clock.clone())),
            exporter: Arc::new(PgProductExporter::new(tools.exports.clone())),
            importer: Arc::new(PgProductImporter::new(tools.imports.clone()).announcing(shown())),
            product_store: Arc::new(PgProductStore::new(database()).announcing(shown())),
            categories: Arc::new(PgCategoryReader::new(database())),
            category_store: Arc::new(PgCategoryStore::new(database())),
            price_store: Arc::new(PgPriceStore::new(database()).announcing(shown())),
            prices: Arc::new(PgPriceReader::new(database())),
            records: self.records.clone(),
            store_currency: self.config.shop.store_currency,
            ids: tools.ids.clone(),
            clock: self.clock.clone(),
        })
    }
}
