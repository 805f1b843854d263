//! Walks from page to page while the catalog changes.

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use domain::{
    catalog::{NewProduct, NewVariant, ProductCreation},
    ids::ProductId,
};
use ports::catalog::{CatalogStore, ProductQuery, ProductSort};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{histories::differences, listing::walk, lists::all};
use crate::{
    arrange::run,
    shop::{Shop, a_moment_ago, create, euro, product, variant},
};

/// A product with one of three titles and prices, made at one of three instants.
fn made(n: i64) -> ProductCreation {
    let kind = n % 3;
    let one = NewVariant { price: Some(euro(1000 + kind)), stock: 5, ..variant(&Uuid::now_v7().to_string()) };
    let title = ["Blue mug", "Green mug", "Red mug"][usize::try_from(kind).unwrap()];
    let new = NewProduct { tags: vec!["kitchen".to_owned()], variants: vec![one], ..product(title) };
    create(new, a_moment_ago() - Duration::seconds(10 + kind))
}

async fn add(shop: &Shop, n: i64) -> ProductId {
    let creation = made(n);
    shop.catalog().commit_product_creation(&creation, None).await.unwrap();
    creation.product.id
}

/// What may happen to a product meanwhile.
fn change(id: ProductId, n: usize) -> String {
    let variant = format!("(SELECT id FROM variants WHERE product_id = '{id}')");
    match n % 6 {
        0 => format!("UPDATE products SET title = title || 's', version = version + 1 WHERE id = '{id}'"),
        1 => format!("UPDATE products SET status = 'archived' WHERE id = '{id}'"),
        2 => format!("UPDATE products SET tags = '{{}}' WHERE id = '{id}'"),
        3 => format!("UPDATE stock_levels SET reserved = 5 WHERE variant_id = {variant}"),
        4 => format!(
            "BEGIN; UPDATE prices SET valid_to = now() WHERE variant_id = {variant} AND valid_to IS NULL;
             INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
             VALUES (gen_random_uuid(), {variant}, 'EUR', 1, now(), 'system'); COMMIT"
        ),
        _ => format!(
            "BEGIN; UPDATE variants SET deleted_at = now() WHERE product_id = '{id}';
             UPDATE products SET deleted_at = now() WHERE id = '{id}'; COMMIT"
        ),
    }
}

#[tokio::test]
async fn a_walk_in_any_order_sees_each_untouched_product_once_whatever_happens_meanwhile() {
    let shop = Arc::new(Shop::open().await);
    let queries = [
        ProductQuery { sort: ProductSort::Newest, ..all(5) },
        ProductQuery { sort: ProductSort::Oldest, ..all(5) },
        ProductQuery { sort: ProductSort::Cheapest, ..all(5) },
        ProductQuery { sort: ProductSort::Dearest, ..all(5) },
        ProductQuery { sort: ProductSort::Title, ..all(5) },
        ProductQuery { sort: ProductSort::TitleBackwards, ..all(5) },
        ProductQuery { sort: ProductSort::Title, tag: Some("kitchen".to_owned()), ..all(5) },
        ProductQuery { sort: ProductSort::Cheapest, in_stock: Some(true), ..all(5) },
        ProductQuery { sort: ProductSort::BestMatch, search: Some("mug".to_owned()), ..all(5) },
    ];
    let mut untouched = BTreeSet::new();
    for n in 0..60 {
        untouched.insert(add(&shop, n).await);
    }
    for query in queries {
        let mut others = JoinSet::new();
        for task in 0..3 {
            let shop = shop.clone();
            others.spawn(async move {
                let client = shop.client().await;
                for n in 0..18 {
                    let id = add(&shop, i64::try_from(n).unwrap()).await;
                    run(&client, &change(id, n + task)).await;
                }
            });
        }
        let mut rounds = 0;
        while !others.is_empty() || rounds < 2 {
            let seen = walk(&shop, &query).await;
            let once: BTreeSet<_> = seen.iter().copied().collect();
            let of_then = seen.iter().filter(|id| untouched.contains(id)).count();
            assert!(untouched.is_subset(&once), "{:?}: one was missed", query.sort);
            assert_eq!(of_then, untouched.len(), "{:?}: one was seen twice", query.sort);
            rounds += 1;
            while let Some(ended) = others.try_join_next() {
                ended.unwrap();
            }
        }
    }
    assert_eq!(differences(&shop.client).await, 0);
}

#[tokio::test]
async fn the_last_two_pieces_of_a_product_that_go_at_once_leave_it_sold_out() {
    let shop = Shop::open().await;
    for n in 0..20 {
        let variants = vec![
            NewVariant { stock: 1, price: Some(euro(1)), ..variant(&format!("A-{n}")) },
            NewVariant { stock: 1, price: Some(euro(1)), ..variant(&format!("B-{n}")) },
        ];
        let creation = create(NewProduct { variants, ..product("Last pieces") }, a_moment_ago());
        shop.catalog().commit_product_creation(&creation, None).await.unwrap();
        let sell = |index: usize| {
            let variant = creation.variants[index].variant.id;
            format!("UPDATE stock_levels SET reserved = 1 WHERE variant_id = '{variant}'")
        };
        let (one, other) = (shop.client().await, shop.client().await);
        run(&one, &format!("BEGIN; {}", sell(0))).await;
        run(&other, &format!("BEGIN; {}", sell(1))).await;
        tokio::join!(run(&one, "COMMIT"), run(&other, "COMMIT"));
        let sold_out = ProductQuery { in_stock: Some(false), ..all(100) };
        assert!(walk(&shop, &sold_out).await.contains(&creation.product.id));
    }
    assert_eq!(differences(&shop.client).await, 0);
}
