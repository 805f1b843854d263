//! A running server, and the way there.

use std::fs::File;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::StartError;
use crate::home::{Home, Place};
use crate::initdb;
use crate::leash::Leash;
use crate::orphans;
use crate::patience::wait_until;
use crate::pid_file::PidFile;
use crate::programs::Programs;
use crate::settings::{Kind, Settings};
use crate::throw_away::{self, Scratch};
use crate::url;

/// After a crash the server first replays its log, which takes time on a slow disk.
const READY_PATIENCE: Duration = Duration::from_secs(300);

/// A private PostgreSQL server, which runs until this value is dropped or its process ends in
/// whatever way.
///
/// The value may be kept in a static: a process that ends without dropping it takes the server
/// along all the same.
#[derive(Debug)]
pub struct Cluster {
    // In the order in which they have to go.
    leash: Leash,
    scratch: Option<Scratch>,
    home: Home,
    programs: Programs,
    _lock: File,
}

impl Cluster {
    /// Starts a durable server whose data lives in `directory`, and makes both if they do not
    /// exist. The data stays when the server goes.
    ///
    /// The directory should be given to this crate as a whole. As root the server runs as another
    /// user; a directory that is closed to this user (anything below `/root`) is replaced by one
    /// in `/var/tmp`, with a warning, and always by the same one.
    ///
    /// # Errors
    /// Every variant of [`StartError`].
    pub fn start(directory: &Path) -> Result<Self, StartError> {
        Settings::new().start(directory)
    }

    /// Starts a server in a temporary directory, which goes when the server goes. It does not wait
    /// for the disk, so a crash of the machine may break its data.
    ///
    /// # Errors
    /// As [`Settings::throw_away`].
    pub fn throw_away() -> Result<Self, StartError> {
        Settings::new().throw_away()
    }

    /// The URL of a database of the server that runs for `directory`, in whichever process; `None`
    /// when none takes connections. Only the user who started it (and root) can find and use it.
    #[must_use]
    pub fn locate(directory: &Path, database: &str) -> Option<String> {
        let home = Home::find(directory)?;
        let ready = PidFile::read(&home.data()).is_some_and(|file| file.ready);
        // The file outlives a killed server; the socket does not answer then.
        let answers = ready && UnixStream::connect(home.socket()).is_ok();
        answers.then(|| url::of(&home.sockets(), database))
    }

    /// How to connect to one of the databases, as the superuser `postgres`; the first database is
    /// called `postgres` too. The URL names the socket's directory and needs no password.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url::of(&self.socket_dir(), database)
    }

    /// The directory of the socket, to be given as the host to clients that take one.
    #[must_use]
    pub fn socket_dir(&self) -> PathBuf {
        self.home.sockets()
    }

    /// The server's log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.home.log()
    }

    /// The path of another program of the same installation, such as `psql` or `pg_dump`. Some
    /// distributions package those apart: the file need not exist.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.path(name)
    }

    /// The id of the server's main process.
    #[must_use]
    pub fn server_pid(&self) -> u32 {
        self.leash.server()
    }

    /// Whether the server still runs. It should; when it ends by itself, that is logged as an error.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.leash.server_ended()
    }

    /// Stops the server: open transactions are rolled back, all else is written down. Returns when
    /// no process is left. The same as dropping it.
    pub fn stop(self) {
        drop(self);
    }

    /// Starts the server in a home that is locked.
    pub(crate) fn launch(place: Place, settings: &Settings) -> Result<Self, StartError> {
        let Place { home, lock, scratch } = place;
        let kind = if scratch.is_some() { Kind::ThrowAway } else { Kind::Durable };
        let data = home.data();
        orphans::retire(&home.new_data())?;
        orphans::retire(&data)?;
        let programs = settings.programs(&data)?;
        if !data.join("PG_VERSION").exists() {
            initdb::make(&programs, &home, kind)?;
        }
        // A socket's lock file names a process as well, and could be as wrong as the pid file.
        home.make_private(&home.sockets())?;
        let log = home.open_log()?;
        let log_start = log.metadata().map_err(StartError::system("read", home.log()))?.len();
        let server = settings.server(&programs, &home, kind);
        let started = Instant::now();
        let leash = Leash::start(&server, &home.account, &log, scratch.as_ref().map(Scratch::path))
            .map_err(StartError::system("start", programs.path("postgres")))?;
        let cluster = Self { leash, scratch, home, programs, _lock: lock };
        cluster.wait_ready(log_start)?;
        tracing::info!(
            data = %data.display(), server.pid = cluster.server_pid(), version = cluster.programs.major,
            milliseconds = started.elapsed().as_millis(), "the embedded PostgreSQL server is ready"
        );
        Ok(cluster)
    }

    /// Removes what killed processes left beside this throw-away cluster.
    pub(crate) fn sweep_neighbours(&self) {
        self.scratch.iter().for_each(throw_away::sweep_beside);
    }

    /// Waits until the server takes connections, by the sign that `pg_ctl --wait` waits for.
    fn wait_ready(&self, log_start: u64) -> Result<(), StartError> {
        let ready = || {
            let file = PidFile::read(&self.home.data());
            file.is_some_and(|file| file.ready && file.pid == self.leash.server())
        };
        let mut is_ready = false;
        wait_until(READY_PATIENCE, || {
            is_ready = ready();
            is_ready || self.leash.server_ended()
        });
        let log = self.home.log();
        match (is_ready, self.leash.server_ended()) {
            (true, _) => Ok(()),
            (false, true) => Err(StartError::ExitedAtStart { log, tail: self.home.log_tail(log_start) }),
            (false, false) => Err(StartError::NotReady { log, waited: READY_PATIENCE }),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.leash.let_go()
            && let Err(error) = orphans::retire(&self.home.data())
        {
            tracing::error!(%error, "the embedded PostgreSQL server could not be stopped");
        }
    }
}
