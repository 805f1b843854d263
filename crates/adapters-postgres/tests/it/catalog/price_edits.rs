//! Setting prices and calling them off, alone and many at once.

use adapters_postgres::PgPriceStore;
use chrono::Duration;
use domain::{
    Instant,
    actor::Actor,
    catalog::{PriceDecision, PriceEdit, PriceRefusal, PriceWish},
    ids::{PriceId, VariantId},
    version::{Precondition, VersionMismatch},
};
use ports::{
    catalog::{CommitPriceError, PriceStore},
    orders::{CommitPlacementError, OrderStore},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    shop::{Shop, euro, request},
};

pub(super) fn edit(wish: PriceWish) -> PriceEdit {
    PriceEdit {
        wish,
        condition: Precondition::None,
        actor: Actor::User(Uuid::now_v7().into()),
        request_id: Some("request-1".to_owned()),
        event_id: Uuid::now_v7().into(),
    }
}

pub(super) fn set(variant: VariantId, cents: i64, valid_from: Option<Instant>) -> PriceEdit {
    let price_id = Uuid::now_v7().into();
    edit(PriceWish::Set { variant_id: variant, price_id, price: euro(cents), valid_from })
}

fn cancel(price_id: PriceId) -> PriceEdit {
    edit(PriceWish::Cancel { price_id })
}

fn prices(shop: &Shop) -> PgPriceStore {
    PgPriceStore::new(shop.pool.clone())
}

/// A shop with the variant A at 10.00.
async fn shop() -> (Shop, VariantId) {
    let shop = Shop::open().await;
    let product = shop.product(&[("A", 500, 1000)]).await;
    (shop, product.variants[0].variant.id)
}

async fn commit(shop: &Shop, edit: &PriceEdit) -> PriceDecision {
    prices(shop).commit_price_edit(edit).await.unwrap()
}

