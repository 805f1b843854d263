//! Looking at products, one or many.

use std::sync::Arc;

use domain::{
    accounts::{Permission, Role},
    catalog::ProductStatus,
};
use ports::{
    MockProductReader,
    catalog::{ProductPlace, ProductQuery, ProductSort, SortKey, Visibility},
    pagination::{Page, PageRequest},
};
use use_cases::catalog::{BadBound, GetProduct, ListProducts, ListProductsError, ProductFilter};

use crate::fixtures::{Kept, caller, currency, now, unavailable, uuid};

const STAFF: [Role; 2] = [Role::CatalogManager, Role::Admin];
const OTHERS: [Role; 3] = [Role::Customer, Role::Support, Role::OrderManager];

fn get_product(kept: &Kept<(String, Visibility)>) -> GetProduct {
    let keeper = kept.clone();
    let mut products = MockProductReader::new();
    products.expect_find().returning(move |id, currency, visibility| {
        assert_eq!(id, uuid(3).into());
        keeper.keep((currency.to_string(), visibility));
        Ok(None)
    });
    GetProduct { products: Arc::new(products), store_currency: currency("EUR") }
}

fn list_products(kept: &Kept<ProductQuery>) -> ListProducts {
    let keeper = kept.clone();
    let mut products = MockProductReader::new();
    products.expect_list().returning(move |query| {
        keeper.keep(query.clone());
        Ok(Page { rows: vec![], next: None })
    });
    ListProducts { products: Arc::new(products), store_currency: currency("EUR") }
}

fn filter(status: Option<ProductStatus>) -> ProductFilter {
    ProductFilter { status, ..ProductFilter::default() }
}

fn page() -> PageRequest<ProductPlace> {
    PageRequest { limit: 20, after: Some(ProductPlace { key: SortKey::Made(now()), id: uuid(8) }) }
}

#[tokio::test]
async fn only_staff_sees_a_product_that_is_not_active() {
    let kept = Kept::new();
    let get = get_product(&kept);
    for role in STAFF {
        assert_eq!(get.run(Some(&caller(&[role])), uuid(3).into(), None).await.unwrap(), None);
        assert_eq!(kept.one().1, Visibility::Staff, "{role}");
    }
    for role in OTHERS {
        get.run(Some(&caller(&[role])), uuid(3).into(), None).await.unwrap();
        assert_eq!(kept.one().1, Visibility::Public, "{role}");
    }
    get.run(None, uuid(3).into(), None).await.unwrap();
    assert_eq!(kept.one().1, Visibility::Public);
}

#[tokio::test]
async fn a_product_is_shown_in_the_asked_currency_or_the_store_s() {
    let kept = Kept::new();
    let get = get_product(&kept);
    get.run(None, uuid(3).into(), Some(currency("JPY"))).await.unwrap();
    assert_eq!(kept.one().0, "JPY");
    get.run(None, uuid(3).into(), None).await.unwrap();
    assert_eq!(kept.one().0, "EUR");
}

#[tokio::test]
async fn without_a_status_everybody_lists_active_products() {
    let kept = Kept::new();
    let list = list_products(&kept);
    list.run(None, filter(None), page()).await.unwrap();
    assert_eq!(kept.one().status, ProductStatus::Active);
    list.run(Some(&caller(&[Role::Admin])), filter(None), page()).await.unwrap();
    assert_eq!(kept.one().status, ProductStatus::Active);
}

#[tokio::test]
async fn staff_lists_products_of_any_status() {
    let kept = Kept::new();
    let list = list_products(&kept);
    for status in ProductStatus::ALL {
        list.run(Some(&caller(&[Role::CatalogManager])), filter(Some(status)), page()).await.unwrap();
        assert_eq!(kept.one().status, status);
    }
}

#[tokio::test]
async fn a_status_filter_of_anybody_else_is_refused_before_anything_is_read() {
    let list = ListProducts { products: Arc::new(MockProductReader::new()), store_currency: currency("EUR") };
    let others = OTHERS.map(|role| Some(caller(&[role])));
    for (caller, status) in others.iter().chain([&None]).zip(ProductStatus::ALL.into_iter().cycle()) {
        let error = list.run(caller.as_ref(), filter(Some(status)), page()).await.unwrap_err();
        let ListProductsError::Forbidden(forbidden) = error else { panic!("{error:?}") };
        assert_eq!(forbidden.0, Permission::ProductsRead);
    }
}

#[tokio::test]
async fn category_currency_and_page_reach_the_reader() {
    let kept = Kept::new();
    let category_id = Some(uuid(70).into());
    let filter = ProductFilter { category_id, currency: Some(currency("JPY")), ..ProductFilter::default() };
    list_products(&kept).run(None, filter, page()).await.unwrap();
    let query = kept.one();
    assert_eq!((query.category_id, query.currency, query.page), (category_id, currency("JPY"), page()));
    list_products(&kept).run(None, self::filter(None), page()).await.unwrap();
    assert_eq!(kept.one().currency, currency("EUR"));
}

#[tokio::test]
async fn a_search_lists_its_best_match_first_unless_another_order_is_asked_for() {
    let kept = Kept::new();
    let list = list_products(&kept);
    let order = async |search: Option<&str>, sort| {
        let filter = ProductFilter { search: search.map(str::to_owned), sort, ..ProductFilter::default() };
        list.run(None, filter, page()).await.unwrap();
        kept.one().sort
    };
    assert_eq!(order(None, None).await, ProductSort::Newest);
    assert_eq!(order(Some("linen"), None).await, ProductSort::BestMatch);
    assert_eq!(order(Some("linen"), Some(ProductSort::Cheapest)).await, ProductSort::Cheapest);
}

#[tokio::test]
async fn bounds_are_prices_in_the_asked_currency_or_the_store_s() {
    let kept = Kept::new();
    let list = list_products(&kept);
    let bounded = |min: &str, max: &str, code: Option<&str>| ProductFilter {
        min_price: Some(min.to_owned()),
        max_price: Some(max.to_owned()),
        currency: code.map(currency),
        ..ProductFilter::default()
    };
    list.run(None, bounded("5", "19.9", None), page()).await.unwrap();
    let query = kept.one();
    assert_eq!(query.min_price.map(|price| price.to_string()).as_deref(), Some("5.00 EUR"));
    assert_eq!(query.max_price.map(|price| price.to_string()).as_deref(), Some("19.90 EUR"));
    list.run(None, bounded("5", "19", Some("JPY")), page()).await.unwrap();
    assert_eq!(kept.one().max_price.map(|price| price.to_string()).as_deref(), Some("19 JPY"));
    let refused = list.run(None, bounded("0.001", "-1", None), page()).await.unwrap_err();
    let ListProductsError::Bounds(bad) = refused else { panic!("{refused:?}") };
    let bounds: Vec<_> = bad.iter().map(|BadBound { bound, .. }| *bound).collect();
    assert_eq!(bounds, ["min_price", "max_price"]);
}

#[tokio::test]
async fn a_storage_failure_passes_through() {
    let mut products = MockProductReader::new();
    products.expect_list().returning(|_| Err(unavailable()));
    let list = ListProducts { products: Arc::new(products), store_currency: currency("EUR") };
    let error = list.run(None, filter(None), page()).await.unwrap_err();
    assert!(matches!(error, ListProductsError::Storage(_)));
}
