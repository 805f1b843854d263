//! Changes by hand: whole or not at all, and each upon what the one before has left.

use adapters_postgres::PgStockStore;
use chrono::Duration;
use domain::{
    events::Event,
    idempotency::{Answer, IdempotencyKey, Keyed, KeyedCall},
    ids::{UserId, VariantId},
    inventory::{AdjustmentReason, ByHand, StockChange, StockCommand, StockDelta, StockError},
    text::Note,
    version::Precondition,
};
use ports::{
    idempotency::{IdempotencyReader, KeyConflict},
    inventory::{ChangedStock, CommitStockError, StockStore},
    orders::{CommitPlacementError, OrderStore},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    arrange::{number, run},
    idempotency::reader,
    shop::{Shop, a_moment_ago, origination},
};

pub(crate) fn adjust(delta: i32) -> ByHand {
    let note = Some(Note::parse("a box fell").unwrap());
    ByHand::Adjust { delta: StockDelta::new(delta).unwrap(), reason: AdjustmentReason::Damaged, note }
}

pub(crate) fn command(variant_id: VariantId, what: ByHand, force: bool) -> StockCommand {
    StockCommand {
        variant_id,
        what,
        force,
        condition: Precondition::None,
        event_id: Uuid::now_v7().into(),
        by: origination(a_moment_ago()),
    }
}

async fn change(shop: &Shop, command: &StockCommand) -> Result<ChangedStock, CommitStockError> {
    PgStockStore::new(shop.pool.clone()).commit_command(command, None).await
}

#[tokio::test]
async fn an_adjustment_is_a_level_a_line_and_an_event() {
    let shop = Shop::open().await;
    let product = shop.product(&[("A", 10, 100)]).await;
    let variant = product.variants[0].variant.id;

    let changed = change(&shop, &command(variant, adjust(-3), false)).await.unwrap();

    assert_eq!((changed.view.product_id, changed.view.sku.as_str()), (product.product.id, "A"));
    assert_eq!((changed.view.level.on_hand, changed.view.level.version), (7, 2));
    assert_eq!((changed.change.line.sequence, shop.level(variant).await), (2, (7, 0)));
    let line = "SELECT kind || ' ' || delta_on_hand || ' ' || note || ' ' || actor || ' ' || request_id
        FROM stock_movements WHERE sequence = 2";
    let line: String = shop.client.query_one(line, &[]).await.unwrap().get(0);
    assert_eq!(line, "damaged -3 a box fell system request-1");
    let event =
        "SELECT type || ' ' || aggregate_type || ' ' || aggregate_version || ' ' || data::text FROM events
        WHERE aggregate_id = $1";
    let event: String = shop.client.query_one(event, &[&variant.uuid()]).await.unwrap().get(0);
    let data = r#"{"kind": "damaged", "delta": -3, "on_hand": 7, "reserved": 0}"#;
    assert_eq!(event, format!("stock.adjusted stock 2 {data}"));
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 100)]).await.variants[0].variant.id;
    shop.place(shop.customer().await, &[("A", 8)]).await.unwrap();
    let counts = "SELECT (SELECT count(*) FROM stock_movements) + (SELECT count(*) FROM events)";
    let before = number(&shop.client, counts).await;

    let short = change(&shop, &command(variant, adjust(-3), false)).await.unwrap_err();
    let below = change(&shop, &command(variant, adjust(-11), true)).await.unwrap_err();
    let mut meant = command(variant, ByHand::Count { on_hand: 9 }, false);
    meant.condition = Precondition::OneOf(vec![9]);
    let outdated = change(&shop, &meant).await.unwrap_err();

    let refused = |error, expected: (u32, u32)| match error {
        CommitStockError::Refused { sku, refusal: StockError::Insufficient { requested, available, .. } } => {
            assert_eq!((sku.as_str(), requested, available), ("A", expected.0, expected.1))
        }
        error => panic!("{error:?}"),
    };
    refused(short, (3, 2));
    refused(below, (11, 10));
    assert!(
        matches!(outdated, CommitStockError::Refused { refusal: StockError::Version(_), .. }),
        "{outdated:?}"
    );
    assert_eq!((number(&shop.client, counts).await, shop.level(variant).await), (before, (10, 8)));
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_variant_that_is_not_there_or_not_any_more_has_no_stock() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 100), ("B", 1, 100)]).await.variants[0].variant.id;
    run(&shop.client, "UPDATE variants SET deleted_at = now() WHERE sku = 'A'").await;
    for id in [variant, Uuid::now_v7().into()] {
        let gone = change(&shop, &command(id, adjust(1), true)).await;
        assert!(matches!(gone, Err(CommitStockError::NotFound)), "{gone:?}");
    }
}