async fn refusal(shop: &Shop, edit: &PriceEdit) -> PriceRefusal {
    match prices(shop).commit_price_edit(edit).await.unwrap_err() {
        CommitPriceError::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The amounts, oldest first, and whether each is open at its end.
async fn amounts(shop: &Shop) -> Vec<(i64, bool)> {
    let sql = "SELECT amount_minor, valid_to IS NULL FROM prices WHERE currency = 'EUR' ORDER BY valid_from";
    let rows = shop.client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn versions(shop: &Shop) -> (i32, i32) {
    let sql = "SELECT variants.version, products.version FROM variants, products";
    let row = shop.client.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

fn in_an_hour() -> Instant {
    Instant::from_timestamp(chrono::Utc::now().timestamp() + 3600, 0).unwrap()
}

#[tokio::test]
async fn a_new_price_begins_where_the_old_one_ends_and_is_told_once() {
    let (shop, variant) = shop().await;
    let edit = set(variant, 900, None);

    let decision = commit(&shop, &edit).await;

    assert_eq!((decision.price.price, decision.price.valid_to), (euro(900), None));
    assert_eq!((decision.variant_version, decision.product_version), (2, 2));
    assert_eq!((amounts(&shop).await, versions(&shop).await), (vec![(1000, false), (900, true)], (2, 2)));
    let sql = "SELECT event.data::text, event.aggregate_type, event.aggregate_version, event.actor, event.request_id,
            event.aggregate_id = product.id AND product.updated_at = price.valid_from
            AND event.occurred_at = price.valid_from AND price.changed_by = event.actor
        FROM events AS event, products AS product, prices AS price
        WHERE event.type = 'price.changed' AND price.amount_minor = 900";
    let row = shop.client.query_one(sql, &[]).await.unwrap();
    let data: serde_json::Value = serde_json::from_str(row.get(0)).unwrap();
    assert_eq!(data["variant_id"], variant.to_string());
    assert_eq!((&data["price"]["amount"], &data["variant_version"]), (&"9.00".into(), &2.into()));
    assert_eq!(data["price_id"], decision.price.id.to_string());
    let text: fn(&tokio_postgres::Row, usize) -> String = |row, index| row.get(index);
    assert_eq!(
        [text(&row, 1), text(&row, 3), text(&row, 4)],
        ["product".into(), edit.actor.to_string(), "request-1".into()]
    );
    assert!(row.get::<_, i32>(2) == 2 && row.get::<_, bool>(5));
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_price_set_to_what_it_is_leaves_no_trace() {
    let (shop, variant) = shop().await;
    let events = shop.count("events").await;
    for valid_from in [None, Some(in_an_hour())] {
        let decision = commit(&shop, &set(variant, 1000, valid_from)).await;
        assert_eq!((decision.effect, decision.variant_version), (None, 1));
    }
    assert_eq!((amounts(&shop).await, versions(&shop).await), (vec![(1000, true)], (1, 1)));
    assert_eq!(shop.count("events").await, events);
}

#[tokio::test]
async fn a_price_is_scheduled_replaced_and_called_off() {
    let (shop, variant) = shop().await;
    let later = in_an_hour();
    let scheduled = commit(&shop, &set(variant, 1200, Some(later))).await;
    assert_eq!((scheduled.price.valid_from, scheduled.variant_version), (later, 2));
    let replaced = commit(&shop, &set(variant, 1100, Some(later))).await;
    assert_eq!(replaced.price.id, scheduled.price.id);
    commit(&shop, &set(variant, 900, None)).await;
    assert_eq!(amounts(&shop).await, [(1000, false), (900, false), (1100, true)]);
    shop.assert_sound().await;

    commit(&shop, &cancel(scheduled.price.id)).await;

    assert_eq!((amounts(&shop).await, versions(&shop).await), (vec![(1000, false), (900, true)], (5, 5)));
    for (kind, count) in [("price.scheduled", 2), ("price.changed", 1), ("price.cancelled", 1)] {
        assert_eq!(shop.count(&format!("events WHERE type = '{kind}'")).await, count, "{kind}");
    }
    shop.assert_sound().await;
}

#[tokio::test]
async fn equal_prices_side_by_side_become_one() {
    let (shop, variant) = shop().await;
    let (first, second) = (in_an_hour(), in_an_hour() + Duration::hours(1));
    let detour = commit(&shop, &set(variant, 1200, Some(first))).await.price.id;
    commit(&shop, &set(variant, 1000, Some(second))).await;
    commit(&shop, &set(variant, 1200, None)).await;
    assert_eq!(amounts(&shop).await, [(1000, false), (1200, false), (1000, true)]);
    assert!(matches!(
        prices(&shop).commit_price_edit(&cancel(detour)).await,
        Err(CommitPriceError::NotFound)
    ));
    commit(&shop, &set(variant, 1200, Some(second))).await;
    assert_eq!(amounts(&shop).await, [(1000, false), (1200, true)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_is_in_force_or_over_is_not_called_off() {
    let (shop, variant) = shop().await;
    let first = commit(&shop, &set(variant, 1000, None)).await.price.id;
    let second = commit(&shop, &set(variant, 900, None)).await.price.id;
    for id in [first, second] {
        assert_eq!(refusal(&shop, &cancel(id)).await, PriceRefusal::InForce);
    }
    let long_ago = chrono::Utc::now() - Duration::seconds(61);
    assert_eq!(refusal(&shop, &set(variant, 800, Some(long_ago))).await, PriceRefusal::Past);
    let just_now = chrono::Utc::now() - Duration::seconds(50);
    let decision = commit(&shop, &set(variant, 800, Some(just_now))).await;
    assert!(decision.price.valid_from > just_now, "it is now");
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_is_not_there_has_no_price() {
    let (shop, variant) = shop().await;
    let is_not_found = async |edit: PriceEdit| {
        matches!(prices(&shop).commit_price_edit(&edit).await, Err(CommitPriceError::NotFound))
    };
    assert!(is_not_found(set(Uuid::now_v7().into(), 900, None)).await);
    assert!(is_not_found(cancel(Uuid::now_v7().into())).await);
    let scheduled = commit(&shop, &set(variant, 900, Some(in_an_hour()))).await.price.id;
    run(
        &shop.client,
        "BEGIN; UPDATE products SET deleted_at = now(); UPDATE variants SET deleted_at = now(); COMMIT",
    )
    .await;
    assert!(is_not_found(set(variant, 900, None)).await);
    assert!(is_not_found(cancel(scheduled)).await);
}

#[tokio::test]
async fn another_version_than_the_one_that_was_read_is_refused() {
    let (shop, variant) = shop().await;
    let on = |versions: &[i64], edit: PriceEdit| PriceEdit {
        condition: Precondition::OneOf(versions.to_vec()),
        ..edit
    };
    let scheduled = commit(&shop, &on(&[7, 1], set(variant, 900, Some(in_an_hour())))).await;
    let mismatch = PriceRefusal::Version(VersionMismatch { current: 2 });
    assert_eq!(refusal(&shop, &on(&[1], set(variant, 800, None))).await, mismatch);
    assert_eq!(refusal(&shop, &on(&[], cancel(scheduled.price.id))).await, mismatch);
    assert_eq!(amounts(&shop).await, [(1000, false), (900, true)]);
    commit(&shop, &on(&[2], cancel(scheduled.price.id))).await;
}

/// Commits all at once.
async fn race(shop: &Shop, edits: Vec<PriceEdit>) -> Vec<Result<PriceDecision, CommitPriceError>> {
    let mut tasks = JoinSet::new();
    for edit in edits {
        let prices = prices(shop);
        tasks.spawn(async move { prices.commit_price_edit(&edit).await });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_each_real_change_is_one_period() {
    let (shop, variant) = shop().await;
    let edits = (0..60).map(|n| set(variant, 100 + n % 20, (n % 3 == 0).then(in_an_hour))).collect();

    let decisions: Vec<_> = race(&shop, edits).await.into_iter().map(Result::unwrap).collect();

    let real: Vec<_> = decisions.iter().filter_map(|decision| decision.effect.as_ref()).collect();
    let count = i32::try_from(real.len()).unwrap();
    assert_eq!(versions(&shop).await, (1 + count, 1 + count));
    assert_eq!(shop.count("events WHERE type LIKE 'price.%'").await, i64::from(count));
    let added = real.iter().filter(|effect| effect.change.added.is_some()).count();
    let removed: usize = real.iter().map(|effect| effect.change.removed.len()).sum();
    assert_eq!(shop.count("prices").await, i64::try_from(1 + added - removed).unwrap());
    let equal = "SELECT count(*) FROM prices AS one JOIN prices AS other
        ON other.valid_from = one.valid_to AND other.amount_minor = one.amount_minor";
    assert_eq!(number(&shop.client, equal).await, 0);
    let falling = "SELECT count(*) FROM (
            SELECT aggregate_version < lag(aggregate_version) OVER (ORDER BY sequence) AS falls FROM events
            WHERE aggregate_type = 'product'
        ) AS log WHERE falls";
    assert_eq!(number(&shop.client, falling).await, 0);
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_on_one_version_one_is_made() {
    let (shop, variant) = shop().await;
    let on_one = |edit| PriceEdit { condition: Precondition::OneOf(vec![1]), ..edit };
    let edits = (0..30).map(|n| on_one(set(variant, 100 + n, None))).collect();

    let outcomes = race(&shop, edits).await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for error in outcomes.into_iter().filter_map(Result::err) {
        let expected = PriceRefusal::Version(VersionMismatch { current: 2 });
        assert!(matches!(error, CommitPriceError::Refused(refusal) if refusal == expected), "{error:?}");
    }
    assert_eq!((versions(&shop).await, shop.count("prices").await), ((2, 2), 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_sold_meanwhile_is_sold_at_the_price_of_its_instant() {
    let (shop, variant) = shop().await;
    let shop = std::sync::Arc::new(shop);
    let customer = shop.customer().await;
    let mut buyers = JoinSet::new();
    for _ in 0..4 {
        let shop = shop.clone();
        buyers.spawn(async move {
            let mut sold = 0;
            while sold < 15 {
                let placement = shop.decide_on(request(customer, &[("A", 1)])).await;
                match shop.store().commit_placement(&placement, None, None).await {
                    Ok(()) => sold += 1,
                    Err(CommitPlacementError::OfferChanged) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        });
    }
    for n in 0..40 {
        commit(&shop, &set(variant, 100 + n, None)).await;
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    buyers.join_all().await;

    assert_eq!((shop.count("orders").await, shop.count("prices").await), (60, 41));
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_rise_along_the_log_whoever_else_edits_the_product() {
    let (shop, variant) = shop().await;
    let product = number(&shop.client, "SELECT count(*) FROM products").await;
    assert_eq!(product, 1);
    let mut editors = JoinSet::new();
    for _ in 0..3 {
        let client = shop.client().await;
        editors.spawn(async move {
            for _ in 0..20 {
                // On the version that is read first, as every edit of a product.
                let edit = "WITH edited AS (
                        UPDATE products SET version = version + 1, title = title || '.'
                        WHERE version = (SELECT version FROM products) RETURNING *
                    )
                    INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, actor, data)
                    SELECT event_sequence(0), gen_random_uuid(), 'product', id, version, 'product.updated', 'system', '{}'
                    FROM edited";
                client.batch_execute(edit).await.unwrap();
            }
        });
    }
    let edits = (0..40).map(|n| set(variant, 100 + n, None)).collect();
    assert!(race(&shop, edits).await.iter().all(Result::is_ok));
    editors.join_all().await;
    let falling = "SELECT count(*) FROM (
            SELECT aggregate_version <= lag(aggregate_version) OVER (ORDER BY sequence) AS falls FROM events
        ) AS log WHERE falls";
    assert_eq!(number(&shop.client, falling).await, 0);
    let (_, version) = versions(&shop).await;
    assert_eq!(shop.count("events").await, i64::from(version), "one event for each version");
}
