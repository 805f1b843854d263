//! Databases for tests, tested.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use test_database::TestDatabase;

async fn tables(database: &TestDatabase) -> i64 {
    let count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    database.client().await.query_one(count, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_database_comes_migrated() {
    let database = TestDatabase::create().await;

    assert!(tables(&database).await > 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn databases_do_not_see_each_other() {
    let (one, two) = tokio::join!(TestDatabase::create(), TestDatabase::create());
    assert_ne!(one.name(), two.name());
    one.client().await.batch_execute("CREATE TABLE mine ()").await.unwrap();

    assert_eq!(tables(&one).await, tables(&two).await + 1);
}

#[tokio::test]
async fn many_are_made_at_once() {
    let makers: Vec<_> = (0..8).map(|_| tokio::spawn(TestDatabase::create())).collect();

    for maker in makers {
        let database = maker.await.unwrap();
        assert!(tables(&database).await > 10);
    }
}

#[tokio::test]
async fn a_dropped_database_goes_even_while_somebody_is_connected() {
    let database = TestDatabase::create().await;
    let name = database.name().to_owned();
    let _connected = database.client().await;
    let other = TestDatabase::create().await;
    let client = other.client().await;

    drop(database);

    let gone = async {
        let find = "SELECT 1 FROM pg_database WHERE datname = $1";
        while client.query_opt(find, &[&name]).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
}

#[test]
fn a_runtime_that_ends_takes_nothing_along() {
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let database = runtime.block_on(TestDatabase::create());
        assert!(runtime.block_on(tables(&database)) > 10);
    }
    assert!(TestDatabase::cluster().is_running());
    assert!(TestDatabase::cluster().socket_dir().is_dir());
}
