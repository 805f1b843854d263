//! Offers that change between the decision and its commit.

use std::time::Duration;

use ports::orders::{CommitPlacementError, OrderStore};
use tokio::time::timeout;

use crate::{arrange::run, shop::Shop};

/// Everything that changes the offer of the variant A.
const CHANGES: [&str; 7] = [
    "UPDATE prices SET valid_to = now() WHERE variant_id = (SELECT id FROM variants WHERE sku = 'A')",
    "INSERT INTO prices (id, variant_id, currency, amount_minor, valid_from, changed_by)
     SELECT gen_random_uuid(), id, 'USD', 1, now(), 'system' FROM variants WHERE sku = 'A'",
    "UPDATE products SET status = 'archived'",
    "UPDATE products SET title = 'Cotton shirt'",
    "BEGIN; UPDATE products SET deleted_at = now(); UPDATE variants SET deleted_at = now(); COMMIT",
    "UPDATE variants SET deleted_at = now() WHERE sku = 'A'",
    "UPDATE variants SET title = 'Large' WHERE sku = 'A'",
];

async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.product(&[("A", 5, 1999), ("B", 5, 1999)]).await;
    shop
}

fn has_changed(outcome: &Result<(), CommitPlacementError>) -> bool {
    matches!(outcome, Err(CommitPlacementError::OfferChanged))
}

async fn assert_untouched(shop: &Shop) {
    for (table, rows) in [("orders", 0), ("order_lines", 0), ("order_history", 0), ("stock_movements", 2)] {
        assert_eq!(shop.count(table).await, rows, "{table}");
    }
    assert_eq!(shop.count("stock_levels WHERE reserved > 0").await, 0);
    assert_eq!(shop.count("events WHERE type = 'order.placed'").await, 0);
    shop.assert_sound().await;
}

#[tokio::test]
async fn nothing_is_sold_on_an_offer_that_has_changed() {
    for change in CHANGES {
        let shop = shop().await;
        let placement = shop.decide(shop.customer().await, &[("B", 1), ("A", 1)]).await;
        run(&shop.client, change).await;
        let outcome = shop.store().commit_placement(&placement, None, None).await;
        assert!(has_changed(&outcome), "{change}: {outcome:?}");
        assert_untouched(&shop).await;
    }
}

#[tokio::test]
async fn a_change_that_is_being_committed_is_waited_for() {
    for change in CHANGES.into_iter().filter(|change| !change.starts_with("BEGIN")) {
        let shop = shop().await;
        let placement = shop.decide(shop.customer().await, &[("A", 1), ("B", 1)]).await;
        let editor = shop.client().await;
        run(&editor, &format!("BEGIN; {change}")).await;
        let store = shop.store();
        let mut waiting = tokio::spawn(async move { store.commit_placement(&placement, None, None).await });
        assert!(
            timeout(Duration::from_millis(150), &mut waiting).await.is_err(),
            "{change}: it does not wait"
        );
        run(&editor, "COMMIT").await;
        let outcome = waiting.await.unwrap();
        assert!(has_changed(&outcome), "{change}: {outcome:?}");
        assert_untouched(&shop).await;
    }
}

#[tokio::test]
async fn a_change_that_was_given_up_and_the_sale_of_others_change_no_offer() {
    let shop = shop().await;
    let customer = shop.customer().await;
    let placement = shop.decide(customer, &[("A", 1), ("B", 1)]).await;
    run(&shop.client, "BEGIN; UPDATE products SET status = 'archived'; ROLLBACK").await;
    shop.place(customer, &[("A", 2)]).await.unwrap();
    shop.store().commit_placement(&placement, None, None).await.unwrap();
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_changed_offer_is_told_rather_than_a_shortage() {
    let shop = shop().await;
    let customer = shop.customer().await;
    let placement = shop.decide(customer, &[("A", 5), ("B", 5)]).await;
    shop.place(customer, &[("B", 1)]).await.unwrap();
    run(&shop.client, CHANGES[6]).await;
    assert!(has_changed(&shop.store().commit_placement(&placement, None, None).await));
    let again = shop.decide(customer, &[("A", 5), ("B", 4)]).await;
    shop.store().commit_placement(&again, None, None).await.unwrap();
    shop.assert_sound().await;
}
