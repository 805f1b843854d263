//! Migrations: there, back, and there again; and what Diesel knows of the result.

use std::{fs, path::PathBuf};

use adapters_postgres::{ConnectSettings, Database, PgReadiness, PoolSettings, migrate};
use ports::readiness::{NotReady, Readiness};
use std::time::Duration;
use test_database::TestDatabase;
use tokio_postgres::Client;

use crate::arrange::{number, run};

/// The migrations' folders, oldest first.
fn folders() -> Vec<PathBuf> {
    let all = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut folders: Vec<_> = fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// Takes every migration back, the youngest first, and forgets that there were any.
async fn take_down(client: &Client) {
    for folder in folders().iter().rev() {
        run(client, &fs::read_to_string(folder.join("down.sql")).unwrap()).await;
    }
    run(client, "DROP TABLE IF EXISTS __diesel_schema_migrations").await;
}

/// `src/schema.rs`, as the database says that it should be.
async fn rendered(client: &Client) -> String {
    client.query_one(include_str!("render_schema.sql"), &[]).await.unwrap().get(0)
}

fn settings(url: String) -> PoolSettings {
    PoolSettings {
        connect: ConnectSettings {
            url,
            application_name: "test".to_owned(),
            connect_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(4),
        },
        max_size: 2,
        acquire_timeout: Duration::from_secs(1),
    }
}

#[tokio::test]
async fn diesel_knows_the_tables_as_they_are() {
    let database = TestDatabase::create().await;
    assert_eq!(rendered(&database.client().await).await, include_str!("../../src/schema.rs"));
}

#[tokio::test]
async fn every_migration_can_be_taken_back_and_applied_again() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    let before = rendered(&client).await;
    take_down(&client).await;
    let left = "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
        + (SELECT count(*) FROM pg_namespace WHERE nspname = 'check')";
    assert_eq!(number(&client, left).await, 0, "something is left behind");
    migrate(&database.url()).await.unwrap();
    assert_eq!(rendered(&client).await, before);
}

#[tokio::test]
async fn processes_that_start_together_apply_each_migration_once() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    take_down(&client).await;
    let url = database.url();
    let (first, second, third) = tokio::join!(migrate(&url), migrate(&url), migrate(&url));
    first.and(second).and(third).unwrap();
    let applied = number(&client, "SELECT count(*) FROM __diesel_schema_migrations").await;
    assert_eq!(usize::try_from(applied).unwrap(), folders().len());
}

#[tokio::test]
async fn readiness_tells_a_missing_migration_from_a_missing_database() {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    take_down(&client).await;
    let readiness = PgReadiness::new(Database::new(&settings(database.url())).unwrap());
    assert_eq!(readiness.check().await, Err(NotReady::Migrations));
    migrate(&database.url()).await.unwrap();
    assert_eq!(readiness.check().await, Ok(()));
    assert_eq!(readiness.check().await, Ok(()));
    let nowhere = Database::new(&settings("host=/nowhere user=nobody".to_owned())).unwrap();
    assert_eq!(PgReadiness::new(nowhere).check().await, Err(NotReady::Database));
}
