//! The category tree.

use adapters_postgres::PgCategoryReader;
use domain::{
    catalog::{Category, CategoryCreation, NewProduct, ProductStatus, Slug},
    ids::CategoryId,
};
use ports::catalog::{CatalogStore, CategoryReader, CategoryView, CommitCatalogError};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::shop::{Shop, a_moment_ago, create, name, origination, product, variant};

pub(super) fn category(title: &str, parent: Option<CategoryId>, position: u32) -> CategoryCreation {
    let id = Uuid::now_v7();
    let slug = Slug::parse(&format!("c-{id}")).unwrap();
    Category::new(id.into(), name(title), Some(slug), parent, position, a_moment_ago())
        .create(Uuid::now_v7().into(), origination(a_moment_ago()))
}

/// Makes a category.
pub(super) async fn add(shop: &Shop, title: &str, parent: Option<&Category>, position: u32) -> Category {
    let creation = category(title, parent.map(|parent| parent.id), position);
    shop.catalog().commit_category_creation(&creation, None).await.unwrap();
    creation.category
}

fn reader(shop: &Shop) -> PgCategoryReader {
    PgCategoryReader::new(shop.pool.clone())
}

#[tokio::test]
async fn sisters_are_ordered_by_position_and_then_by_name() {
    let shop = Shop::open().await;
    let last = add(&shop, "Shoes", None, 2).await;
    let second = add(&shop, "Shirts", None, 1).await;
    let first = add(&shop, "Scarves", None, 1).await;
    let view = |category: &Category| CategoryView { category: category.clone(), product_count: 0 };
    let listed = reader(&shop).list().await.unwrap();
    assert_eq!(listed, [&first, &second, &last].map(view));
    assert_eq!(reader(&shop).find(second.id).await.unwrap(), Some(view(&second)));
    assert_eq!(reader(&shop).find(Uuid::now_v7().into()).await.unwrap(), None);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_category_counts_its_own_active_products() {
    let shop = Shop::open().await;
    let top = add(&shop, "Clothes", None, 0).await;
    let below = add(&shop, "Shirts", Some(&top), 0).await;
    for (n, status) in [ProductStatus::Active, ProductStatus::Active, ProductStatus::Draft].iter().enumerate()
    {
        let variants = vec![variant(&format!("S-{n}"))];
        let new = NewProduct { status: *status, category_id: Some(below.id), variants, ..product("Shirt") };
        shop.catalog().commit_product_creation(&create(new, a_moment_ago()), None).await.unwrap();
    }
    let counts = |views: Vec<CategoryView>| views.iter().map(|view| view.product_count).collect::<Vec<_>>();
    assert_eq!(counts(reader(&shop).list().await.unwrap()), [0, 2]);
    assert_eq!(reader(&shop).find(below.id).await.unwrap().unwrap().product_count, 2);
}

#[tokio::test]
async fn of_twenty_who_take_one_slug_exactly_one_gets_it() {
    let shop = Shop::open().await;
    let slug = category("Shirts", None, 0).category.slug;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let (catalog, slug) = (shop.catalog(), slug.clone());
        tasks.spawn(async move {
            let mut new = category("Shirts", None, 0);
            new.category.slug = slug;
            catalog.commit_category_creation(&new, None).await
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let is_taken =
        |error: CommitCatalogError| matches!(error, CommitCatalogError::SlugTaken(taken) if taken == slug);
    assert!(outcomes.into_iter().filter_map(Result::err).all(is_taken));
    assert_eq!((shop.count("categories").await, shop.count("events").await), (1, 1));
}

#[tokio::test]
async fn an_unknown_parent_is_refused_by_its_name() {
    let shop = Shop::open().await;
    let parent = CategoryId::from(Uuid::now_v7());
    let refused = shop.catalog().commit_category_creation(&category("Shirts", Some(parent), 0), None).await;
    assert!(matches!(refused, Err(CommitCatalogError::UnknownCategory(id)) if id == parent));
    assert_eq!((shop.count("categories").await, shop.count("events").await), (0, 0));
}
