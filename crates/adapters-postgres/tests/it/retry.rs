//! Transactions that collide with others.

use ports::{
    accounts::{CommitAccountError, UserStore},
    storage::StorageError,
};

use crate::{
    arrange::{number, run},
    shop::{Shop, registration},
};

/// From now on so many transactions that make a user fail, each like one that collided with another. A sequence counts
/// them, because it is not rolled back.
async fn collide(shop: &Shop, times: i32, sqlstate: &str, message: &str, trigger: &str) {
    let sql = format!(
        "CREATE SEQUENCE collisions;
         CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('collisions') <= {times} THEN RAISE '{message}' USING ERRCODE = '{sqlstate}'; END IF;
             RETURN NULL;
         END $$;
         {trigger} EXECUTE FUNCTION collide();"
    );
    run(&shop.client, &sql).await;
}

const AT_THE_STATEMENT: &str = "CREATE TRIGGER collide AFTER INSERT ON users FOR EACH ROW";
const AT_THE_COMMIT: &str =
    "CREATE CONSTRAINT TRIGGER collide AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW";

async fn register(shop: &Shop) -> Result<(), CommitAccountError> {
    shop.users().commit_registration(&registration("ada@example.com")).await
}

async fn attempts(shop: &Shop) -> i64 {
    number(&shop.client, "SELECT last_value FROM collisions").await
}

#[tokio::test]
async fn a_transaction_that_collides_is_tried_three_times_more() {
    for trigger in [AT_THE_STATEMENT, AT_THE_COMMIT] {
        for (sqlstate, message) in [("40001", "could not serialize access"), ("40P01", "deadlock detected")] {
            let shop = Shop::open().await;
            collide(&shop, 3, sqlstate, message, trigger).await;
            register(&shop).await.unwrap();
            assert_eq!(attempts(&shop).await, 4, "{sqlstate} {trigger}");
            assert_eq!((shop.count("users").await, shop.count("events").await), (1, 1));
        }
    }
}

#[tokio::test]
async fn a_transaction_that_always_collides_is_given_up_as_overload_with_no_effect() {
    for trigger in [AT_THE_STATEMENT, AT_THE_COMMIT] {
        let shop = Shop::open().await;
        collide(&shop, i32::MAX, "40001", "could not serialize access", trigger).await;
        let given_up = register(&shop).await;
        assert!(
            matches!(given_up, Err(CommitAccountError::Storage(StorageError::Overloaded(_)))),
            "{given_up:?}"
        );
        assert_eq!(attempts(&shop).await, 4);
        assert_eq!((shop.count("users").await, shop.count("events").await), (0, 0));
    }
}

#[tokio::test]
async fn what_is_not_a_collision_is_not_tried_again() {
    let shop = Shop::open().await;
    collide(&shop, i32::MAX, "XX000", "out of order", AT_THE_STATEMENT).await;
    let failed = register(&shop).await;
    assert!(matches!(failed, Err(CommitAccountError::Storage(StorageError::Internal(_)))), "{failed:?}");
    assert_eq!(attempts(&shop).await, 1);
}
