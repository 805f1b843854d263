//! Taking the catalog out.

use std::sync::Arc;

use domain::accounts::{Permission, Role};
use ports::{MockCatalogSnapshot, MockProductExporter};
use use_cases::catalog::{ExportProducts, ExportProductsError};

use crate::fixtures::caller;

#[tokio::test]
async fn only_who_may_see_all_products_may_export_them() {
    let mut exporter = MockProductExporter::new();
    exporter.expect_open().times(2).returning(|| Ok(Box::new(MockCatalogSnapshot::new())));
    let export = ExportProducts { exporter: Arc::new(exporter) };
    for role in [Role::CatalogManager, Role::Admin] {
        assert!(export.run(&caller(&[role])).await.is_ok(), "{role}");
    }
    for role in [Role::Customer, Role::Support, Role::OrderManager] {
        let Err(ExportProductsError::Forbidden(forbidden)) = export.run(&caller(&[role])).await else {
            panic!("{role} may export");
        };
        assert_eq!(forbidden.0, Permission::ProductsRead);
    }
}
