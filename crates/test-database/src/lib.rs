//! A fresh, migrated PostgreSQL database for each test.
//!
//! One throw-away server runs for each test process and ends with it. The migrations run once, in a
//! template; each test gets a copy of it, alone, and may do there what it likes.
//!
//! ```no_run
//! # use test_database::TestDatabase;
//! #[tokio::test]
//! async fn a_new_shop_has_no_products() {
//!     let database = TestDatabase::create().await;
//!     let client = database.client().await;
//!
//!     let row = client.query_one("SELECT count(*) FROM products", &[]).await.unwrap();
//!
//!     assert_eq!(row.get::<_, i64>(0), 0);
//! }
//! ```
//!
//! Whatever goes wrong here panics: a test without its database cannot go on.

#![deny(missing_docs)]

mod janitor;
mod server;

use std::sync::atomic::{AtomicU32, Ordering};

use embedded_postgres::Cluster;
use tokio_postgres::Client;

use crate::server::Server;

/// A database of one test's own, with the current schema and no data but the migrations'.
///
/// It is dropped some time after this value, also under connections that are still open.
#[derive(Debug)]
#[must_use = "the database goes when this value goes"]
pub struct TestDatabase {
    name: String,
}

impl TestDatabase {
    /// Makes a new database. The first call in a process also starts the server and migrates the
    /// template, which takes a second or two.
    ///
    /// # Panics
    /// When PostgreSQL cannot be started or the migrations fail, with the reason.
    pub async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        Server::running().clone_template(&name).await;
        Self { name }
    }

    /// The database's name, unique in this process.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How to connect to the database, as its superuser.
    #[must_use]
    pub fn url(&self) -> String {
        Self::cluster().url(&self.name)
    }

    /// Opens a connection of the calling test's own, for what a test arranges or looks up past the
    /// code under test.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn client(&self) -> Client {
        server::connect(&self.url()).await
    }

    /// The server that all databases of this process share. Starts it if need be.
    ///
    /// # Panics
    /// As [`create`](Self::create).
    #[must_use]
    pub fn cluster() -> &'static Cluster {
        Server::running().cluster()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        janitor::dispose_of(&self.name);
    }
}
