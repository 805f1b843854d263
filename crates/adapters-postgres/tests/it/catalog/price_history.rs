//! What the database says of a variant's prices is what the domain's timeline says.

use adapters_postgres::PgPriceReader;
use chrono::Duration;
use domain::{
    Instant,
    actor::Actor,
    catalog::{NewPrice, PricePeriod, PriceTimeline, ProductCreation},
    ids::{ProductId, VariantId},
    money::{Currency, Money},
};
use ports::{
    catalog::{PriceHistoryQuery, PriceReader, PriceView, ProductReader, Visibility},
    pagination::PageRequest,
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use uuid::Uuid;

use crate::{
    arrange::run,
    shop::{Shop, a_moment_ago, currency},
};

fn reader(shop: &Shop) -> PgPriceReader {
    PgPriceReader::new(shop.pool.clone())
}

/// One price: so many hours after the one before, from so many hours later on, so many cents.
type Step = (i64, i64, i64);

/// A history that begins `days` ago; what is set after now stays away.
fn history(currency: Currency, days: i64, steps: &[Step]) -> PriceTimeline {
    let mut timeline = PriceTimeline::new(currency, vec![]).unwrap();
    let end = a_moment_ago();
    let mut now = end - Duration::days(days);
    for (hours, ahead, cents) in steps {
        now += Duration::hours(*hours);
        if now >= end {
            break;
        }
        let new = NewPrice {
            id: Uuid::now_v7().into(),
            price: Money::from_minor(*cents, currency).unwrap(),
            valid_from: (*ahead > 0).then(|| now + Duration::hours(*ahead)),
            by: Actor::System,
        };
        if let Some(change) = timeline.set(&new, now).unwrap() {
            timeline = timeline.after(&change);
        }
    }
    timeline
}

async fn insert(shop: &Shop, variant: VariantId, timeline: &PriceTimeline) {
    for PricePeriod { id, price, valid_from, valid_to, changed_by } in timeline.periods() {
        let statement =
            "INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, valid_to, changed_by)
            VALUES ($1, $2, $3, $4, $5::text::timestamptz, $6::text::timestamptz, $7)";
        let instant = |instant: &Instant| instant.to_rfc3339();
        let (id, from, to) = (id.uuid(), instant(valid_from), valid_to.as_ref().map(instant));
        let (code, by) = (price.currency().code(), changed_by.to_string());
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
            [&id, &variant.uuid(), &code, &price.minor(), &from, &to, &by];
        shop.client.execute(statement, &values).await.unwrap();
    }
}

fn query(product_id: ProductId, limit: u16) -> PriceHistoryQuery {
    PriceHistoryQuery {
        product_id,
        variant_id: None,
        currency: None,
        from: None,
        to: None,
        visibility: Visibility::Public,
        page: PageRequest { limit, after: None },
    }
}

/// Every row, page by page.
async fn walk(shop: &Shop, query: &PriceHistoryQuery) -> Vec<PriceView> {
    let (mut query, mut rows) = (query.clone(), Vec::new());
    loop {
        let page = reader(shop).list_history(&query).await.unwrap().unwrap();
        rows.extend(page.rows);
        query.page.after = page.next;
        if page.next.is_none() {
            return rows;
        }
    }
}

/// What a walk over this history should give.
fn expected(histories: &[(VariantId, &PriceTimeline)], query: &PriceHistoryQuery) -> Vec<PriceView> {
    let mut rows: Vec<_> = histories
        .iter()
        .filter(|(variant, timeline)| {
            query.variant_id.is_none_or(|wanted| wanted == *variant)
                && query.currency.is_none_or(|wanted| wanted == timeline.currency())
        })
        .flat_map(|(variant, timeline)| {
            timeline.periods().iter().map(|period| PriceView::new(*variant, period.clone()))
        })
        .filter(|row| {
            query.to.is_none_or(|to| row.valid_from < to)
                && query.from.is_none_or(|from| row.valid_to.is_none_or(|end| end > from))
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.valid_from, row.id)));
    rows
}

