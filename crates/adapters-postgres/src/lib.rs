//! The ports on PostgreSQL, through Diesel.
//!
//! What a use case commits is one transaction here, and no transaction is ever opened anywhere else. The schema stands
//! in the `migrations` folder of the workspace and is the last line of defence: it refuses what breaks a rule of the
//! shop, whoever writes it.

mod connect;
mod errors;
mod migrate;
mod pool;
mod readiness;
pub mod schema;

pub use connect::{ConnectSettings, SettingsError};
pub use migrate::{MigrateError, migrate};
pub use pool::{Connection, Database, PoolSettings, PoolUse};
pub use readiness::PgReadiness;
