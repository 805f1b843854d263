//! Changes of products and categories, in the database.

use adapters_postgres::{PgCategoryStore, PgProductStore};
use domain::{
    catalog::{CategoryEdit, NewProduct, ProductEdit, ProductEntry, VariantEdit},
    ids::ProductId,
    text::{Description, Name},
};
use ports::catalog::{
    CatalogStore, CategoryStore, CommitCategoryError, CommitChangeError, ProductRef, ProductStore,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::categories::add;
use crate::shop::{Shop, a_moment_ago, create, currency, origination, product, sku, variant};

fn products(shop: &Shop) -> PgProductStore {
    PgProductStore::new(shop.pool.clone())
}

fn categories(shop: &Shop) -> PgCategoryStore {
    PgCategoryStore::new(shop.pool.clone())
}

async fn entry(shop: &Shop, id: ProductId) -> ProductEntry {
    products(shop).find(ProductRef::Product(id)).await.unwrap().unwrap()
}

async fn offer_versions(shop: &Shop) -> Vec<i64> {
    let rows = shop.client.query("SELECT offer_version FROM stock_levels ORDER BY variant_id", &[]).await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

fn event() -> domain::ids::EventId {
    Uuid::now_v7().into()
}

#[tokio::test]
async fn what_was_stored_is_found_by_the_product_and_by_its_variant() {
    let shop = Shop::open().await;
    let made = shop.product(&[("A", 1, 100), ("B", 2, 200)]).await;
    let found = entry(&shop, made.product.id).await;
    assert_eq!((&found.product, found.deleted_at), (&made.product, None));
    assert_eq!(found.variants, made.variants.iter().map(|new| new.variant.clone()).collect::<Vec<_>>());
    let of_variant = ProductRef::OfVariant(made.variants[1].variant.id);
    assert_eq!(products(&shop).find(of_variant).await.unwrap(), Some(found));
    assert_eq!(products(&shop).find(ProductRef::Product(Uuid::now_v7().into())).await.unwrap(), None);
}

#[tokio::test]
async fn only_what_buyers_take_over_changes_the_offer() {
    let shop = Shop::open().await;
    let id = shop.product(&[("A", 1, 100), ("B", 2, 200)]).await.product.id;
    let before = offer_versions(&shop).await;
    let text = Some(Some(Description::parse("Cool.").unwrap()));
    let description = ProductEdit { description: text, ..ProductEdit::default() };
    let title = ProductEdit { title: Some(Name::parse("Hemp shirt").unwrap()), ..ProductEdit::default() };
    for (edit, moves) in [(description, false), (title, true)] {
        let change = entry(&shop, id).await.edit(&edit, event(), origination(a_moment_ago()));
        products(&shop).commit_change(&change.unwrap().unwrap(), None).await.unwrap();
        let after = offer_versions(&shop).await;
        assert_eq!(after.iter().zip(&before).all(|(after, before)| after > before), moves, "{after:?}");
    }
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_change_is_stored_on_the_version_that_it_was_decided_on_only() {
    let shop = Shop::open().await;
    let id = shop.product(&[("A", 1, 100)]).await.product.id;
    let seen = entry(&shop, id).await;
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let (store, seen) = (products(&shop), seen.clone());
        tasks.spawn(async move {
            let edit = ProductEdit { tags: Some(vec![number.to_string()]), ..ProductEdit::default() };
            let change = seen.edit(&edit, event(), origination(a_moment_ago())).unwrap().unwrap();
            store.commit_change(&change, None).await
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let lost = |error| matches!(error, CommitChangeError::Conflict);
    assert!(outcomes.into_iter().filter_map(Result::err).all(lost));
    assert_eq!(entry(&shop, id).await.product.version, 2);
    assert_eq!(shop.count("events").await, 2);
}

#[tokio::test]
async fn a_deleted_product_is_found_as_it_will_be_again() {
    let shop = Shop::open().await;
    let made = shop.product(&[("A", 3, 100), ("B", 2, 200)]).await;
    let id = made.product.id;
    let first = entry(&shop, id).await;
    let alone = first.delete_variant(made.variants[1].variant.id, event(), origination(a_moment_ago()));
    products(&shop).commit_change(&alone.unwrap(), None).await.unwrap();
    let euro = currency("EUR");
    assert_eq!(products(&shop).find_deleted(id, euro).await.unwrap(), None);
    let gone = entry(&shop, id).await.delete(event(), origination(a_moment_ago()));
    products(&shop).commit_change(&gone, None).await.unwrap();

    let deleted = products(&shop).find_deleted(id, euro).await.unwrap().unwrap();
    assert_eq!((deleted.view.product.clone(), Some(deleted.deleted_at)), (gone.product, gone.deleted_at));
    let [only] = &deleted.view.variants[..] else { panic!("{deleted:?}") };
    assert_eq!((only.variant.sku.as_str(), only.level.on_hand, only.variant.version), ("A", 3, 1));
    assert_eq!(only.price.map(|price| price.minor()), Some(100));
    let back = entry(&shop, id).await.restore(event(), origination(a_moment_ago())).unwrap();
    products(&shop).commit_change(&back, None).await.unwrap();

    let restored = entry(&shop, id).await;
    assert_eq!((restored.deleted_at, restored.variants.len()), (None, 1));
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_taken_sku_is_named() {
    let shop = Shop::open().await;
    shop.product(&[("MUG(1)=(x)", 1, 100)]).await;
    let made = shop.product(&[("CUP", 1, 100)]).await;
    let edit = VariantEdit { sku: Some(sku("MUG(1)=(x)")), ..VariantEdit::default() };
    let cup = made.variants[0].variant.id;
    let seen = entry(&shop, made.product.id).await;
    let change = seen.edit_variant(cup, &edit, event(), origination(a_moment_ago())).unwrap().unwrap();
    let refused = products(&shop).commit_change(&change, None).await;
    assert!(
        matches!(&refused, Err(CommitChangeError::SkuTaken(taken)) if taken.as_str() == "MUG(1)=(x)"),
        "{refused:?}"
    );
    assert_eq!(entry(&shop, made.product.id).await, seen);
}

#[tokio::test]
async fn backorder_that_ends_while_short_stays_recorded() {
    let shop = Shop::open().await;
    let made = shop.product(&[("MUG", 2, 100)]).await;
    let mug = made.variants[0].variant.id;
    let switch = async |on| {
        let edit = VariantEdit { backorder: Some(on), ..VariantEdit::default() };
        let change = entry(&shop, made.product.id).await.edit_variant(
            mug,
            &edit,
            event(),
            origination(a_moment_ago()),
        );
        products(&shop).commit_change(&change.unwrap().unwrap(), None).await.unwrap();
    };
    switch(true).await;
    shop.place(shop.customer().await, &[("MUG", 5)]).await.unwrap();
    switch(false).await;
    assert_eq!(shop.level(mug).await, (2, 5));
    shop.assert_sound().await;
    switch(true).await;
    assert!(entry(&shop, made.product.id).await.backordered.contains(&mug));
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_category_is_stored_on_its_version_and_its_path_is_known() {
    let shop = Shop::open().await;
    let clothes = add(&shop, "Clothes", None, 0).await;
    let shirts = add(&shop, "Shirts", Some(&clothes), 0).await;
    let store = categories(&shop);
    assert_eq!(store.find(shirts.id).await.unwrap(), Some(shirts.clone()));
    assert_eq!(store.load_path(shirts.id).await.unwrap(), [shirts.id, clothes.id]);
    assert_eq!(store.load_path(Uuid::now_v7().into()).await.unwrap(), []);
    let edit = CategoryEdit { position: Some(7), ..CategoryEdit::default() };
    let change = shirts.edit(&edit, &[], event(), origination(a_moment_ago())).unwrap().unwrap();
    store.commit_change(&change).await.unwrap();
    assert_eq!(store.find(shirts.id).await.unwrap(), Some(change.category.clone()));
    assert!(matches!(store.commit_change(&change).await, Err(CommitCategoryError::Conflict)));
}

#[tokio::test]
async fn a_move_that_another_one_has_made_a_cycle_conflicts() {
    let shop = Shop::open().await;
    let (a, b) = (add(&shop, "A", None, 0).await, add(&shop, "B", None, 0).await);
    let below = |parent: &domain::catalog::Category| CategoryEdit {
        parent_id: Some(Some(parent.id)),
        ..CategoryEdit::default()
    };
    let first = a.edit(&below(&b), &[b.id], event(), origination(a_moment_ago())).unwrap().unwrap();
    let second = b.edit(&below(&a), &[a.id], event(), origination(a_moment_ago())).unwrap().unwrap();
    categories(&shop).commit_change(&first).await.unwrap();
    let refused = categories(&shop).commit_change(&second).await;
    assert!(matches!(refused, Err(CommitCategoryError::Conflict)), "{refused:?}");
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_category_that_goes_lets_go_of_deleted_products_only() {
    let shop = Shop::open().await;
    let shirts = add(&shop, "Shirts", None, 0).await;
    let new = NewProduct { category_id: Some(shirts.id), variants: vec![variant("S")], ..product("Shirt") };
    let made = create(new, a_moment_ago());
    shop.catalog().commit_product_creation(&made, None).await.unwrap();
    let store = categories(&shop);
    assert!(store.load_occupancy(shirts.id).await.unwrap().products);
    let deletion = shirts.clone().delete(Default::default(), event(), origination(a_moment_ago())).unwrap();
    assert!(matches!(store.commit_deletion(&deletion).await, Err(CommitCategoryError::Conflict)));
    let seen = entry(&shop, made.product.id).await;
    products(&shop).commit_change(&seen.delete(event(), origination(a_moment_ago())), None).await.unwrap();
    let restore = entry(&shop, made.product.id).await.restore(event(), origination(a_moment_ago())).unwrap();
    assert!(!store.load_occupancy(shirts.id).await.unwrap().products);

    store.commit_deletion(&deletion).await.unwrap();

    let stale = products(&shop).commit_change(&restore, None).await;
    assert!(matches!(stale, Err(CommitChangeError::Conflict)), "it was decided on a category that is gone");
    assert_eq!(entry(&shop, made.product.id).await.product.category_id, None);
    shop.assert_sound().await;
}
