//! Pages of products.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::{
    Instant,
    catalog::{Category, NewProduct, ProductStatus},
    ids::{CategoryId, ProductId},
};
use ports::{
    catalog::{CatalogStore, ProductQuery, ProductReader, Visibility},
    pagination::{PageRequest, Position},
};
use uuid::Uuid;

use super::categories::add;
use crate::shop::{Shop, a_moment_ago, create, currency, product, variant};

/// A product that was made so many seconds ago.
async fn made(shop: &Shop, seconds: i64, status: ProductStatus, category: Option<&Category>) -> ProductId {
    let variants = vec![variant(&Uuid::now_v7().to_string())];
    let category_id = category.map(|category| category.id);
    let new = NewProduct { status, category_id, variants, ..product("Shirt") };
    let at: Instant = a_moment_ago() - Duration::seconds(seconds);
    let creation = create(new, at);
    shop.catalog().commit_product_creation(&creation, None).await.unwrap();
    creation.product.id
}

fn all(limit: u16) -> ProductQuery {
    ProductQuery {
        category_id: None,
        status: None,
        visibility: Visibility::Staff,
        currency: currency("EUR"),
        page: PageRequest { limit, after: None },
    }
}

async fn ids(shop: &Shop, query: &ProductQuery) -> (Vec<ProductId>, Option<Position>) {
    let page = shop.products().list(query).await.unwrap();
    assert!(page.rows.iter().all(|view| view.variants.len() == 1), "each with its variants");
    (page.rows.iter().map(|view| view.product.id).collect(), page.next)
}

#[tokio::test]
async fn a_category_lists_its_whole_subtree_newest_first() {
    let shop = Shop::open().await;
    let top = add(&shop, "Clothes", None, 0).await;
    let below = add(&shop, "Shirts", Some(&top), 0).await;
    let lowest = add(&shop, "Linen shirts", Some(&below), 0).await;
    let other = add(&shop, "Tools", None, 1).await;
    let active = ProductStatus::Active;
    let oldest = made(&shop, 40, active, Some(&lowest)).await;
    let newest = made(&shop, 10, active, Some(&top)).await;
    let middle = made(&shop, 20, active, Some(&below)).await;
    let elsewhere = made(&shop, 30, active, Some(&other)).await;
    let nowhere = made(&shop, 15, active, None).await;

    let of = |category_id: CategoryId| ProductQuery { category_id: Some(category_id), ..all(20) };
    assert_eq!(ids(&shop, &of(top.id)).await, (vec![newest, middle, oldest], None));
    assert_eq!(ids(&shop, &of(lowest.id)).await.0, [oldest]);
    assert_eq!(ids(&shop, &of(other.id)).await.0, [elsewhere]);
    assert_eq!(ids(&shop, &of(Uuid::now_v7().into())).await.0, []);
    assert_eq!(ids(&shop, &all(20)).await.0, [newest, nowhere, middle, elsewhere, oldest]);
    let (first, next) =
        ids(&shop, &ProductQuery { page: PageRequest { limit: 2, after: None }, ..of(top.id) }).await;
    assert_eq!(first, [newest, middle]);
    let rest = ProductQuery { page: PageRequest { limit: 2, after: next }, ..of(top.id) };
    assert_eq!(ids(&shop, &rest).await, (vec![oldest], None));
}

#[tokio::test]
async fn everybody_lists_active_products_and_staff_those_of_any_status() {
    let shop = Shop::open().await;
    let mut of_status = Vec::new();
    for (seconds, status) in (1..).zip(ProductStatus::ALL) {
        of_status.push((status, made(&shop, seconds, status, None).await));
    }
    for (status, id) in &of_status {
        let query = ProductQuery { status: Some(*status), ..all(20) };
        assert_eq!(ids(&shop, &query).await.0, [*id]);
        let public = ProductQuery { visibility: Visibility::Public, ..query };
        let expected = if *status == ProductStatus::Active { vec![*id] } else { vec![] };
        assert_eq!(ids(&shop, &public).await.0, expected, "{status:?}");
    }
    assert_eq!(ids(&shop, &all(20)).await.0.len(), 3);
    let public = ProductQuery { visibility: Visibility::Public, ..all(20) };
    assert_eq!(ids(&shop, &public).await.0.len(), 1);
}

#[tokio::test]
async fn a_walk_sees_each_product_once_whatever_is_made_meanwhile() {
    let shop = Shop::open().await;
    let category = add(&shop, "Shirts", None, 0).await;
    let mut there = BTreeSet::new();
    for n in 0..23 {
        // Some are made at the same instant as others: then the id decides.
        there.insert(made(&shop, 100 + n / 3, ProductStatus::Active, Some(&category)).await);
    }
    for category_id in [None, Some(category.id)] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let query = ProductQuery { category_id, page: PageRequest { limit: 5, after }, ..all(5) };
            let (page, next) = ids(&shop, &query).await;
            seen.extend(page);
            made(&shop, 0, ProductStatus::Active, Some(&category)).await;
            after = next;
            if after.is_none() {
                break;
            }
        }
        let of_then: Vec<_> = seen.iter().filter(|id| there.contains(id)).collect();
        assert_eq!(of_then.len(), there.len(), "each once");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "none twice");
    }
}
