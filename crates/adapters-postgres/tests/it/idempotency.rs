//! Recorded answers: found again, taken, outdated, or still being made.

use std::{sync::Arc, time::Duration};

use adapters_postgres::{Database, PgCatalogStore, PgIdempotencyReader};
use domain::{
    Instant,
    catalog::{Category, CategoryCreation, Slug},
    idempotency::{Answer, IdempotencyKey, IdempotencyRecord, KeyedCall},
    ids::UserId,
};
use ports::{
    catalog::{CatalogStore, CommitCatalogError},
    idempotency::{IdempotencyReader, KeyConflict},
    security::Sealer,
    storage::{Cause, StorageError},
};
use uuid::Uuid;

use crate::{
    arrange::run,
    shop::{Shop, a_moment_ago, name, origination, settings},
};

/// The record of a call under `key`, made just now and kept for a day.
pub(crate) fn record(caller: UserId, key: &str) -> IdempotencyRecord {
    let now = a_moment_ago();
    IdempotencyRecord {
        call: KeyedCall { caller, key: IdempotencyKey::parse(key).unwrap(), digest: [3; 32] },
        answer: Answer {
            status: 201,
            location: Some("/here".to_owned()),
            etag: Some("\"1.abc\"".to_owned()),
            body: b"{}".to_vec(),
            is_secret: false,
        },
        created_at: now,
        expires_at: now + chrono::Duration::hours(24),
        subject: None,
    }
}

fn category() -> CategoryCreation {
    let id = Uuid::now_v7();
    let slug = Slug::parse(&format!("c-{id}")).unwrap();
    Category::new(id.into(), name("Shirts"), Some(slug), None, 0, a_moment_ago())
        .create(Uuid::now_v7().into(), origination(a_moment_ago()))
}

fn caller() -> UserId {
    UserId::from(Uuid::now_v7())
}

pub(crate) fn reader(shop: &Shop) -> PgIdempotencyReader {
    PgIdempotencyReader::new(shop.pool.clone(), Arc::new(Lock))
}

/// Seals by turning bits over, behind what it is bound to.
pub(crate) struct Lock;

impl Sealer for Lock {
    fn seal(&self, text: &str, binding: &str) -> Result<Vec<u8>, Cause> {
        Ok(format!("{binding}|{text}").bytes().map(|byte| !byte).collect())
    }

    fn open(&self, sealed: &[u8], binding: &str) -> Result<String, Cause> {
        let text = String::from_utf8(sealed.iter().map(|byte| !byte).collect())?;
        let opened = text.strip_prefix(binding).and_then(|rest| rest.strip_prefix('|'));
        Ok(opened.ok_or("sealed for another place")?.to_owned())
    }
}

#[tokio::test]
async fn an_answer_is_found_as_it_was_recorded_by_its_caller_and_key_alone() {
    let shop = Shop::open().await;
    let record = record(caller(), "key-1");
    shop.catalog().commit_category_creation(&category(), Some(&record)).await.unwrap();
    let KeyedCall { caller: of, key, .. } = &record.call;
    assert_eq!(reader(&shop).find(*of, key).await.unwrap(), Some(record.clone()));
    assert_eq!(reader(&shop).find(caller(), key).await.unwrap(), None);
    assert_eq!(reader(&shop).find(*of, &IdempotencyKey::parse("key-2").unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn a_key_works_once_and_its_second_call_has_no_effect() {
    let shop = Shop::open().await;
    let record = record(caller(), "key-1");
    shop.catalog().commit_category_creation(&category(), Some(&record)).await.unwrap();
    let second = shop.catalog().commit_category_creation(&category(), Some(&record)).await;
    assert!(matches!(second, Err(CommitCatalogError::Key(KeyConflict::Taken))), "{second:?}");
    assert_eq!((shop.count("categories").await, shop.count("events").await), (1, 1));
}

#[tokio::test]
async fn keys_of_two_callers_never_meet() {
    let shop = Shop::open().await;
    for _ in 0..2 {
        let record = record(caller(), "key-1");
        shop.catalog().commit_category_creation(&category(), Some(&record)).await.unwrap();
    }
    assert_eq!(shop.count("categories").await, 2);
}

#[tokio::test]
async fn an_outdated_answer_is_not_found_and_gives_way() {
    let shop = Shop::open().await;
    let record = record(caller(), "key-1");
    let KeyedCall { caller, key, .. } = &record.call;
    let day = chrono::Duration::days(1);
    let (created_at, expires_at): (Instant, Instant) = (record.created_at - day, record.created_at);
    let outdated = IdempotencyRecord { created_at, expires_at, ..record.clone() };
    shop.catalog().commit_category_creation(&category(), Some(&outdated)).await.unwrap();
    assert_eq!(reader(&shop).find(*caller, key).await.unwrap(), None);

    let answer = Answer { body: b"anew".to_vec(), ..record.answer.clone() };
    let anew = IdempotencyRecord { answer, ..record.clone() };
    shop.catalog().commit_category_creation(&category(), Some(&anew)).await.unwrap();
    assert_eq!(reader(&shop).find(*caller, key).await.unwrap(), Some(anew));
    assert_eq!(shop.count("categories").await, 2);
}

#[tokio::test]
async fn an_answer_that_holds_a_secret_is_never_recorded_in_clear() {
    let shop = Shop::open().await;
    let record = record(caller(), "key-1");
    let secret = IdempotencyRecord { answer: Answer { is_secret: true, ..record.answer }, ..record };
    let refused = shop.catalog().commit_category_creation(&category(), Some(&secret)).await;
    assert!(matches!(refused, Err(CommitCatalogError::Storage(StorageError::Internal(_)))), "{refused:?}");
    assert_eq!((shop.count("categories").await, shop.count("idempotency_keys").await), (0, 0));
}

#[tokio::test]
async fn a_refused_call_leaves_its_key_free() {
    let shop = Shop::open().await;
    let taken = category();
    shop.catalog().commit_category_creation(&taken, None).await.unwrap();
    let record = record(caller(), "key-1");
    let mut again = category();
    again.category.slug = taken.category.slug;
    let refused = shop.catalog().commit_category_creation(&again, Some(&record)).await;
    assert!(matches!(refused, Err(CommitCatalogError::SlugTaken(_))));
    shop.catalog().commit_category_creation(&category(), Some(&record)).await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_still_running_is_waited_for_no_longer_than_the_lock_time_out() {
    let shop = Shop::open().await;
    let mut impatient = settings(shop.url());
    impatient.connect.lock_timeout = Duration::from_millis(300);
    let catalog = PgCatalogStore::new(Database::new(&impatient).unwrap());
    let record = record(caller(), "key-1");
    let running = shop.client().await;
    let first = format!(
        "BEGIN; INSERT INTO idempotency_keys (caller, key, request_digest, status, body, expires_at)
         VALUES ('{}', 'key-1', sha256('x'), 201, '', now() + interval '1 day')",
        record.call.caller
    );
    run(&running, &first).await;
    let second = catalog.commit_category_creation(&category(), Some(&record)).await;
    assert!(matches!(second, Err(CommitCatalogError::Key(KeyConflict::InProgress))), "{second:?}");

    run(&running, "ROLLBACK").await;
    catalog.commit_category_creation(&category(), Some(&record)).await.unwrap();
}