async fn two_variants(shop: &Shop) -> (ProductCreation, [VariantId; 2]) {
    let product = shop.product(&[("A", 1, 9999), ("B", 1, 9999)]).await;
    let variants = [0, 1].map(|place| product.variants[place].variant.id);
    (product, variants)
}

#[tokio::test]
async fn random_histories_are_what_the_timeline_says() {
    let shop = Shop::open().await;
    let steps = prop::collection::vec((0..300i64, prop_oneof![Just(0), 1..500i64], 1..6i64), 0..40);
    let history_of = (30..200i64, steps);
    let mut runner = TestRunner::default();
    let mut seen = 0;
    for round in 0..25 {
        let product = shop.product(&[(&format!("SKU-{round}"), 1, 9999)]).await;
        let (variant, id) = (product.variants[0].variant.id, product.product.id);
        let (days, steps) = history_of.new_tree(&mut runner).unwrap().current();
        let dollars = history(currency("USD"), days, &steps);
        insert(&shop, variant, &dollars).await;
        let now = a_moment_ago();
        let mut instants: Vec<Instant> = (-days - 2..40).map(|day| now + Duration::days(day)).collect();
        instants.extend(
            dollars
                .periods()
                .iter()
                .flat_map(|period| [period.valid_from, period.valid_from - Duration::microseconds(1)]),
        );
        for instant in instants {
            let found =
                reader(&shop).find_as_of(variant, Some(instant), Visibility::Public).await.unwrap().unwrap();
            let found =
                found.prices.into_iter().find(|found| found.price.price.currency() == currency("USD"));
            let price = found.as_ref().map(|found| found.price.clone());
            let said = dollars.as_of(instant).map(|period| PriceView::new(variant, period.clone()));
            assert_eq!(price, said, "{instant} {dollars:?}");
            let lowest = found.and_then(|found| found.lowest_price_30d);
            assert_eq!(lowest, dollars.lowest_in_30_days(instant), "{instant} {dollars:?}");
            seen += usize::from(lowest.is_some());
        }
        let shown = shop.products().find(id, currency("USD"), Visibility::Public).await.unwrap().unwrap();
        let shown = &shown.variants[0];
        assert_eq!(shown.price, dollars.as_of(now).map(|period| period.price), "{dollars:?}");
        assert_eq!(shown.lowest_price_30d, dollars.lowest_in_30_days(now), "{dollars:?}");
        let query = PriceHistoryQuery { currency: Some(currency("USD")), ..query(id, 7) };
        assert_eq!(walk(&shop, &query).await, expected(&[(variant, &dollars)], &query));
    }
    assert!(seen > 100, "{seen}");
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_history_is_cut_by_variant_currency_and_time() {
    let shop = Shop::open().await;
    let (product, [a, b]) = two_variants(&shop).await;
    let all: Vec<Step> = (0..30).map(|n| (40, if n % 5 == 0 { 400 } else { 0 }, 1 + n % 4)).collect();
    let timelines = [
        (a, history(currency("USD"), 50, &all)),
        (a, history(currency("JPY"), 45, &all[3..])),
        (b, history(currency("USD"), 60, &all[..9])),
    ];
    for (variant, timeline) in &timelines {
        insert(&shop, *variant, timeline).await;
    }
    let euros = |variant, place: usize| {
        let prices = product.variants[place].prices.clone();
        (variant, PriceTimeline::new(currency("EUR"), prices).unwrap())
    };
    let timelines: Vec<_> = timelines.into_iter().chain([euros(a, 0), euros(b, 1)]).collect();
    let histories: Vec<_> = timelines.iter().map(|(variant, timeline)| (*variant, timeline)).collect();
    let ago = |days| Some(a_moment_ago() - Duration::days(days));
    let of_all = query(product.product.id, 3);
    for query in [
        of_all.clone(),
        PriceHistoryQuery { page: PageRequest { limit: 100, after: None }, ..of_all.clone() },
        PriceHistoryQuery { variant_id: Some(a), ..of_all.clone() },
        PriceHistoryQuery { currency: Some(currency("USD")), ..of_all.clone() },
        PriceHistoryQuery { variant_id: Some(b), currency: Some(currency("USD")), ..of_all.clone() },
        PriceHistoryQuery { from: ago(30), ..of_all.clone() },
        PriceHistoryQuery { to: ago(30), ..of_all.clone() },
        PriceHistoryQuery { from: ago(40), to: ago(30), ..of_all.clone() },
        PriceHistoryQuery { from: ago(40), to: ago(40), variant_id: Some(a), ..of_all.clone() },
        PriceHistoryQuery { from: ago(-90), to: None, ..of_all.clone() },
        PriceHistoryQuery { from: None, to: ago(90), ..of_all.clone() },
        PriceHistoryQuery { currency: Some(currency("KWD")), ..of_all.clone() },
        PriceHistoryQuery { variant_id: Some(Uuid::now_v7().into()), ..of_all.clone() },
    ] {
        assert_eq!(walk(&shop, &query).await, expected(&histories, &query), "{query:?}");
    }
    assert!(walk(&shop, &of_all).await.len() > 40);
}

#[tokio::test]
async fn who_may_not_see_a_product_sees_no_price_of_it() {
    let shop = Shop::open().await;
    let (product, [a, b]) = two_variants(&shop).await;
    let id = product.product.id;
    let sees = async |visibility| {
        let history = reader(&shop).list_history(&PriceHistoryQuery { visibility, ..query(id, 20) }).await;
        let prices = reader(&shop).find_as_of(a, None, visibility).await;
        (history.unwrap().is_some(), prices.unwrap().is_some())
    };
    for (change, public, staff) in [
        ("SELECT 1", (true, true), (true, true)),
        ("UPDATE products SET status = 'draft'", (false, false), (true, true)),
        ("UPDATE products SET status = 'archived'", (false, false), (true, true)),
        ("UPDATE products SET status = 'active'", (true, true), (true, true)),
        (&format!("UPDATE variants SET deleted_at = now() WHERE id = '{a}'"), (true, false), (true, false)),
        (
            "BEGIN; UPDATE products SET deleted_at = now(); UPDATE variants SET deleted_at = now(); COMMIT",
            (false, false),
            (false, false),
        ),
    ] {
        run(&shop.client, change).await;
        assert_eq!(
            (sees(Visibility::Public).await, sees(Visibility::Staff).await),
            (public, staff),
            "{change}"
        );
        if public.0 {
            let rows = walk(&shop, &query(id, 20)).await;
            let of: Vec<_> = rows.iter().map(|row| row.variant_id).collect();
            assert!(of.contains(&a) && of.contains(&b), "what a deleted variant cost stays: {change}");
        }
    }
    let unknown = Uuid::now_v7();
    assert_eq!(reader(&shop).find_as_of(unknown.into(), None, Visibility::Staff).await.unwrap(), None);
    assert_eq!(reader(&shop).list_history(&query(unknown.into(), 20)).await.unwrap(), None);
}

#[tokio::test]
async fn every_currency_of_a_variant_is_shown() {
    let shop = Shop::open().await;
    let product = shop.product(&[("A", 1, 9999)]).await;
    let variant = product.variants[0].variant.id;
    for code in ["USD", "JPY", "KWD"] {
        insert(&shop, variant, &history(currency(code), 10, &[(0, 0, 5), (24, 0, 7)])).await;
    }
    let found = reader(&shop).find_as_of(variant, None, Visibility::Public).await.unwrap().unwrap();
    let codes: Vec<_> = found.prices.iter().map(|found| found.price.price.currency().code()).collect();
    assert_eq!((codes, found.variant_version), (vec!["EUR", "JPY", "KWD", "USD"], 1));
    assert_eq!(found.prices[3].lowest_price_30d.map(Money::minor), Some(5));
    let before = a_moment_ago() - Duration::days(5);
    let found = reader(&shop).find_as_of(variant, Some(before), Visibility::Public).await.unwrap().unwrap();
    assert_eq!(found.prices.len(), 3, "not yet in euros");
}
