//! The rules of a shop: money, accounts, catalog, stock and orders.
//!
//! Everything here is pure: no I/O, no async, no clock and no framework. Whoever calls passes in the instant, the
//! ids and whatever was loaded; what comes back is a **decision**: a plain value that says everything that must
//! become true together. Storing it in one transaction is the caller's part.
//!
//! ```
//! use domain::money::{Currency, Money};
//!
//! let euro = Currency::parse("EUR")?;
//! let price = Money::parse("19.9", euro)?;
//! assert_eq!(price.to_string(), "19.90 EUR");
//! assert_eq!(price.times(3)?.amount(), "59.70");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

pub mod accounts;
pub mod actor;
pub mod asker;
pub mod audit;
pub mod carts;
pub mod catalog;
pub mod events;
pub mod idempotency;
pub mod ids;
pub mod inventory;
pub mod mail;
pub mod money;
pub mod network;
pub mod orders;
pub mod text;
pub mod version;

/// An instant in UTC. Stoa keeps microseconds, as PostgreSQL does.
pub type Instant = chrono::DateTime<chrono::Utc>;
