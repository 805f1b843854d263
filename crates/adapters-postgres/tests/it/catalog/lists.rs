//! Pages of products.

use chrono::Duration;
use domain::{
    Instant,
    catalog::{Category, NewProduct, ProductStatus},
    ids::{CategoryId, ProductId},
};
use ports::{
    catalog::{CatalogStore, ProductPlace, ProductQuery, ProductReader, ProductSort},
    pagination::PageRequest,
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

/// Every active product, the newest first.
pub(super) fn all(limit: u16) -> ProductQuery {
    ProductQuery {
        status: ProductStatus::Active,
        category_id: None,
        search: None,
        tag: None,
        slug: None,
        sku: None,
        min_price: None,
        max_price: None,
        in_stock: None,
        sort: ProductSort::Newest,
        currency: currency("EUR"),
        page: PageRequest { limit, after: None },
    }
}

pub(super) async fn ids(shop: &Shop, query: &ProductQuery) -> (Vec<ProductId>, Option<ProductPlace>) {
    let page = shop.products().list(query).await.unwrap();
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
async fn each_status_has_a_list_of_its_own() {
    let shop = Shop::open().await;
    for (seconds, status) in (1..).zip(ProductStatus::ALL) {
        let id = made(&shop, seconds, status, None).await;
        assert_eq!(ids(&shop, &ProductQuery { status, ..all(20) }).await.0, [id], "{status:?}");
    }
}
