//! The order of events, and its epoch.

use test_database::TestDatabase;
use tokio_postgres::Client;

use crate::arrange::{number, run};

/// The statement that appends the `n`-th event of a transaction.
fn event(n: i32, kind: &str) -> String {
    format!(
        "INSERT INTO events (sequence, id, aggregate_type, aggregate_id, aggregate_version, type, actor, data)
         VALUES (event_sequence({n}), gen_random_uuid(), 'order', gen_random_uuid(), 1, '{kind}', 'system', '{{}}')"
    )
}

/// What a reader finds after `seen`, with the place of the last one.
async fn read(client: &Client, seen: i64) -> (Vec<String>, i64) {
    let sql = "SELECT type, sequence FROM events WHERE sequence > $1 AND sequence < event_sequence_horizon()
               ORDER BY sequence";
    let rows = client.query(sql, &[&seen]).await.unwrap();
    let last = rows.last().map_or(seen, |row| row.get(1));
    (rows.iter().map(|row| row.get(0)).collect(), last)
}

/// Reads until nothing is held back any more: other databases of the cluster have open transactions too.
async fn read_all(client: &Client, mut seen: i64, wanted: usize) -> Vec<String> {
    let mut found = Vec::new();
    for _ in 0..200 {
        let (kinds, last) = read(client, seen).await;
        found.extend(kinds);
        seen = last;
        if found.len() >= wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    found
}

#[tokio::test]
async fn a_reader_waits_for_the_event_of_an_older_transaction() {
    // R114
    let database = TestDatabase::create().await;
    let (older, younger, reader) =
        (database.client().await, database.client().await, database.client().await);
    run(&older, &format!("BEGIN; {}", event(0, "older"))).await;
    run(&younger, &event(0, "younger")).await;

    assert_eq!(number(&reader, "SELECT count(*) FROM events").await, 1, "the younger one has committed");
    let (early, seen) = read(&reader, 0).await;
    assert_eq!(early, Vec::<String>::new(), "the older one could still come before it");

    run(&older, "COMMIT").await;
    assert_eq!(read_all(&reader, seen, 2).await, ["older", "younger"]);
}

#[tokio::test]
async fn a_transaction_that_was_rolled_back_holds_nobody_up() {
    // R114
    let database = TestDatabase::create().await;
    let (older, younger) = (database.client().await, database.client().await);
    run(&older, &format!("BEGIN; {}", event(0, "older"))).await;
    run(&younger, &event(0, "younger")).await;
    run(&older, "ROLLBACK").await;
    assert_eq!(read_all(&younger, 0, 1).await, ["younger"]);
}

#[tokio::test]
async fn events_of_one_transaction_keep_their_order() {
    // R114
    let database = TestDatabase::create().await;
    let client = database.client().await;
    run(&client, &format!("BEGIN; {}; {}; {}; COMMIT", event(0, "a"), event(1, "b"), event(999, "c"))).await;
    assert_eq!(read_all(&client, 0, 3).await, ["a", "b", "c"]);
    for n in [-1, 1000] {
        let error = client.batch_execute(&event(n, "x")).await.unwrap_err();
        assert_eq!(error.as_db_error().unwrap().column(), Some("sequence"));
    }
}

#[tokio::test]
async fn an_old_log_in_a_young_cluster_goes_on_above_its_end() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let restored = 9_000_000_000_000_i64;
    run(&client, &event(0, "restored").replace("event_sequence(0)", &restored.to_string())).await;
    assert_eq!(read(&client, 0).await.0, Vec::<String>::new());

    run(&client, "SELECT advance_event_epoch()").await;
    run(&client, &event(0, "next")).await;
    assert_eq!(read_all(&client, 0, 2).await, ["restored", "next"]);
    assert!(number(&client, "SELECT max(sequence) FROM events").await > restored);
}

#[tokio::test]
async fn the_epoch_stays_where_it_is_when_nothing_was_restored() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    run(&client, &event(999, "x")).await;
    run(&client, "SELECT advance_event_epoch()").await;
    assert_eq!(number(&client, "SELECT epoch FROM event_epoch").await, 0);
}
