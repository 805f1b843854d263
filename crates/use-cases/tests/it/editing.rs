//! Editing products, variants and categories.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    accounts::{Caller, Role},
    catalog::{
        Category, CategoryEdit, Occupancy, Product, ProductChange, ProductEdit, ProductEntry, ProductStatus,
        Sku, Slug, Variant,
    },
    events::EventData,
    idempotency::{Answer, IdempotencyRecord},
    inventory::StockLevel,
    text::Name,
    version::Precondition,
};
use ports::{
    MockCategoryReader, MockCategoryStore, MockProductReader, MockProductStore,
    catalog::{
        CategoryView, CommitCategoryError, CommitChangeError, DeletedProduct, ProductRef, ProductView,
        VariantView, Visibility,
    },
};
use use_cases::{
    Outcome,
    catalog::{
        DeleteCategory, DeleteProduct, DeleteVariant, EditCategory, EditCategoryError, EditProduct,
        EditProductError, ListCategories, RestoreProduct,
    },
};

use crate::fixtures::{
    Kept, caller, clock, context, currency, earlier_answer, ids_from, keyed, no_look_up, now, recorded,
    unavailable, uuid,
};

fn manager() -> Caller {
    caller(&[Role::CatalogManager])
}

fn mug(version: i32) -> Product {
    Product {
        id: uuid(70).into(),
        slug: Slug::parse("mug").unwrap(),
        title: Name::parse("Mug").unwrap(),
        description: None,
        status: ProductStatus::Active,
        category_id: None,
        tags: vec![],
        attributes: [].into(),
        images: vec![],
        options: vec![],
        created_at: now(),
        updated_at: now(),
        version,
    }
}

fn variant() -> Variant {
    Variant {
        id: uuid(80).into(),
        product_id: uuid(70).into(),
        sku: Sku::parse("MUG").unwrap(),
        title: Name::parse("Mug").unwrap(),
        option_values: [].into(),
        barcode: None,
        weight_grams: None,
        position: 0,
        version: 3,
    }
}

fn entry(version: i32) -> ProductEntry {
    let backordered = BTreeSet::new();
    ProductEntry { product: mug(version), deleted_at: None, variants: vec![variant()], backordered }
}

fn view(version: i32) -> ProductView {
    let level = StockLevel::empty(variant().id, false);
    let shown = VariantView { variant: variant(), price: None, lowest_price_30d: None, level };
    ProductView { product: mug(version), variants: vec![shown] }
}

/// One that finds the mug in this version, whoever asks for it.
fn with_mug(version: i32) -> MockProductStore {
    let mut store = MockProductStore::new();
    store.expect_find().returning(move |_| Ok(Some(entry(version))));
    store
}

fn edit_product(store: MockProductStore, products: MockProductReader) -> EditProduct {
    EditProduct {
        store: Arc::new(store),
        products: Arc::new(products),
        ids: ids_from(1),
        clock: clock(),
        store_currency: currency("EUR"),
    }
}

fn shows(version: i32) -> MockProductReader {
    let mut products = MockProductReader::new();
    products
        .expect_find()
        .withf(|id, asked, visibility| {
            (*id, *asked, *visibility) == (uuid(70).into(), currency("EUR"), Visibility::Staff)
        })
        .once()
        .returning(move |_, _, _| Ok(Some(view(version))));
    products
}

fn retitled() -> ProductEdit {
    ProductEdit { title: Some(Name::parse("Cup").unwrap()), ..ProductEdit::default() }
}

#[tokio::test]
async fn without_the_permission_nothing_is_looked_up_or_stored() {
    let other = caller(&[Role::Support, Role::OrderManager]);
    let edit = edit_product(MockProductStore::new(), MockProductReader::new());
    let refused = edit.run(&other, uuid(70).into(), retitled(), &Precondition::None, context()).await;
    assert!(matches!(refused, Err(EditProductError::Forbidden(_))));
    let delete = delete_category(MockCategoryStore::new());
    let refused = delete.run(&other, uuid(7).into(), &Precondition::None, context()).await;
    assert!(matches!(refused, Err(EditCategoryError::Forbidden(_))));
}

#[tokio::test]
async fn an_edit_is_stored_with_its_event_and_shown_as_it_is_then() {
    let kept: Kept<ProductChange> = Kept::new();
    let keeper = kept.clone();
    let mut store = with_mug(7);
    store.expect_commit_change().returning(move |change, record| {
        assert!(record.is_none());
        keeper.keep(change.clone());
        Ok(())
    });

    let shown = edit_product(store, shows(8))
        .run(&manager(), uuid(70).into(), retitled(), &Precondition::OneOf(vec![7]), context())
        .await
        .unwrap();

    assert_eq!(shown, view(8));
    let change = kept.one();
    assert_eq!((change.decided_on(), change.product.title.as_str()), (7, "Cup"));
    let data = EventData::ProductUpdated { fields: vec!["title"], variant_ids: vec![variant().id] };
    assert_eq!(change.event.data, data);
    assert_eq!(change.event.origination.request_id.as_deref(), Some("request-1"));
}

