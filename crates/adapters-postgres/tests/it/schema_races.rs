//! Rules that two transactions could only break together.

use std::time::Duration;

use test_database::TestDatabase;
use tokio::time::timeout;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::arrange::{number, refusal, run, session, token, user};

/// Runs `first` in an open transaction, then `second` beside it, which must wait; commits `first`, and gives the
/// name of the constraint that refuses `second`.
async fn loser(database: &TestDatabase, first: &str, second: String) -> String {
    let (one, two) = (database.client().await, database.client().await);
    run(&one, &format!("BEGIN; {first}")).await;
    let mut waiting = tokio::spawn(async move { refusal(&two, &second).await });
    let early = timeout(Duration::from_millis(200), &mut waiting).await;
    assert!(early.is_err(), "the second one did not wait");
    run(&one, "COMMIT").await;
    timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap()
}

#[tokio::test]
async fn two_admins_can_not_demote_each_other() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (ada, bob) = (user(&client, "admin").await, user(&client, "admin").await);
    let demote = |id: Uuid| format!("UPDATE users SET roles = '{{customer}}' WHERE id = '{id}'");
    assert_eq!(loser(&database, &demote(ada), demote(bob)).await, "users_last_admin");
    assert_eq!(number(&client, "SELECT count(*) FROM users WHERE roles @> '{admin}'").await, 1);
}

#[tokio::test]
async fn two_moves_can_not_close_a_circle() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (a, b) = (category(&client).await, category(&client).await);
    let below = |child: Uuid, parent: Uuid| {
        format!("UPDATE categories SET parent_id = '{parent}' WHERE id = '{child}'")
    };
    assert_eq!(loser(&database, &below(a, b), below(b, a)).await, "categories_acyclic");
}

#[tokio::test]
async fn one_statement_can_not_make_a_circle() {
    let database = TestDatabase::create().await;
    let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
    let circle = format!(
        "INSERT INTO categories (id, slug, name, parent_id) VALUES ('{a}', 'a', 'A', '{b}'), ('{b}', 'b', 'B', '{a}')"
    );
    assert_eq!(refusal(&database.client().await, &circle).await, "categories_acyclic");
}

#[tokio::test]
async fn the_last_two_variants_can_not_be_deleted_at_once() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let (product, a, b) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    run(
        &client,
        &format!(
            "BEGIN;
             INSERT INTO products (id, slug, title, status) VALUES ('{product}', 'shirt', 'Shirt', 'active');
             INSERT INTO variants (id, product_id, sku, title) VALUES ('{a}', '{product}', 'A', 'A'), ('{b}', '{product}', 'B', 'B');
             COMMIT"
        ),
    )
    .await;
    let delete = |id: Uuid| {
        format!("UPDATE variants SET deleted_at = now() WHERE id = '{id}'; SET CONSTRAINTS ALL IMMEDIATE")
    };
    let second = format!("BEGIN; {}; COMMIT", delete(b));
    assert_eq!(loser(&database, &delete(a), second).await, "products_have_a_variant");
}

#[tokio::test]
async fn a_product_can_not_enter_a_category_that_is_being_deleted() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let category = category(&client).await;
    let product = Uuid::now_v7();
    let enter = format!(
        "WITH p AS (INSERT INTO products (id, slug, title, status, category_id)
                    VALUES ('{product}', 'shirt', 'Shirt', 'active', '{category}') RETURNING id)
         INSERT INTO variants (id, product_id, sku, title) SELECT gen_random_uuid(), id, 'S', 'S' FROM p"
    );
    let delete = format!("DELETE FROM categories WHERE id = '{category}'");
    assert_eq!(loser(&database, &enter, delete.clone()).await, "products_category_id_fkey");
}

#[tokio::test]
async fn a_session_that_is_being_revoked_gets_no_token() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let customer = user(&client, "customer").await;
    let session = session(&client, customer).await;
    let revoke = "UPDATE sessions SET revoked_at = now(), revoke_reason = 'revoked'";
    assert_eq!(loser(&database, revoke, token(session)).await, "refresh_tokens_session_lives");
}

async fn category(client: &Client) -> Uuid {
    let id = Uuid::now_v7();
    run(client, &format!("INSERT INTO categories (id, slug, name) VALUES ('{id}', '{id}', 'Shirts')")).await;
    id
}
