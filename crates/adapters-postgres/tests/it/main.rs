//! The schema and the adapters, against a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod arrange;
mod shop;

mod accounts;
mod attempts;
mod audit;
mod bulk;
mod bulk_census;
mod carts;
mod catalog;
mod clock;
mod directory;
mod erasure;
mod idempotency;
mod inventory;
mod mails;
mod orders;
mod personal_data;
mod pool;
mod profiles;
mod retry;
mod schema_conventions;
mod schema_events;
mod schema_migrations;
mod schema_races;
mod schema_refusals;
mod sessions;