#[tokio::test]
async fn another_version_than_was_read_stays() {
    let edit = edit_product(with_mug(8), MockProductReader::new());
    let condition = Precondition::OneOf(vec![7]);
    let refused = edit.run(&manager(), uuid(70).into(), retitled(), &condition, context()).await;
    assert!(matches!(refused, Err(EditProductError::VersionMismatch(found)) if found.current == 8));
}

#[tokio::test]
async fn whoever_was_slower_decides_again_on_what_is_there_then() {
    let mut store = MockProductStore::new();
    let mut versions = [7, 8].into_iter();
    store.expect_find().times(2).returning(move |_| Ok(Some(entry(versions.next().unwrap()))));
    store.expect_commit_change().times(2).returning(|change, _| match change.decided_on() {
        7 => Err(CommitChangeError::Conflict),
        _ => Ok(()),
    });
    let edit = edit_product(store, shows(9));
    edit.run(&manager(), uuid(70).into(), retitled(), &Precondition::None, context()).await.unwrap();
}

#[tokio::test]
async fn what_changes_nothing_is_not_stored() {
    let edit = edit_product(with_mug(7), shows(7));
    let same = ProductEdit { title: Some(Name::parse("Mug").unwrap()), ..ProductEdit::default() };
    let shown = edit.run(&manager(), uuid(70).into(), same, &Precondition::None, context()).await.unwrap();
    assert_eq!(shown.product.version, 7);
}

#[tokio::test]
async fn a_deleted_product_is_not_edited_and_not_deleted_again() {
    let gone = || {
        let mut store = MockProductStore::new();
        let deleted_at = Some(now());
        store.expect_find().returning(move |_| Ok(Some(ProductEntry { deleted_at, ..entry(7) })));
        store
    };
    let edit = edit_product(gone(), MockProductReader::new());
    let refused = edit.run(&manager(), uuid(70).into(), retitled(), &Precondition::None, context()).await;
    assert!(matches!(refused, Err(EditProductError::NotFound)));
    let delete = DeleteProduct { store: Arc::new(gone()), ids: ids_from(1), clock: clock() };
    let refused = delete.run(&manager(), uuid(70).into(), &Precondition::OneOf(vec![1]), context()).await;
    assert!(matches!(refused, Err(EditProductError::NotFound)), "what is gone has no version");
}

#[tokio::test]
async fn a_variant_goes_in_its_own_version_and_not_as_the_last() {
    let delete = |store| DeleteVariant { store: Arc::new(store), ids: ids_from(1), clock: clock() };
    let mut store = MockProductStore::new();
    store
        .expect_find()
        .withf(|which| *which == ProductRef::OfVariant(uuid(80).into()))
        .returning(|_| Ok(Some(entry(7))));
    let delete = delete(store);
    let of_the_product = Precondition::OneOf(vec![7]);
    let refused = delete.run(&manager(), uuid(80).into(), &of_the_product, context()).await;
    assert!(matches!(refused, Err(EditProductError::VersionMismatch(found)) if found.current == 3));
    let own = Precondition::OneOf(vec![3]);
    let refused = delete.run(&manager(), uuid(80).into(), &own, context()).await;
    assert!(matches!(refused, Err(EditProductError::Variant(_))));
}

fn present(view: &ProductView) -> Answer {
    let body = view.product.version.to_string().into_bytes();
    Answer { status: 200, location: None, etag: None, body, is_secret: false }
}

fn restore(store: MockProductStore, products: MockProductReader) -> RestoreProduct {
    RestoreProduct {
        store: Arc::new(store),
        products: Arc::new(products),
        records: no_look_up(),
        ids: ids_from(1),
        clock: clock(),
        store_currency: currency("EUR"),
    }
}

#[tokio::test]
async fn a_restored_product_is_answered_as_it_is_stored() {
    let kept: Kept<(ProductChange, Option<IdempotencyRecord>)> = Kept::new();
    let keeper = kept.clone();
    let mut store = MockProductStore::new();
    store
        .expect_find_deleted()
        .returning(|_, _| Ok(Some(DeletedProduct { view: view(8), deleted_at: now() })));
    store.expect_commit_change().returning(move |change, record| {
        keeper.keep((change.clone(), record.cloned()));
        Ok(())
    });

    let restored = restore(store, MockProductReader::new())
        .run(&manager(), uuid(70).into(), keyed(present), context())
        .await
        .unwrap();

    let (change, record) = kept.one();
    assert_eq!((change.deleted_at, change.returned), (None, vec![variant().id]));
    let Outcome::Done { value, answer } = restored else { panic!("{restored:?}") };
    assert_eq!(value.product, change.product);
    assert_eq!((answer.as_ref(), value.product.version), (Some(&present(&value)), 9));
    assert_eq!(record.map(|record| record.answer), answer);
}

