//! `stoa orders diagram`

use clap::Subcommand;
use domain::orders::machine::mermaid;

use super::say;
use crate::failure::Failure;

/// What to tell about orders.
#[derive(Debug, Subcommand)]
pub(crate) enum OrdersCommand {
    /// Print the life of an order as a state diagram in Mermaid's language, made from the table that decides it
    Diagram,
}

/// Tells about orders.
pub(crate) fn run(command: &OrdersCommand) -> Result<(), Failure> {
    let OrdersCommand::Diagram = command;
    say(mermaid().trim_end());
    Ok(())
}
