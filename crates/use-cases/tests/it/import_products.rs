//! Taking products in.

use std::sync::Arc;

use domain::{
    accounts::{Permission, Role},
    actor::Actor,
    catalog::{ImportDecision, ImportFault, ImportGround, ProductImport, ProductRow, Sku, VariantRow},
    text::Name,
};
use ports::{
    MockProductImporter,
    catalog::{CommitImportError, ImportMode},
};
use use_cases::catalog::{ImportProducts, RowOutcome};

use crate::fixtures::{caller, context, ids_from, now, uuid};

fn mug() -> ProductRow {
    let variant = VariantRow {
        sku: Sku::parse("MUG").unwrap(),
        title: None,
        option_values: None,
        barcode: None,
        weight_grams: None,
        prices: vec![],
        stock: Some(3),
        backorder: None,
    };
    ProductRow {
        slug: None,
        title: Some(Name::parse("Mug").unwrap()),
        description: None,
        status: None,
        category: None,
        tags: None,
        attributes: None,
        images: None,
        options: None,
        variants: vec![variant],
    }
}

/// A shop that has nothing, or whatever makes a row change nothing.
fn empty(import: &ProductImport) -> Result<ImportDecision, CommitImportError> {
    let ground = ImportGround { known: vec![], category: None, now: now() };
    import.decide(&ground).map_err(CommitImportError::Refused)
}

fn importing(importer: MockProductImporter) -> ImportProducts {
    ImportProducts { importer: Arc::new(importer), ids: ids_from(1) }
}

#[tokio::test]
async fn a_row_is_taken_in_by_its_caller_with_ids_of_its_own() {
    let mut importer = MockProductImporter::new();
    importer.expect_commit_import().times(2).returning(|import, mode| {
        assert_eq!(mode, ImportMode::Commit);
        assert_eq!(import.actor, Actor::User(caller(&[Role::Admin]).user_id));
        assert_eq!(import.request_id, context().request_id);
        empty(import)
    });
    let run = importing(importer).begin(&caller(&[Role::Admin]), ImportMode::Commit, context()).unwrap();
    assert!(!run.is_dry());
    let (first, second) = (run.take(mug()).await.unwrap(), run.take(mug()).await.unwrap());
    assert!(matches!((first, second), (RowOutcome::Created(a), RowOutcome::Created(b)) if a != b));
}

#[tokio::test]
async fn a_row_without_steps_is_unchanged_and_a_refusal_is_passed_on() {
    let mut importer = MockProductImporter::new();
    importer
        .expect_commit_import()
        .times(1)
        .returning(|_, _| Ok(ImportDecision { product_id: uuid(7).into(), steps: vec![] }));
    importer.expect_commit_import().times(1).returning(|import, _| {
        empty(&ProductImport { row: ProductRow { title: None, ..mug() }, ..import.clone() })
    });
    let run = importing(importer).begin_by_operator(ImportMode::DryRun);
    assert!(run.is_dry());
    assert_eq!(run.take(mug()).await.unwrap(), RowOutcome::Unchanged(uuid(7).into()));
    let refused = run.take(mug()).await.unwrap_err();
    assert!(matches!(refused, CommitImportError::Refused(faults) if faults == [ImportFault::NoTitle]));
}

#[test]
fn only_who_may_write_products_and_stock_may_import() {
    let import = importing(MockProductImporter::new());
    for role in [Role::CatalogManager, Role::Admin] {
        assert!(import.begin(&caller(&[role]), ImportMode::Commit, context()).is_ok(), "{role}");
    }
    for role in [Role::Customer, Role::Support, Role::OrderManager] {
        let forbidden = import.begin(&caller(&[role]), ImportMode::Commit, context()).err().unwrap();
        assert_eq!(forbidden.0, Permission::ProductsWrite, "{role}");
    }
}
