//! `stoa serve`

use super::say;
use crate::{
    config::{Config, MetricsBind},
    database::Home,
    failure::Failure,
    server,
};

/// Serves until a signal comes.
pub(crate) async fn run(config: Config) -> Result<(), Failure> {
    let home = Home::start(&config.database).await?;
    let served = server::run(&home, &config, || welcome(&home, &config)).await;
    home.stop().await;
    served
}

/// Where to go from here.
fn welcome(home: &Home, config: &Config) {
    let url = config.public_url();
    let program = std::env::args().next().unwrap_or_else(|| "stoa".to_owned());
    say(format_args!("Stoa {} is ready.\n", env!("CARGO_PKG_VERSION")));
    say(format_args!("  API        {url}"));
    say(format_args!("  Explorer   {url}/docs"));
    if let MetricsBind::Address(address) = config.http.metrics_bind {
        say(format_args!("  Metrics    http://{address}/metrics"));
    }
    if home.is_embedded() {
        say(format_args!("  Data       {} (an embedded PostgreSQL)", config.database.data_dir.display()));
    }
    say(format_args!("\nMake an administrator:  {program} admin create --email you@example.com"));
    say(format_args!("Load a sample catalog:  {program} seed --products 1000"));
    say("Ctrl-C stops it.");
}
