//! The command line.

use std::{path::PathBuf, str::FromStr};

use clap::Parser;

use crate::{failure::Failure, workloads::Workload};

/// Starts the release build of stoa on a private PostgreSQL, puts it under load, and prints what it does.
#[derive(Debug, Parser)]
#[command(name = "bench", max_term_width = 110)]
pub(crate) struct Arguments {
    /// Seconds of each measured run
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// Seconds before each run that do not count
    #[arg(long, default_value_t = 2)]
    pub(crate) warm_up: u32,
    /// Measured runs of each workload; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Connections that the load generator keeps busy
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) connections: u32,
    /// Threads of the load generator
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) threads: u32,
    /// Products to seed, and SKUs to order
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..))]
    pub(crate) products: u32,
    /// Customers to seed
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// The workloads to run, as W1,W5; all when absent
    #[arg(long, value_delimiter = ',', value_name = "WORKLOADS")]
    pub(crate) only: Vec<Workload>,
    /// BCRYPT_COST of the server, which is what a log-in costs
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(10..=15))]
    pub(crate) bcrypt_cost: u32,
    /// A setting of the server, as DB_POOL_SIZE=8; may stand several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) settings: Vec<Setting>,
    /// Program to measure, instead of building it
    #[arg(long, value_name = "FILE")]
    pub(crate) server: Option<PathBuf>,
    /// Description of a running server to compare with (crates/bench/README.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// Seconds to wait before each run, at most, for other programs to leave the machine alone
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    pub(crate) calm: u32,
    /// File to write everything to, every round
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// A variable of the server's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    name: String,
    value: String,
}

impl FromStr for Setting {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Self { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err(Failure::say("write a setting as NAME=VALUE")),
        }
    }
}

impl Arguments {
    /// What is measured, in the order in which it makes sense.
    pub(crate) fn workloads(&self) -> Vec<Workload> {
        let wanted = |workload: &Workload| self.only.is_empty() || self.only.contains(workload);
        Workload::ALL.into_iter().filter(wanted).collect()
    }

    /// The server's environment, the last of two settings of one name in force.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![("BCRYPT_COST".to_owned(), self.bcrypt_cost.to_string())];
        settings.extend(self.settings.iter().map(|setting| (setting.name.clone(), setting.value.clone())));
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_workloads_keeps_their_order() {
        let arguments = Arguments::parse_from(["bench", "--only", "W5,w1"]);

        assert_eq!(arguments.workloads(), [Workload::Product, Workload::Order]);
        assert_eq!(Arguments::parse_from(["bench"]).workloads(), Workload::ALL);
    }

    #[test]
    fn the_servers_settings_have_a_name_and_a_value() {
        let arguments = Arguments::parse_from(["bench", "--bcrypt-cost", "11", "--set", "A=b=c"]);

        assert_eq!(
            arguments.settings(),
            [("BCRYPT_COST".to_owned(), "11".to_owned()), ("A".to_owned(), "b=c".to_owned())]
        );
        assert!(Arguments::try_parse_from(["bench", "--set", "A"]).is_err());
    }
}
