//! `stoa`: the shop as one program.

mod commands;
mod config;
mod database;
mod failure;
mod identity;
mod jobs;
mod seed;
mod server;
mod telemetry;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A missing file is fine; one that can't be read is not silently passed over.
    if let Err(error) = dotenvy::from_path(".env")
        && !error.not_found()
    {
        return failure::Failure::new(".env can't be read", error).report();
    }
    let cli = Cli::parse();
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
