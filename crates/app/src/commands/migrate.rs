//! `stoa migrate`

use super::say;
use crate::{config::Config, database::Home, failure::Failure};

/// Brings the database up to this program's schema.
pub(crate) async fn run(config: Config) -> Result<(), Failure> {
    let home = Home::join(&config.database).await?;
    let migrated = adapters_postgres::migrate(&home.url).await;
    home.stop().await;
    migrated?;
    say("the database is up to date");
    Ok(())
}