#[tokio::test]
async fn what_is_there_already_is_only_answered() {
    let mut store = MockProductStore::new();
    store.expect_find_deleted().returning(|_, _| Ok(None));
    store.expect_commit_answer().once().returning(|_| Ok(()));
    let restored =
        restore(store, shows(7)).run(&manager(), uuid(70).into(), keyed(present), context()).await.unwrap();
    assert!(matches!(restored, Outcome::Done { value, .. } if value.product.version == 7));
}

#[tokio::test]
async fn a_restore_under_a_key_that_was_used_gets_the_first_answer() {
    let mut store = MockProductStore::new();
    store.expect_find_deleted().returning(|_, _| Err(unavailable()));
    let restore = RestoreProduct { records: recorded(1), ..restore(store, MockProductReader::new()) };
    let restored = restore.run(&manager(), uuid(70).into(), keyed(present), context()).await.unwrap();
    assert_eq!(restored, Outcome::Replayed(earlier_answer()));
}

fn shirts() -> Category {
    let parent = Some(uuid(6).into());
    Category::new(uuid(7).into(), Name::parse("Shirts").unwrap(), None, parent, 4, now())
}

fn with_shirts() -> MockCategoryStore {
    let mut store = MockCategoryStore::new();
    store.expect_find().withf(|id| *id == uuid(7).into()).returning(|_| Ok(Some(shirts())));
    store
}

fn edit_category(store: MockCategoryStore, reader: MockCategoryReader) -> EditCategory {
    let categories = ListCategories { categories: Arc::new(reader) };
    EditCategory { store: Arc::new(store), categories, ids: ids_from(1), clock: clock() }
}

fn delete_category(store: MockCategoryStore) -> DeleteCategory {
    DeleteCategory { store: Arc::new(store), ids: ids_from(1), clock: clock() }
}

fn below(parent: u128) -> CategoryEdit {
    CategoryEdit { parent_id: Some(Some(uuid(parent).into())), ..CategoryEdit::default() }
}

#[tokio::test]
async fn a_category_does_not_move_below_itself_or_nothing() {
    let mut store = with_shirts();
    store.expect_load_path().returning(|id| match id {
        id if id == uuid(9).into() => Ok(vec![uuid(9).into(), uuid(7).into(), uuid(6).into()]),
        _ => Ok(vec![]),
    });
    let edit = edit_category(store, MockCategoryReader::new());
    let cycle = edit.run(&manager(), uuid(7).into(), below(9), &Precondition::None, context()).await;
    assert!(matches!(cycle, Err(EditCategoryError::Cycle(_))));
    let nowhere = edit.run(&manager(), uuid(7).into(), below(99), &Precondition::None, context()).await;
    assert!(matches!(nowhere, Err(EditCategoryError::UnknownParent(id)) if id == uuid(99).into()));
}

#[tokio::test]
async fn a_tree_that_changed_meanwhile_is_looked_at_again() {
    let mut store = with_shirts();
    let mut paths = [vec![uuid(9).into()], vec![uuid(9).into(), uuid(7).into()]].into_iter();
    store.expect_load_path().times(2).returning(move |_| Ok(paths.next().unwrap()));
    store.expect_commit_change().once().returning(|_| Err(CommitCategoryError::Conflict));
    let edit = edit_category(store, MockCategoryReader::new());
    let cycle = edit.run(&manager(), uuid(7).into(), below(9), &Precondition::None, context()).await;
    assert!(matches!(cycle, Err(EditCategoryError::Cycle(_))));
}

#[tokio::test]
async fn an_edited_category_is_shown_with_what_is_below_it() {
    let mut store = with_shirts();
    store.expect_commit_change().once().returning(|_| Ok(()));
    let mut reader = MockCategoryReader::new();
    reader.expect_list().returning(|| {
        let linen = Category::new(
            uuid(8).into(),
            Name::parse("Linen").unwrap(),
            None,
            Some(uuid(7).into()),
            0,
            now(),
        );
        let shirts = Category { version: 2, position: 9, ..shirts() };
        Ok([shirts, linen].map(|category| CategoryView { category, product_count: 0 }).into())
    });
    let wanted = CategoryEdit { position: Some(9), ..CategoryEdit::default() };
    let shown = edit_category(store, reader)
        .run(&manager(), uuid(7).into(), wanted, &Precondition::OneOf(vec![1]), context())
        .await
        .unwrap();
    assert_eq!((shown.view.category.version, shown.children.len()), (2, 1));
}

#[tokio::test]
async fn a_category_that_is_filled_while_it_goes_is_in_use() {
    let mut store = with_shirts();
    let mut found = [Occupancy::default(), Occupancy { products: true, children: false }].into_iter();
    store.expect_load_occupancy().times(2).returning(move |_| Ok(found.next().unwrap()));
    store.expect_commit_deletion().once().returning(|_| Err(CommitCategoryError::Conflict));
    let refused =
        delete_category(store).run(&manager(), uuid(7).into(), &Precondition::None, context()).await;
    assert!(matches!(refused, Err(EditCategoryError::InUse(_))));
}
