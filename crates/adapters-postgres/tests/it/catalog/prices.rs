//! Prices of this instant, and the lowest of the 30 days before.

use domain::money::Money;
use ports::catalog::{ProductReader, VariantView, Visibility};
use uuid::Uuid;

use crate::{
    arrange::run,
    shop::{Shop, currency},
};

/// A product whose only prices in dollars are these: so many cents from so many days ago, each until the next.
async fn priced(shop: &Shop, prices: &[(i64, f64)]) -> VariantView {
    let product = shop.product(&[(&Uuid::now_v7().to_string(), 1, 9999)]).await;
    let variant = product.variants[0].variant.id;
    let mut ends =
        prices.iter().skip(1).map(|(_, days)| format!("'now'::timestamptz - interval '{days} days'"));
    let values: Vec<_> = prices
        .iter()
        .map(|(cents, days)| {
            let end = ends.next().unwrap_or("NULL".to_owned());
            format!("(gen_random_uuid(), '{variant}', 'USD', {cents}, 'now'::timestamptz - interval '{days} days', {end}, 'system')")
        })
        .collect();
    let columns = "id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by";
    run(&shop.client, &format!("INSERT INTO prices ({columns}) VALUES {}", values.join(", "))).await;
    let seen = shop.products().find(product.product.id, currency("USD"), Visibility::Public).await;
    seen.unwrap().unwrap().variants.remove(0)
}

fn dollars(cents: i64) -> Option<Money> {
    Some(Money::from_minor(cents, currency("USD")).unwrap())
}

#[tokio::test]
async fn the_lowest_price_counts_the_one_that_ran_when_the_30_days_began() {
    let shop = Shop::open().await;
    let seen = priced(&shop, &[(500, 45.0), (1000, 20.0), (1500, 5.0)]).await;
    assert_eq!((seen.price, seen.lowest_price_30d), (dollars(1500), dollars(500)));
    let seen = priced(&shop, &[(500, 90.0), (1000, 36.0), (1500, 5.0)]).await;
    assert_eq!((seen.price, seen.lowest_price_30d), (dollars(1500), dollars(1000)), "5.00 ended before");
    let seen = priced(&shop, &[(1500, 5.0)]).await;
    assert_eq!((seen.price, seen.lowest_price_30d), (dollars(1500), None), "there was none before");
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_price_that_is_planned_is_in_force_when_its_instant_has_come_with_no_write() {
    let shop = Shop::open().await;
    let tomorrow = -1.0;
    let seen = priced(&shop, &[(1000, 20.0), (700, tomorrow)]).await;
    assert_eq!((seen.price, seen.lowest_price_30d), (dollars(1000), None));
    let seen = priced(&shop, &[(700, tomorrow)]).await;
    assert_eq!((seen.price, seen.lowest_price_30d), (None, None));
    let half_a_second = -0.5 / 86_400.0;
    let seen = priced(&shop, &[(1000, 20.0), (700, half_a_second)]).await;
    assert_eq!(seen.price, dollars(1000));
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    let seen =
        shop.products().find(seen.variant.product_id, currency("USD"), Visibility::Public).await.unwrap();
    let seen = &seen.unwrap().variants[0];
    assert_eq!((seen.price, seen.lowest_price_30d), (dollars(700), dollars(1000)));
}
