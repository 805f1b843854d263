//! What is sold.

use std::sync::Arc;

use domain::money::Currency;
use ports::{
    catalog::{
        CatalogStore, CategoryReader, CategoryStore, PriceReader, PriceStore, ProductExporter,
        ProductImporter, ProductReader, ProductStore,
    },
    clock::Clock,
    idempotency::IdempotencyReader,
    ids::IdGenerator,
};
use use_cases::catalog::{
    AddVariant, CreateCategory, CreateProduct, DeleteCategory, DeleteProduct, DeleteVariant, EditCategory,
    EditPrices, EditProduct, EditVariant, ExportProducts, GetProduct, GetVariant, ImportProducts,
    ListCategories, ListProducts, RestoreProduct, SeePrices,
};

/// Products, their variants, and categories.
#[derive(Clone)]
pub struct Catalog {
    /// POST /products
    pub create_product: CreateProduct,
    /// GET /products/{id}
    pub get_product: GetProduct,
    /// GET /products
    pub list_products: ListProducts,
    /// GET /products/export
    pub export_products: ExportProducts,
    /// POST /products/import
    pub import_products: ImportProducts,
    /// PATCH /products/{id}
    pub edit_product: EditProduct,
    /// DELETE /products/{id}
    pub delete_product: DeleteProduct,
    /// POST /products/{id}/restore
    pub restore_product: RestoreProduct,
    /// POST /products/{id}/variants
    pub add_variant: AddVariant,
    /// GET /variants/{id}
    pub get_variant: GetVariant,
    /// PATCH /variants/{id}
    pub edit_variant: EditVariant,
    /// DELETE /variants/{id}
    pub delete_variant: DeleteVariant,
    /// POST /categories
    pub create_category: CreateCategory,
    /// GET /categories
    pub list_categories: ListCategories,
    /// PATCH /categories/{id}
    pub edit_category: EditCategory,
    /// DELETE /categories/{id}
    pub delete_category: DeleteCategory,
    /// PUT /variants/{id}/prices/{currency} and DELETE /prices/{id}
    pub edit_prices: EditPrices,
    /// GET /variants/{id}/prices and /products/{id}/price-history
    pub see_prices: SeePrices,
}

/// What the catalog asks of the outside.
pub struct CatalogPorts {
    /// Keeps what is new.
    pub catalog: Arc<dyn CatalogStore>,
    /// Shows products.
    pub products: Arc<dyn ProductReader>,
    /// Reads the whole catalog.
    pub exporter: Arc<dyn ProductExporter>,
    /// Takes products in.
    pub importer: Arc<dyn ProductImporter>,
    /// Keeps products that are edited.
    pub product_store: Arc<dyn ProductStore>,
    /// Shows categories.
    pub categories: Arc<dyn CategoryReader>,
    /// Keeps categories that are edited.
    pub category_store: Arc<dyn CategoryStore>,
    /// Keeps prices.
    pub price_store: Arc<dyn PriceStore>,
    /// Shows them.
    pub prices: Arc<dyn PriceReader>,
    /// Finds the answers that were given before.
    pub records: Arc<dyn IdempotencyReader>,
    /// The currency when none is asked for.
    pub store_currency: Currency,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Catalog {
    /// Every use case, on these.
    #[must_use]
    pub fn on(ports: CatalogPorts) -> Self {
        let CatalogPorts { store_currency, .. } = ports;
        let ids = || ports.ids.clone();
        let clock = || ports.clock.clone();
        let records = || ports.records.clone();
        let products = || ports.products.clone();
        let store = || ports.product_store.clone();
        let list_categories = ListCategories { categories: ports.categories.clone() };
        Self {
            create_product: CreateProduct {
                catalog: ports.catalog.clone(),
                records: records(),
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            get_product: GetProduct { products: products(), store_currency },
            list_products: ListProducts { products: products(), store_currency },
            export_products: ExportProducts { exporter: ports.exporter.clone() },
            import_products: ImportProducts { importer: ports.importer.clone(), ids: ids() },
            edit_product: EditProduct {
                store: store(),
                products: products(),
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            delete_product: DeleteProduct { store: store(), ids: ids(), clock: clock() },
            restore_product: RestoreProduct {
                store: store(),
                products: products(),
                records: records(),
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            add_variant: AddVariant { store: store(), records: records(), ids: ids(), clock: clock() },
            get_variant: GetVariant { products: products(), store_currency },
            edit_variant: EditVariant {
                store: store(),
                products: products(),
                ids: ids(),
                clock: clock(),
                store_currency,
            },
            delete_variant: DeleteVariant { store: store(), ids: ids(), clock: clock() },
            create_category: CreateCategory {
                catalog: ports.catalog.clone(),
                records: records(),
                ids: ids(),
                clock: clock(),
            },
            edit_category: EditCategory {
                store: ports.category_store.clone(),
                categories: list_categories.clone(),
                ids: ids(),
                clock: clock(),
            },
            delete_category: DeleteCategory {
                store: ports.category_store.clone(),
                ids: ids(),
                clock: clock(),
            },
            list_categories,
            edit_prices: EditPrices { prices: ports.price_store.clone(), ids: ids() },
            see_prices: SeePrices { prices: ports.prices.clone() },
        }
    }
}
