//! What kind of server to start.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cluster::Cluster;
use crate::error::StartError;
use crate::home::{Home, Place};
use crate::programs::{Programs, SearchPath};
use crate::throw_away;

/// For both kinds: modest, in English, in UTC.
const COMMON: &[(&str, &str)] = &[
    ("max_connections", "200"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("lc_messages", "C"),
    ("logging_collector", "off"),
];

/// For data that matters, whatever its configuration file says.
const DURABLE: &[(&str, &str)] =
    &[("shared_buffers", "256MB"), ("fsync", "on"), ("full_page_writes", "on"), ("synchronous_commit", "on")];

/// For data that nobody will miss: nothing waits for the disk.
const FORGETFUL: &[(&str, &str)] = &[
    ("shared_buffers", "128MB"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
];

/// What a server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its data is to survive everything but the disk.
    Durable,
    /// Its data goes with it.
    ThrowAway,
}

impl Kind {
    fn parameters<'p>(self) -> impl Iterator<Item = (&'p str, &'p str)> {
        let own = match self {
            Self::Durable => DURABLE,
            Self::ThrowAway => FORGETFUL,
        };
        COMMON.iter().chain(own).copied()
    }
}

/// How to start a server, when the way of [`Cluster::start`] and [`Cluster::throw_away`] does not
/// fit.
///
/// ```no_run
/// # use embedded_postgres::Settings;
/// // As fast as a throw-away server, but commits are as slow as in production.
/// let cluster = Settings::new().set("fsync", "on").set("synchronous_commit", "on").throw_away()?;
/// # Ok::<(), embedded_postgres::StartError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Settings {
    options: Vec<(String, String)>,
    search: SearchPath,
}

impl Settings {
    /// The settings of [`Cluster::start`] and [`Cluster::throw_away`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets one of PostgreSQL's run-time parameters. A later setting of the same name wins. Where
    /// the server listens cannot be changed.
    #[must_use]
    pub fn set(mut self, parameter: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((parameter.into(), value.into()));
        self
    }

    /// Looks for PostgreSQL's programs in these directories only, instead of in `PG_BINDIR` or, if
    /// that is not set, the usual places and `PATH`.
    #[must_use]
    pub fn search_in(mut self, directories: impl IntoIterator<Item = PathBuf>) -> Self {
        self.search = SearchPath::Only(directories.into_iter().collect());
        self
    }

    /// Starts a durable server, see [`Cluster::start`].
    ///
    /// # Errors
    /// Every variant of [`StartError`].
    pub fn start(&self, directory: &Path) -> Result<Cluster, StartError> {
        let home = Home::prepare(directory)?;
        home.check_socket_path()?;
        let lock = home.lock()?;
        Cluster::launch(Place { home, lock, scratch: None }, self)
    }

    /// Starts a throw-away server, see [`Cluster::throw_away`].
    ///
    /// # Errors
    /// Every variant of [`StartError`] but [`AlreadySupervised`](StartError::AlreadySupervised) and
    /// [`OtherMajorVersion`](StartError::OtherMajorVersion).
    pub fn throw_away(&self) -> Result<Cluster, StartError> {
        let cluster = Cluster::launch(throw_away::create()?, self)?;
        cluster.sweep_neighbours();
        Ok(cluster)
    }

    pub(crate) fn programs(&self, data: &Path) -> Result<Programs, StartError> {
        Programs::choose(&self.search, data)
    }

    /// The server's command line. What comes later wins, so what must hold comes last.
    pub(crate) fn server(&self, programs: &Programs, home: &Home, kind: Kind) -> Command {
        let own = self.options.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut command = Command::new(programs.path("postgres"));
        command.arg("-D").arg(home.data());
        for (name, value) in kind.parameters().chain(own) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.args(["-p", "5432", "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]);
        command.arg("-k").arg(quote(&home.sockets()));
        command
    }
}

/// The parameter is a list: quoted, a path may hold commas.
fn quote(directory: &Path) -> OsString {
    let mut quoted = OsString::from("\"");
    quoted.push(directory);
    quoted.push("\"");
    quoted
}
