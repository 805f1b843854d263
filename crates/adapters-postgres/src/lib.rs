//! The ports on PostgreSQL, through Diesel.
//!
//! What a use case commits is one transaction here, and no transaction is ever opened anywhere else. The schema stands
//! in the `migrations` folder of the workspace and is the last line of defence: it refuses what breaks a rule of the
//! shop, whoever writes it.

mod accounts;
mod attempts;
mod audit;
mod bulk;
mod carts;
mod catalog;
mod clock;
mod connect;
mod corrupt;
mod errors;
mod events;
mod idempotency;
mod idempotency_purge;
mod inventory;
mod mail;
mod migrate;
mod offers;
mod orders;
mod pagination;
mod pool;
mod readiness;
mod retry;
pub mod schema;
mod statement;
mod turns;

pub use accounts::{
    CallerFeed, PgCallerRegistry, PgErasureStore, PgMailedTokens, PgPersonalDataReader, PgProfileStore,
    PgSessionStore, PgUserDirectory, PgUserStore,
};
pub use attempts::PgAttempts;
pub use audit::{PgAuditLog, PgAuditReader};
pub use bulk::{BulkLoadError, BulkLoader, MAX_BATCH};
pub use carts::PgCartStore;
pub use catalog::{
    PRODUCT_CACHE, PgCatalogStore, PgCategoryReader, PgCategoryStore, PgPastPrices, PgPriceReader,
    PgPriceStore, PgProductExporter, PgProductImporter, PgProductReader, PgProductStore, ProductFeed,
    ShownProducts,
};
pub use clock::DatabaseClock;
pub use connect::{ConnectSettings, SettingsError};
pub use events::PgEventReader;
pub use idempotency::PgIdempotencyReader;
pub use idempotency_purge::PgIdempotencyPurge;
pub use inventory::{OpenWalkError, PgLedgerReader, PgLedgerWalk, PgStockReader, PgStockStore};
pub use mail::PgOutbox;
pub use migrate::{MigrateError, migrate};
pub use orders::{PgOrderReader, PgOrderStore};
pub use pool::{Connection, Database, PoolSettings, PoolUse};
pub use readiness::PgReadiness;
