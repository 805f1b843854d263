//! Every filter with every other one and with every order, against a model that only filters and sorts.

use std::collections::BTreeMap;

use chrono::Duration;
use domain::{
    Instant,
    catalog::{Category, NewProduct, NewVariant, PricePeriod, ProductStatus},
    ids::{CategoryId, ProductId},
    money::Money,
};
use ports::{
    catalog::{CatalogStore, ProductQuery, ProductSort},
    pagination::PageRequest,
};
use uuid::Uuid;

use super::{
    categories::add,
    lists::{all, ids},
};
use crate::shop::{Shop, a_moment_ago, create, currency, euro, name, product, variant};

/// A product as the model knows it.
struct Item {
    id: ProductId,
    made: Instant,
    title: &'static str,
    slug: String,
    skus: Vec<String>,
    tags: Vec<String>,
    status: ProductStatus,
    category: Option<CategoryId>,
    /// The cheapest price in each currency.
    prices: BTreeMap<&'static str, i64>,
    in_stock: bool,
}

/// Titles in their order, without case and accents; some are equal then, and two are equal anyway.
const TITLES: [(&str, &str); 8] = [
    ("Ärmel", "armel"),
    ("Zebra", "zebra"),
    ("apple", "apple"),
    ("Apple", "apple"),
    ("mug", "mug"),
    ("mug", "mug"),
    ("Straße", "strasse"),
    ("Strasse 2", "strasse 2"),
];

fn folded(title: &str) -> &'static str {
    TITLES.iter().find(|(known, _)| *known == title).unwrap().1
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn price(currency_code: &str, minor: i64, at: Instant) -> PricePeriod {
    PricePeriod {
        id: Uuid::now_v7().into(),
        price: Money::from_minor(minor, currency(currency_code)).unwrap(),
        valid_from: at,
        valid_to: None,
        changed_by: domain::actor::Actor::System,
    }
}

/// Some 90 products that share most of what they have.
async fn stocked(shop: &Shop, categories: &[&Category]) -> Vec<Item> {
    let mut numbers = Numbers(7);
    let now = a_moment_ago();
    let mut items = Vec::new();
    for n in 0..90 {
        let title = TITLES[usize::try_from(numbers.below(8)).unwrap()].0;
        let status = if numbers.below(6) == 0 { ProductStatus::Draft } else { ProductStatus::Active };
        let category = categories.get(usize::try_from(numbers.below(5)).unwrap()).map(|category| category.id);
        let tags: Vec<_> = ["summer", "sale", "a,b"]
            .iter()
            .filter(|_| numbers.below(2) == 0)
            .map(|tag| (*tag).to_owned())
            .collect();
        let variants: Vec<NewVariant> = (0..=numbers.below(3))
            .map(|m| {
                let stock = u32::try_from(numbers.below(2)).unwrap();
                NewVariant { stock, ..variant(&format!("SKU-{n}-{m}")) }
            })
            .collect();
        let in_stock = variants.iter().any(|variant| variant.stock > 0);
        let skus = variants.iter().map(|variant| variant.sku.to_string()).collect();
        let new = NewProduct {
            title: name(title),
            status,
            category_id: category,
            tags: tags.clone(),
            variants,
            ..product("x")
        };
        let made = now - Duration::seconds(i64::try_from(numbers.below(12)).unwrap());
        let mut creation = create(new, made);
        let mut prices = BTreeMap::new();
        for new in &mut creation.variants {
            for code in ["EUR", "USD"] {
                if numbers.below(3) > 0 {
                    let minor = 500 + 100 * i64::try_from(numbers.below(6)).unwrap();
                    new.prices.push(price(code, minor, made));
                    let cheapest = prices.entry(code).or_insert(minor);
                    *cheapest = minor.min(*cheapest);
                }
            }
        }
        shop.catalog().commit_product_creation(&creation, None).await.unwrap();
        let slug = creation.product.slug.to_string();
        items.push(Item {
            id: creation.product.id,
            made,
            title,
            slug,
            skus,
            tags,
            status,
            category,
            prices,
            in_stock,
        });
    }
    items
}

/// One thing that a list may be asked for, and what the model makes of it.
struct Filter {
    about: &'static str,
    ask: Box<dyn Fn(ProductQuery) -> ProductQuery>,
    holds: Box<dyn Fn(&Item) -> bool>,
}