#[tokio::test]
async fn a_forced_loss_is_recorded_sells_nothing_more_and_heals_as_stock_comes_back() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 100)]).await.variants[0].variant.id;
    let customer = shop.customer().await;
    let order = shop.decide(customer, &[("A", 1)]).await;
    shop.place(customer, &[("A", 8)]).await.unwrap();
    let shortfall = "SELECT shortfall FROM stock_levels";

    let lost = change(&shop, &command(variant, adjust(-5), true)).await.unwrap();

    assert_eq!(lost.change.event.data.event_type(), "stock.short");
    assert_eq!(number(&shop.client, shortfall).await, 3);
    shop.assert_sound().await;
    let refused = shop.store().commit_placement(&order, None, None).await;
    assert!(matches!(refused, Err(CommitPlacementError::InsufficientStock(_))), "{refused:?}");
    change(&shop, &command(variant, adjust(2), false)).await.unwrap();
    assert_eq!(number(&shop.client, shortfall).await, 1);
    change(&shop, &command(variant, ByHand::Count { on_hand: 9 }, false)).await.unwrap();
    assert_eq!(number(&shop.client, shortfall).await, 0);
    shop.store().commit_placement(&order, None, None).await.unwrap();
    assert_eq!(shop.level(variant).await, (9, 9));
    shop.assert_sound().await;
}

fn keyed(caller: UserId) -> Keyed<StockChange> {
    let key = IdempotencyKey::parse("key-1").unwrap();
    let present = |change: &StockChange| Answer {
        status: 201,
        location: None,
        etag: None,
        body: format!("line {}", change.line.sequence).into_bytes(),
        is_secret: false,
    };
    Keyed { call: KeyedCall { caller, key, digest: [1; 32] }, present, ttl: Duration::hours(24) }
}

#[tokio::test]
async fn the_answer_is_recorded_with_its_effect_and_a_key_works_once() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 100)]).await.variants[0].variant.id;
    let keyed = keyed(shop.customer().await);
    let store = PgStockStore::new(shop.pool.clone());

    let first = store.commit_command(&command(variant, adjust(5), false), Some(&keyed)).await.unwrap();
    let second = store.commit_command(&command(variant, adjust(5), false), Some(&keyed)).await;

    assert!(matches!(second, Err(CommitStockError::Key(KeyConflict::Taken))), "{second:?}");
    assert_eq!(shop.level(variant).await, (15, 0));
    let found = reader(&shop).find(keyed.call.caller, &keyed.call.key).await;
    assert_eq!(found.unwrap().unwrap().answer, first.record.unwrap().answer);
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_changes_amid_sales_none_is_lost_and_their_events_stand_in_their_order() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 100, 100)]).await.variants[0].variant.id;
    let customer = shop.customer().await;
    let mut orders = Vec::new();
    for _ in 0..30 {
        orders.push(shop.decide(customer, &[("A", 2)]).await);
    }
    let mut tasks: JoinSet<()> = JoinSet::new();
    for (n, order) in orders.into_iter().enumerate() {
        let (orders, stock) = (shop.store(), PgStockStore::new(shop.pool.clone()));
        tasks.spawn(async move { orders.commit_placement(&order, None, None).await.unwrap() });
        let change = command(variant, adjust(if n % 3 == 0 { -1 } else { 3 }), false);
        tasks.spawn(async move { stock.commit_command(&change, None).await.map(drop).unwrap() });
    }
    tasks.join_all().await;

    assert_eq!(shop.level(variant).await, (100 - 10 + 60, 60));
    let versions = "SELECT aggregate_version FROM events WHERE aggregate_type = 'stock' ORDER BY sequence";
    let versions: Vec<i32> =
        shop.client.query(versions, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(versions, (2..=31).collect::<Vec<_>>());
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_counts_on_one_version_exactly_one_is_taken() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 100, 100)]).await.variants[0].variant.id;
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let stock = PgStockStore::new(shop.pool.clone());
        let mut count = command(variant, ByHand::Count { on_hand: 50 + n }, false);
        count.condition = Precondition::OneOf(vec![1]);
        tasks.spawn(async move { stock.commit_command(&count, None).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let outdated = |error: &CommitStockError| matches!(error, CommitStockError::Refused { refusal: StockError::Version(mismatch), .. } if mismatch.current == 2);
    assert!(outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).all(outdated));
    shop.assert_sound().await;
}

/// Nothing of a person may stand in the log of events.
#[tokio::test]
async fn an_event_says_nothing_of_the_note() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 100)]).await.variants[0].variant.id;
    let changed = change(&shop, &command(variant, adjust(-1), false)).await.unwrap();
    let Event { id, .. } = changed.change.event;
    let told = format!("SELECT count(*) FROM events WHERE id = '{id}' AND events::text LIKE '%box%'");
    assert_eq!(number(&shop.client, &told).await, 0);
}
