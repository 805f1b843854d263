//! A private PostgreSQL server: found, set up, started and stopped by the program that needs it.
//!
//! The server is the real one, installed on the machine. It listens on a unix socket that only its
//! own user (and root) may open, and on nothing else. It lives exactly as long as the [`Cluster`]
//! that started it, also when the program is killed; the README in the crate's directory says how.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use embedded_postgres::{Cluster, Settings};
//!
//! # fn main() -> Result<(), embedded_postgres::StartError> {
//! // The shop's own database: kept, durable, found again at the next start.
//! let cluster = Cluster::start(Path::new("var/postgres"))?;
//! let url = cluster.url("postgres"); // for tokio-postgres, diesel-async, psql …
//!
//! // Another command of the same program, while the first one runs:
//! assert_eq!(Cluster::locate(Path::new("var/postgres"), "postgres"), Some(url));
//!
//! // A server for tests: fast, forgetful, and gone at the end with all its files.
//! let scratch = Settings::new().set("max_connections", "20").throw_away()?;
//! scratch.stop();
//! cluster.stop();
//! # Ok(())
//! # }
//! ```
//!
//! Everything here blocks (a first start takes about a second): inside an async program, call it
//! where blocking is allowed.

#![deny(missing_docs)]

mod account;
mod cluster;
mod error;
mod home;
mod initdb;
mod leash;
mod orphans;
mod patience;
mod pid_file;
mod programs;
mod settings;
mod throw_away;
mod url;

pub use crate::cluster::Cluster;
pub use crate::error::StartError;
pub use crate::settings::Settings;