fn filters(top: &Category, below: &Category, one: &Item) -> Vec<Filter> {
    fn filter(
        about: &'static str,
        ask: impl Fn(ProductQuery) -> ProductQuery + 'static,
        holds: impl Fn(&Item) -> bool + 'static,
    ) -> Filter {
        Filter { about, ask: Box::new(ask), holds: Box::new(holds) }
    }
    let (top, below, one_slug, one_sku) = (top.id, below.id, one.slug.clone(), one.skus[0].clone());
    let (slug, sku) = (one_slug.clone(), one_sku.clone());
    vec![
        filter(
            "a category with one below it",
            move |query| ProductQuery { category_id: Some(top), ..query },
            move |item| item.category == Some(top) || item.category == Some(below),
        ),
        filter(
            "a category",
            move |query| ProductQuery { category_id: Some(below), ..query },
            move |item| item.category == Some(below),
        ),
        filter(
            "a tag",
            |query| ProductQuery { tag: Some("a,b".to_owned()), ..query },
            |item| item.tags.iter().any(|tag| tag == "a,b"),
        ),
        filter(
            "a tag that nothing has",
            |query| ProductQuery { tag: Some("a".to_owned()), ..query },
            |_| false,
        ),
        filter("in stock", |query| ProductQuery { in_stock: Some(true), ..query }, |item| item.in_stock),
        filter("sold out", |query| ProductQuery { in_stock: Some(false), ..query }, |item| !item.in_stock),
        filter(
            "at least",
            |query| ProductQuery { min_price: Some(euro(700)), ..query },
            |item| item.prices.get("EUR").is_some_and(|price| *price >= 700),
        ),
        filter(
            "at most",
            |query| ProductQuery { max_price: Some(euro(800)), ..query },
            |item| item.prices.get("EUR").is_some_and(|price| *price <= 800),
        ),
        filter(
            "a slug",
            move |query| ProductQuery { slug: Some(domain::catalog::Slug::parse(&slug).unwrap()), ..query },
            move |item| item.slug == one_slug,
        ),
        filter(
            "a SKU",
            move |query| ProductQuery { sku: Some(crate::shop::sku(&sku)), ..query },
            move |item| item.skus.contains(&one_sku),
        ),
        filter(
            "words",
            |query| ProductQuery { search: Some("MÜG".to_owned()), ..query },
            |item| item.title == "mug",
        ),
    ]
}

/// What the model lists.
fn expected(
    items: &[Item],
    status: ProductStatus,
    query: &ProductQuery,
    holds: impl Fn(&Item) -> bool,
) -> Vec<ProductId> {
    let code = query.currency.to_string();
    let by_price = matches!(query.sort, ProductSort::Cheapest | ProductSort::Dearest);
    let mut listed: Vec<&Item> = items
        .iter()
        .filter(|item| item.status == status && holds(item))
        .filter(|item| !by_price || item.prices.contains_key(code.as_str()))
        .collect();
    listed.sort_by(|a, b| match query.sort {
        ProductSort::Newest | ProductSort::BestMatch => (b.made, b.id).cmp(&(a.made, a.id)),
        ProductSort::Oldest => (a.made, a.id).cmp(&(b.made, b.id)),
        ProductSort::Cheapest => (a.prices[code.as_str()], a.id).cmp(&(b.prices[code.as_str()], b.id)),
        ProductSort::Dearest => (b.prices[code.as_str()], b.id).cmp(&(a.prices[code.as_str()], a.id)),
        ProductSort::Title => (folded(a.title), a.id).cmp(&(folded(b.title), b.id)),
        ProductSort::TitleBackwards => (folded(b.title), b.id).cmp(&(folded(a.title), a.id)),
    });
    listed.iter().map(|item| item.id).collect()
}

/// Every product of a list, page by page.
pub(super) async fn walk(shop: &Shop, query: &ProductQuery) -> Vec<ProductId> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = PageRequest { limit: query.page.limit, after };
        let (rows, next) = ids(shop, &ProductQuery { page, ..query.clone() }).await;
        assert!(rows.len() <= usize::from(query.page.limit));
        seen.extend(rows);
        if next.is_none() {
            return seen;
        }
        after = next;
    }
}

const ORDERS: [ProductSort; 6] = [
    ProductSort::Newest,
    ProductSort::Oldest,
    ProductSort::Cheapest,
    ProductSort::Dearest,
    ProductSort::Title,
    ProductSort::TitleBackwards,
];

#[tokio::test]
async fn every_two_filters_in_every_order_list_what_a_model_lists() {
    let shop = Shop::open().await;
    let top = add(&shop, "Clothes", None, 0).await;
    let below = add(&shop, "Shirts", Some(&top), 0).await;
    let other = add(&shop, "Tools", None, 1).await;
    let items = stocked(&shop, &[&top, &below, &other]).await;
    let one =
        items.iter().find(|item| item.status == ProductStatus::Active && item.prices.len() == 2).unwrap();
    let filters = filters(&top, &below, one);
    let (mut asked, mut found) = (0, 0);
    for (n, first) in filters.iter().enumerate() {
        for second in &filters[n..] {
            for sort in ORDERS {
                let query = (second.ask)((first.ask)(ProductQuery { sort, ..all(10) }));
                // Of two categories, or two stocks, the last one that was asked for counts.
                let overwritten = query == (second.ask)(ProductQuery { sort, ..all(10) });
                let holds = |item: &Item| (overwritten || (first.holds)(item)) && (second.holds)(item);
                let expected = expected(&items, ProductStatus::Active, &query, holds);
                let listed = walk(&shop, &query).await;
                assert_eq!(listed, expected, "{} and {}, {sort:?}", first.about, second.about);
                (asked, found) = (asked + 1, found + listed.len());
            }
        }
    }
    assert!(found > asked, "most lists have something in them: {found} in {asked}");
    shop.assert_sound().await;
}

#[tokio::test]
async fn every_order_lists_every_status_and_every_currency_to_its_end() {
    let shop = Shop::open().await;
    let items = stocked(&shop, &[]).await;
    for status in [ProductStatus::Active, ProductStatus::Draft] {
        for code in ["EUR", "USD", "JPY"] {
            for (sort, limit) in ORDERS.into_iter().zip([1, 7, 10, 20, 50, 100]) {
                let query = ProductQuery { status, sort, currency: currency(code), ..all(limit) };
                let expected = expected(&items, status, &query, |_| true);
                assert_eq!(walk(&shop, &query).await, expected, "{status:?} {code} {sort:?}");
            }
        }
    }
}
