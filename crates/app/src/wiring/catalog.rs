//! The catalog, on PostgreSQL and the memory of what was shown lately.

use std::sync::Arc;

use adapters_http::Catalog;
use adapters_postgres::{
    PgCatalogStore, PgCategoryReader, PgCategoryStore, PgPriceReader, PgPriceStore, PgProductReader,
    PgProductStore,
};
use ports::catalog::{CatalogStore, CategoryStore, ProductReader, ProductStore};
use use_cases::catalog::{
    AddVariant, CreateCategory, CreateProduct, DeleteCategory, DeleteProduct, DeleteVariant, EditCategory,
    EditPrices, EditProduct, EditVariant, GetProduct, GetVariant, ListCategories, ListProducts,
    RestoreProduct, SeePrices,
};

use super::Worker;

impl Worker<'_> {
    pub(super) fn catalog(&self) -> Catalog {
        let (tools, database) = (self.tools, self.database);
        let store_currency = self.config.shop.store_currency;
        let (ids, records, clock) = (|| tools.ids.clone(), || self.records.clone(), || self.clock.clone());
        let catalog: Arc<dyn CatalogStore> = Arc::new(PgCatalogStore::new(database.clone()));
        let products = PgProductReader::new(database.clone());
        let products: Arc<dyn ProductReader> =
            Arc::new(products.remembering(tools.shown.clone(), tools.clock.clone()));
        let store = PgProductStore::new(database.clone()).announcing(tools.shown.clone());
        let store: Arc<dyn ProductStore> = Arc::new(store);
        let category_store: Arc<dyn CategoryStore> = Arc::new(PgCategoryStore::new(database.clone()));
        let list_categories =
            ListCategories { categories: Arc::new(PgCategoryReader::new(database.clone())) };
        Catalog {
            create_product: CreateProduct {
                catalog: catalog.clone(),
                records: records(),
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            get_product: GetProduct { products: products.clone(), store_currency },
            list_products: ListProducts { products: products.clone(), store_currency },
            edit_product: EditProduct {
                store: store.clone(),
                products: products.clone(),
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            delete_product: DeleteProduct { store: store.clone(), ids: ids(), clock: clock() },
            restore_product: RestoreProduct {
                store: store.clone(),
                products: products.clone(),
                records: records(),
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            add_variant: AddVariant { store: store.clone(), records: records(), ids: ids(), clock: clock() },
            get_variant: GetVariant { products: products.clone(), store_currency },
            edit_variant: EditVariant {
                store: store.clone(),
                products,
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            delete_variant: DeleteVariant { store, ids: ids(), clock: clock() },
            create_category: CreateCategory { catalog, records: records(), ids: ids(), clock: clock() },
            edit_category: EditCategory {
                store: category_store.clone(),
                categories: list_categories.clone(),
                ids: ids(),
                clock: clock(),
            },
            delete_category: DeleteCategory { store: category_store, ids: ids(), clock: clock() },
            list_categories,
            edit_prices: EditPrices {
                prices: Arc::new(PgPriceStore::new(database.clone()).announcing(tools.shown.clone())),
                ids: ids(),
            },
            see_prices: SeePrices { prices: Arc::new(PgPriceReader::new(database.clone())) },
        }
    }
}
