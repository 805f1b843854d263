//! The database's clock.

use adapters_postgres::DatabaseClock;
use chrono::Duration;
use domain::Instant;
use ports::clock::Clock;

use crate::shop::Shop;

async fn compared(shop: &Shop) -> DatabaseClock {
    let clock = DatabaseClock::new(shop.pool.clone());
    clock.sync().await.unwrap();
    clock
}

async fn database_time(shop: &Shop) -> Instant {
    shop.client.query_one("SELECT clock_timestamp()", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn it_is_never_ahead_of_the_database_and_hardly_behind() {
    let shop = Shop::open().await;
    let clock = compared(&shop).await;
    for _ in 0..100 {
        let told = clock.now();
        let after = database_time(&shop).await;
        assert!(told <= after, "{told} is ahead of {after}");
        let told = clock.now();
        assert!(after < told + Duration::milliseconds(500), "{told} is far behind {after}");
    }
}

#[tokio::test]
async fn it_never_goes_back_and_counts_whole_microseconds() {
    let shop = Shop::open().await;
    let clock = compared(&shop).await;
    let mut before = clock.now();
    for round in 0..1000 {
        if round % 250 == 0 {
            clock.sync().await.unwrap();
        }
        let now = clock.now();
        assert!(before <= now);
        assert_eq!(now.timestamp_subsec_nanos() % 1000, 0);
        before = now;
    }
}

#[tokio::test]
async fn it_goes_on_when_the_database_does_not_answer() {
    let shop = Shop::open().await;
    let clock = compared(&shop).await;
    shop.pool.close();
    let before = clock.now();
    assert!(clock.sync().await.is_err());
    assert!(before <= clock.now());
}
