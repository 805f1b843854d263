//! The command line: one file for each command.

mod admin;
mod export;
mod files;
mod health;
mod import;
mod inventory;
mod keys;
mod migrate;
mod openapi;
mod orders;
mod seed;
mod serve;

use std::future::Future;

use clap::{Parser, Subcommand};

use crate::{config::Config, failure::Failure, telemetry};

/// A headless shop on PostgreSQL: accounts, catalog with price history, stock, orders, over a REST API.
///
/// Without a command it serves. Every option is also an environment variable, and may stand in a file .env.
#[derive(Debug, Parser)]
#[command(name = "stoa", version, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the shop; the default
    Serve,
    /// Apply the migrations that the database lacks
    Migrate,
    /// Fill the shop with a believable catalog
    Seed(seed::SeedArgs),
    /// Write all products into a file, with their prices and stock
    Export(export::ExportArgs),
    /// Take the products of a file in
    Import(import::ImportArgs),
    /// Manage administrators
    Admin {
        #[command(subcommand)]
        command: admin::AdminCommand,
    },
    /// Manage the keys that sign access tokens
    Keys {
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
    /// Look after stock
    Inventory {
        #[command(subcommand)]
        command: inventory::InventoryCommand,
    },
    /// Tell about orders
    Orders {
        #[command(subcommand)]
        command: orders::OrdersCommand,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Ask the server that listens on BIND whether it is ready; for health checks of containers
    Health,
}

/// Runs the command that was asked for.
///
/// # Errors
/// The sentence to fail with.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { config, command } = cli;
    telemetry::start_log(config.log_format);
    config.check()?;
    match command.unwrap_or(Command::Serve) {
        Command::Serve => block_on(serve::run(config)),
        Command::Migrate => block_on(migrate::run(config)),
        Command::Seed(args) => block_on(seed::run(args, config)),
        Command::Export(args) => block_on(export::run(args, config)),
        Command::Import(args) => block_on(import::run(args, config)),
        Command::Admin { command } => block_on(admin::run(command, config)),
        Command::Keys { command } => keys::run(command, &config),
        Command::Inventory { command } => block_on(inventory::run(command, config)),
        Command::Orders { command } => orders::run(&command),
        Command::Openapi => openapi::run(),
        Command::Health => health::run(&config),
    }
}

/// On a runtime with several threads: migrations block one.
fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("the runtime can't be started", error))?;
    runtime.block_on(work)
}

/// Writes a line that somebody asked for to standard output.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
