//! `stoa admin create`

use std::io::BufRead;

use clap::Subcommand;
use domain::accounts::{Email, NewPassword};
use ports::security::SecretTokens;

use super::say;
use crate::{config::Config, database::Home, failure::Failure, wiring::Tools};

/// What to do about administrators.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Make an administrator; without a password one is made and printed once
    Create {
        /// The e-mail address to log in with
        #[arg(long, value_parser = Email::parse)]
        email: Email,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
}

/// Makes an administrator.
pub(crate) async fn run(command: AdminCommand, config: Config) -> Result<(), Failure> {
    let AdminCommand::Create { email, password_stdin } = command;
    let home = Home::join(&config.database).await?;
    let created = create(&home, &config, email, password_stdin).await;
    home.stop().await;
    created
}

async fn create(home: &Home, config: &Config, email: Email, password_stdin: bool) -> Result<(), Failure> {
    let tools = Tools::start(home, config).await?;
    let (password, made) = match password_stdin {
        true => (first_line()?, false),
        false => (
            tools
                .secrets
                .generate()
                .map_err(|cause| Failure::say(format_args!("no password: {cause}")))?
                .secret,
            true,
        ),
    };
    let password =
        NewPassword::parse(&password, &email).map_err(|error| Failure::new("the password", error))?;
    let user = tools.create_admin().run(email, password.clone()).await?;
    say(format_args!("{} is an administrator now", user.email));
    if made {
        say(format_args!("password, shown only now: {}", password.password().expose()));
    }
    Ok(())
}

/// The first line of standard input, without its end.
fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| Failure::new("no password", error))?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
