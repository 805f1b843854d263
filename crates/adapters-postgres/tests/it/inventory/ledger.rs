//! The ledger, as staff reads it.

use adapters_postgres::{PgLedgerReader, PgStockStore};
use domain::inventory::{AdjustmentReason, MovementKind};
use ports::{
    inventory::{LedgerReader, StockStore},
    pagination::PageRequest,
};
use uuid::Uuid;

use super::by_hand::{adjust, command};
use crate::{arrange::run, shop::Shop};

#[tokio::test]
async fn the_newest_line_comes_first_and_each_says_what_it_did() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 10, 100)]).await.variants[0].variant.id;
    let order = shop.place(shop.customer().await, &[("A", 2)]).await.unwrap();
    let store = PgStockStore::new(shop.pool.clone());
    let change = store.commit_command(&command(variant, adjust(-3), false), None).await.unwrap().change;
    let ledger = PgLedgerReader::new(shop.pool.clone());

    let page = ledger.list(variant, PageRequest { limit: 2, after: None }).await.unwrap().unwrap();

    assert_eq!(page.next, Some(2));
    assert_eq!(page.rows[0], change.line, "as it was decided");
    let sale = &page.rows[1].movement;
    assert_eq!((sale.kind, sale.order_id), (MovementKind::Reservation, Some(order.id)));
    assert_eq!((sale.delta_reserved, sale.on_hand_after, sale.reserved_after), (2, 10, 2));
    let rest = ledger.list(variant, PageRequest { limit: 2, after: Some(2) }).await.unwrap().unwrap();
    assert_eq!((rest.rows.len(), rest.rows[0].movement.kind, rest.next), (1, MovementKind::Opening, None));
    assert_eq!(ledger.find(variant, 3).await.unwrap(), Some(change.line));
    assert_eq!(ledger.find(variant, 4).await.unwrap(), None);
    assert_eq!(MovementKind::Adjustment(AdjustmentReason::Damaged), page.rows[0].movement.kind);
}

#[tokio::test]
async fn a_variant_without_a_ledger_is_not_one_that_is_not_there() {
    let shop = Shop::open().await;
    let variant = shop.product(&[("A", 0, 100), ("B", 0, 100)]).await.variants[0].variant.id;
    let ledger = PgLedgerReader::new(shop.pool.clone());
    let first = PageRequest { limit: 10, after: None };
    assert_eq!(ledger.list(variant, first).await.unwrap().unwrap().rows, []);
    assert_eq!(ledger.list(Uuid::now_v7().into(), first).await.unwrap(), None);
    run(&shop.client, "UPDATE variants SET deleted_at = now() WHERE sku = 'A'").await;
    assert_eq!(ledger.list(variant, first).await.unwrap(), None);
    assert_eq!(ledger.find(variant, 1).await.unwrap(), None);
}
