//! Why a server could not be started.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a server could not be started. Each message says what the reader can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No directory that was searched holds `postgres` and `initdb`.
    #[error(
        "PostgreSQL's server programs are not installed (looked in {}): install them \
         (Debian and Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; \
         macOS: brew install postgresql), name their directory in PG_BINDIR, \
         or set DATABASE_URL to a server of your own",
        .searched.join(", ")
    )]
    NotInstalled {
        /// The places that were searched, as patterns.
        searched: Vec<String>,
    },

    /// The data was written by a major version of PostgreSQL that is not installed.
    #[error(
        "the data in {} was made by PostgreSQL {made_by}, and only {} is installed: \
         install version {made_by}, or upgrade the data with pg_upgrade",
        .directory.display(),
        .installed.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
    )]
    OtherMajorVersion {
        /// The cluster's data.
        directory: PathBuf,
        /// What the data's `PG_VERSION` says.
        made_by: String,
        /// The major versions that were found.
        installed: Vec<u32>,
    },

    /// A live process holds the directory.
    #[error(
        "another process{} already runs the server of {}: stop it first, or use another directory",
        .holder.map(|pid| format!(" (pid {pid})")).unwrap_or_default(),
        .directory.display()
    )]
    AlreadySupervised {
        /// The directory that was asked for.
        directory: PathBuf,
        /// The process that holds it, if it wrote its id down.
        holder: Option<u32>,
    },

    /// The path of the socket does not fit in the system's `sockaddr_un`.
    #[error(
        "the socket {} would have a path of {length} bytes and this system allows {limit}: \
         choose a data directory with a shorter path",
        .socket.display()
    )]
    PathTooLong {
        /// Where the socket would be.
        socket: PathBuf,
        /// The length of that path, in bytes.
        length: usize,
        /// The longest path allowed, in bytes.
        limit: usize,
    },

    /// PostgreSQL refuses to run as root, and there is nobody else to run it as.
    #[error(
        "PostgreSQL does not run as root, and this system has neither a user postgres nor nobody: \
         create one (useradd --system postgres), start as another user, or set DATABASE_URL"
    )]
    NoUnprivilegedUser,

    /// The place that stands in for a directory closed to the server belongs to somebody else.
    #[error("{} belongs to another user: remove it, or choose a data directory outside of closed ones", .directory.display())]
    BelongsToAnother {
        /// The directory in question.
        directory: PathBuf,
    },

    /// `initdb` gave up.
    #[error("initdb could not make a database cluster: {output}")]
    InitFailed {
        /// What it printed.
        output: String,
    },

    /// The server ended before it was ready.
    #[error("PostgreSQL exited at its start, see {}: {tail}", .log.display())]
    ExitedAtStart {
        /// The server's log.
        log: PathBuf,
        /// The last lines of that log.
        tail: String,
    },

    /// The server runs, but takes no connections.
    #[error("PostgreSQL was not ready after {} s, see {}", .waited.as_secs(), .log.display())]
    NotReady {
        /// The server's log.
        log: PathBuf,
        /// How long it was given.
        waited: Duration,
    },

    /// Processes of an earlier server resist being stopped.
    #[error("an earlier server in {} does not stop: end its processes {pids:?}", .directory.display())]
    OrphanStays {
        /// The cluster's data.
        directory: PathBuf,
        /// The processes that work there.
        pids: Vec<u32>,
    },

    /// The operating system refused something.
    #[error("could not {action} {}", .path.display())]
    System {
        /// What was tried, as a verb.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it was refused.
        source: io::Error,
    },
}

impl StartError {
    /// For `map_err`: says what was tried, and with what.
    pub(crate) fn system(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::System { action, path, source }
    }
}
