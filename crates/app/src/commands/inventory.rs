//! `stoa inventory verify`

use std::time::Duration;

use adapters_postgres::{ConnectSettings, PgLedgerWalk};
use clap::Subcommand;
use indicatif::ProgressBar;
use ports::inventory::LedgerWalk;
use use_cases::inventory::{Difference, Verified, VerifyStock};

use super::say;
use crate::{config::Config, database::Home, failure::Failure, seed::progress};

/// How long the database may take for the next lines of the ledger.
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);

/// What to do about stock.
#[derive(Debug, Subcommand)]
pub(crate) enum InventoryCommand {
    /// Prove that the ledger of each variant adds up to its level; names those that differ, and fails when one does
    Verify,
}

/// Looks after stock.
pub(crate) async fn run(command: InventoryCommand, config: Config) -> Result<(), Failure> {
    let InventoryCommand::Verify = command;
    let home = Home::join(&config.database).await?;
    let verified = verify(&home, &config).await;
    home.stop().await;
    verified
}

async fn verify(home: &Home, config: &Config) -> Result<(), Failure> {
    adapters_postgres::migrate(&home.url).await?;
    let settings = home.connect_settings(&config.database);
    let mut walk =
        PgLedgerWalk::open(&ConnectSettings { statement_timeout: FETCH_TIMEOUT, ..settings }).await?;
    let bar = progress("variants", walk.variants());
    let verified = VerifyStock
        .run(&mut walk, |found| name(&bar, &found), |so_far| bar.set_position(so_far.variants))
        .await;
    bar.finish_and_clear();
    let Verified { variants, lines, differences } = verified?;
    match differences {
        0 => say(format_args!("the ledger adds up: {variants} variants, {lines} lines")),
        _ => {
            let all = format_args!("the ledger does not add up for {differences} of {variants} variants");
            return Err(Failure::say(all));
        }
    }
    Ok(())
}

/// A line for each variant that differs, above the bar.
fn name(bar: &ProgressBar, found: &Difference) {
    let sku = found.sku.as_ref().map_or("no SKU", |sku| sku.as_str());
    let faults: Vec<_> = found.faults.iter().map(ToString::to_string).collect();
    bar.suspend(|| say(format_args!("{sku} ({}): {}", found.variant_id, faults.join("; "))));
}
