//! Attempts that are counted for all servers.

use domain::accounts::attempts::{History, Scope};
use ports::attempts::{Attempts, SubjectKey};
use tokio::task::JoinSet;

use crate::{arrange::run, shop::Shop};

const LOG_IN: [Scope; 3] = [Scope::LogInAccountAddress, Scope::LogInAccount, Scope::LogInAddress];

fn keys(who: u8) -> Vec<SubjectKey> {
    LOG_IN.iter().map(|scope| SubjectKey { scope: *scope, digest: [who; 32] }).collect()
}

fn sorted(mut histories: Vec<History>) -> Vec<History> {
    histories.sort_by_key(|history| history.scope);
    histories
}

#[tokio::test]
async fn what_was_counted_is_found_with_the_newest_last() {
    let shop = Shop::open().await;
    let attempts = shop.attempts();
    assert_eq!(attempts.load(&keys(1)).await.unwrap(), []);
    let first = attempts.count(&keys(1)).await.unwrap();
    let second = attempts.count(&keys(1)).await.unwrap();
    for (first, second) in first.iter().zip(&second) {
        assert_eq!((first.hits.len(), second.hits.len()), (1, 2));
        assert_eq!(first.hits[0], second.hits[0]);
        assert!(second.hits[0] < second.hits[1]);
    }
    assert_eq!(sorted(attempts.load(&keys(1)).await.unwrap()), sorted(second));
    assert_eq!(attempts.load(&keys(2)).await.unwrap(), [], "nobody else's");
}

#[tokio::test]
async fn only_the_latest_attempts_are_kept() {
    let shop = Shop::open().await;
    let key = [SubjectKey { scope: Scope::LogInAccountAddress, digest: [1; 32] }];
    let mut last = Vec::new();
    for _ in 0..15 {
        last = shop.attempts().count(&key).await.unwrap().remove(0).hits;
    }
    assert_eq!(last.len(), Scope::LogInAccountAddress.kept());
    assert!(last.is_sorted());
    let lasts =
        "SELECT abs(extract(epoch FROM expires_at - hits[cardinality(hits)]) - 900) < 1 FROM attempts";
    assert!(shop.client.query_one(lasts, &[]).await.unwrap().get::<_, bool>(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_forty_at_once_exactly_ten_find_room() {
    let shop = Shop::open().await;
    let mut tasks = JoinSet::new();
    for n in 0..40_u8 {
        // One account from one address; each through a store and with an order of its own.
        let attempts = shop.attempts();
        let mut keys = keys(1);
        if n % 2 == 0 {
            keys.reverse();
        }
        tasks.spawn(async move { attempts.count(&keys).await.unwrap() });
    }
    let passed = tasks
        .join_all()
        .await
        .into_iter()
        .filter(|histories| histories.iter().all(|history| history.newest_was_over().is_none()));
    assert_eq!(passed.count(), 10);
}

#[tokio::test]
async fn those_whose_window_has_passed_are_forgotten() {
    let shop = Shop::open().await;
    shop.attempts().count(&keys(1)).await.unwrap();
    let old = "UPDATE attempts SET expires_at = now() WHERE scope = 'login_account'";
    run(&shop.client, old).await;
    shop.attempts().purge().await.unwrap();
    let left = sorted(shop.attempts().load(&keys(1)).await.unwrap());
    assert_eq!(left.iter().map(|history| history.scope).collect::<Vec<_>>(), [LOG_IN[0], LOG_IN[2]]);
}
