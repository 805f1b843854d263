//! The pool of connections: bounded, and whole again after the database was away.

use std::time::{Duration, Instant};

use adapters_postgres::{Database, PgUserStore, PoolUse};
use ports::{accounts::UserStore, storage::StorageError};

use crate::{
    arrange::number,
    shop::{Shop, email, settings},
};

#[tokio::test]
async fn whoever_finds_every_connection_busy_is_told_so_in_time() {
    let shop = Shop::open().await;
    let mut small = settings(shop.url());
    (small.max_size, small.acquire_timeout) = (2, Duration::from_millis(200));
    let pool = Database::new(&small).unwrap();
    let busy = (pool.connection().await.unwrap(), pool.connection().await.unwrap());
    assert_eq!(pool.pool_use(), PoolUse { in_use: 2, idle: 0, waiting: 0 });

    let asked = Instant::now();
    let refused = PgUserStore::new(pool.clone()).find_credentials(&email("ada@example.com")).await;
    assert!(matches!(refused, Err(StorageError::Overloaded(_))), "{refused:?}");
    let waited = asked.elapsed();
    assert!(Duration::from_millis(200) <= waited && waited < Duration::from_secs(2), "{waited:?}");

    drop(busy);
    assert_eq!(pool.pool_use(), PoolUse { in_use: 0, idle: 2, waiting: 0 });
    PgUserStore::new(pool).find_credentials(&email("ada@example.com")).await.unwrap();
}

#[tokio::test]
async fn reads_go_on_when_every_connection_has_died() {
    let shop = Shop::open().await;
    let mut few = settings(shop.url());
    few.max_size = 4;
    let pool = Database::new(&few).unwrap();
    let open = [pool.connection().await, pool.connection().await, pool.connection().await];
    drop(open);
    let killed = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(number(&shop.client, killed).await, 3);
    let users = PgUserStore::new(pool);
    for _ in 0..5 {
        users.find_credentials(&email("ada@example.com")).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_unavailable() {
    let mut nowhere = settings("host=/nowhere user=nobody".to_owned());
    nowhere.connect.connect_timeout = Duration::from_secs(1);
    let users = PgUserStore::new(Database::new(&nowhere).unwrap());
    let failed = users.find_credentials(&email("ada@example.com")).await;
    assert!(matches!(failed, Err(StorageError::Unavailable(_))), "{failed:?}");
}
