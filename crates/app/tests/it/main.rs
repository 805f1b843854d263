//! The program as others see it: over the wire, as a process, and by its command line.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod accounts;
mod architecture;
mod audit;
mod authorisation;
mod carts;
mod catalog;
mod categories;
mod checkouts;
mod chores;
mod command_line;
mod crashes;
mod editing;
mod embedded;
mod erasure;
mod errors;
mod events;
mod exports;
mod guessing;
mod guests;
mod idempotency;
mod imports;
mod listing;
mod mails;
mod observability;
mod order_life;
mod orders;
mod prices;
mod profile;
mod program;
mod quotas;
mod races;
mod readme;
mod restarts;
mod rotation;
mod sessions;
mod shop;
mod silence;
mod stock;
mod stopping;
mod trust;
mod users;
mod variants;
mod wire;
