//! Walking through the whole ledger.

use adapters_postgres::{ConnectSettings, PgLedgerWalk, PgStockStore};
use domain::{
    ids::VariantId,
    inventory::{LedgerFault, Pieces, Replay},
};
use ports::inventory::{LedgerWalk, StockStore, Stocktaking};

use super::by_hand::{adjust, command};
use crate::{
    arrange::run,
    shop::{Shop, settings},
};

async fn open(shop: &Shop) -> PgLedgerWalk {
    let settings: ConnectSettings = settings(shop.url()).connect;
    PgLedgerWalk::open(&settings).await.unwrap()
}

/// What the rest of a walk finds, and how many variants and lines it comes by.
async fn finish(walk: &mut PgLedgerWalk) -> (Vec<(VariantId, Vec<LedgerFault>)>, usize, usize) {
    let (mut found, mut variants, mut lines, mut replay) = (Vec::new(), 0, 0, Replay::default());
    loop {
        let parts = walk.next().await.unwrap();
        if parts.is_empty() {
            return (found, variants, lines);
        }
        for part in parts {
            match part {
                Stocktaking::Line(line) => {
                    lines += 1;
                    replay.follow(&line);
                }
                Stocktaking::Level { variant_id, level, .. } => {
                    variants += 1;
                    let faults = std::mem::take(&mut replay).compare(level);
                    found.extend(Some((variant_id, faults)).filter(|(_, faults)| !faults.is_empty()));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_sound_shop_has_no_difference_whatever_changes_meanwhile() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 100), ("B", 0, 100), ("C", 5, 100)]).await.variants[0].variant.id;
    shop.place(shop.customer().await, &[("A", 2), ("C", 1)]).await.unwrap();
    let mut walk = open(&shop).await;
    let store = PgStockStore::new(shop.pool.clone());
    store.commit_command(&command(variant, adjust(-3), false), None).await.unwrap();

    assert_eq!(walk.variants(), 3);
    assert_eq!(finish(&mut walk).await, (vec![], 3, 4), "as it was before the change");
    assert_eq!(finish(&mut open(&shop).await).await, (vec![], 3, 5));
}

#[tokio::test]
async fn planted_differences_are_found() {
    let shop = Shop::open().await;
    let product = shop.product(&[("A", 10, 100), ("B", 7, 100), ("C", 5, 100), ("D", 1, 100)]).await;
    shop.place(shop.customer().await, &[("A", 2), ("B", 2), ("C", 2)]).await.unwrap();
    let of = |sku: &str| format!("(SELECT id FROM variants WHERE sku = '{sku}')");
    let (a, b, d) = (of("A"), of("B"), of("D"));
    run(
        &shop.client,
        &format!(
            "SET session_replication_role = replica;
            UPDATE stock_levels SET on_hand = 9 WHERE variant_id = {a};
            UPDATE stock_movements SET on_hand_after = 8 WHERE variant_id = {b} AND sequence = 2;
            DELETE FROM stock_levels WHERE variant_id = {d};
            INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
                reserved_after, actor) VALUES ('00000000-0000-0000-0000-000000000001', 1, 'opening', 3, 0, 3, 0, 'x')"
        ),
    )
    .await;

    let (found, variants, lines) = finish(&mut open(&shop).await).await;

    let pieces = |on_hand, reserved| Pieces { on_hand, reserved };
    let id = |place: usize| product.variants[place].variant.id;
    let of =
        |variant: VariantId| found.iter().find(|(id, _)| *id == variant).map(|(_, faults)| faults.clone());
    let differs = LedgerFault::Differs { level: pieces(9, 2), ledger: pieces(10, 2) };
    assert_eq!(of(id(0)), Some(vec![differs]));
    let broken = LedgerFault::Broken { sequence: 2, expected: pieces(7, 2), found: pieces(8, 2) };
    assert_eq!(of(id(1)), Some(vec![broken]));
    assert_eq!((of(id(2)), of(id(3))), (None, Some(vec![LedgerFault::NoLevel])));
    let nobody = uuid::Uuid::from_u128(1).into();
    assert_eq!(of(nobody), Some(vec![LedgerFault::NoLevel]), "lines of no variant at all");
    assert_eq!((found.len(), variants, lines), (4, 5, 8));
}

#[tokio::test]
async fn a_ledger_longer_than_what_is_fetched_at_once_is_read_whole() {
    let shop = Shop::open().await;
    shop.product(&[("A", 10, 100), ("B", 10, 100)]).await;
    let long = "INSERT INTO stock_movements (variant_id, sequence, kind, delta_on_hand, delta_reserved, on_hand_after,
            reserved_after, actor)
        SELECT id, n, 'received', 1, 0, 9 + n, 0, 'system' FROM variants, generate_series(2, 12001) AS n;
        UPDATE stock_levels SET on_hand = 12010, movements = 12001";
    run(&shop.client, long).await;
    assert_eq!(finish(&mut open(&shop).await).await, (vec![], 2, 24_002));
    shop.assert_sound().await;
}
