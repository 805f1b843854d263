//! `stoa keys init`, `stoa keys rotate`

use clap::Subcommand;

use super::say;
use crate::{config::Config, failure::Failure, identity::Secrets};

/// What to do about the keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make the signing key and the pepper that are not there yet, where JWT_KEYS_DIR and PASSWORD_PEPPER_FILE say
    Init,
    /// Make a new signing key; running servers sign with it within ten seconds, and tokens of the old ones
    /// stay good
    Rotate,
}

/// Makes keys.
pub(crate) fn run(command: KeysCommand, config: &Config) -> Result<(), Failure> {
    let secrets = Secrets::locate(config)?;
    match command {
        KeysCommand::Init => {
            secrets.make_missing()?;
            say("signing key and pepper are there");
        }
        KeysCommand::Rotate => say(format_args!("new signing key: {}", secrets.rotate()?)),
    }
    Ok(())
}
