//! The category tree.

use std::{sync::Arc, time::Duration};

use adapters_postgres::PgCategoryReader;
use domain::{
    catalog::{Category, CategoryCreation, NewProduct, ProductStatus, Slug},
    ids::CategoryId,
};
use ports::catalog::{CatalogStore, CategoryReader, CategoryView, CommitCatalogError};
use tokio::{task::JoinSet, time::timeout};
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    shop::{Shop, a_moment_ago, create, name, origination, product, variant},
};

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

/// What becomes of the products of two categories, whose ids stand for A and B.
const CHANGES: [&str; 5] = [
    "UPDATE products SET status = 'archived' WHERE id = 'P'",
    "UPDATE products SET category_id = CASE category_id WHEN 'A' THEN 'B' ELSE 'A' END::uuid WHERE id = 'P'",
    "BEGIN; UPDATE variants SET deleted_at = now() WHERE product_id = 'P';
     UPDATE products SET deleted_at = now() WHERE id = 'P'; COMMIT",
    "UPDATE products SET category_id = NULL WHERE id = 'P'",
    "BEGIN; UPDATE products SET status = 'draft' WHERE id = 'P'; ROLLBACK",
];

#[tokio::test]
async fn the_counts_are_right_whoever_adds_moves_and_deletes_at_once() {
    let shop = Arc::new(Shop::open().await);
    let (a, b) = (add(&shop, "A", None, 0).await, add(&shop, "B", None, 1).await);
    let mut tasks = JoinSet::new();
    for task in 0..6_usize {
        let (shop, a, b) = (shop.clone(), a.id, b.id);
        tasks.spawn(async move {
            let client = shop.client().await;
            for n in 0..12 {
                let category_id = Some(if n % 2 == 0 { a } else { b });
                let variants = vec![variant(&format!("S-{task}-{n}"))];
                let new = NewProduct { category_id, variants, ..product("Shirt") };
                let creation = create(new, a_moment_ago());
                shop.catalog().commit_product_creation(&creation, None).await.unwrap();
                if let Some(change) = CHANGES.get((n + task) % 7) {
                    let id = creation.product.id.to_string();
                    let change = change.replace("'A'", &format!("'{a}'")).replace("'B'", &format!("'{b}'"));
                    run(&client, &change.replace("'P'", &format!("'{id}'"))).await;
                }
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    let views = reader(&shop).list().await.unwrap();
    for (view, category) in views.iter().zip([&a, &b]) {
        let standing = format!(
            "SELECT count(*) FROM products WHERE category_id = '{}' AND status = 'active' AND deleted_at IS NULL",
            category.id
        );
        let standing = number(&shop.client, &standing).await;
        assert_eq!(i64::try_from(view.product_count).unwrap(), standing);
        assert_eq!(reader(&shop).find(category.id).await.unwrap().as_ref(), Some(view));
    }
    shop.assert_sound().await;
    run(&shop.client, "UPDATE category_counts SET products = products + 1 WHERE slot = (SELECT min(slot) FROM category_counts)").await;
    assert!(number(&shop.client, "SELECT count(*) FROM \"check\".category_counts_add_up").await > 0);
}

#[tokio::test]
async fn the_tree_reads_no_product() {
    let shop = Shop::open().await;
    let category = add(&shop, "Clothes", None, 0).await;
    let client = shop.client().await;
    run(&client, "BEGIN; LOCK TABLE products, product_listings").await;
    let patience = Duration::from_secs(5);
    assert_eq!(timeout(patience, reader(&shop).list()).await.unwrap().unwrap().len(), 1);
    assert!(timeout(patience, reader(&shop).find(category.id)).await.unwrap().unwrap().is_some());
}
