//! The directory in which a cluster lives.
//!
//! ```text
//! <root>/data      the cluster itself, PG_VERSION and all
//! <root>/data.new  a cluster in the making
//! <root>/run       the socket
//! <root>/log       what the server printed
//! <root>/lock      held by the process that runs the server, with its id inside
//! ```

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::account::Account;
use crate::error::StartError;
use crate::patience::wait_until;
use crate::throw_away::Scratch;

/// The socket's name, fixed by PostgreSQL for its standard port.
const SOCKET: &str = ".s.PGSQL.5432";

/// The longest path in a `sockaddr_un`, without the closing zero, in bytes.
const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// How long a killed predecessor may take to disappear.
const LOCK_PATIENCE: Duration = Duration::from_secs(3);

/// Past this size the log makes room for a new one, in bytes.
const LOG_LIMIT: u64 = 16 * 1024 * 1024;

/// A home that no other process can take while this lives.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) home: Home,
    /// Keeps the others out.
    pub(crate) lock: File,
    /// The whole directory, if it is to go at the end.
    pub(crate) scratch: Option<Scratch>,
}

/// A cluster's directory, and the account that its files belong to.
#[derive(Debug)]
pub(crate) struct Home {
    root: PathBuf,
    pub(crate) account: Account,
}

impl Home {
    /// Makes sure that the wished directory exists and can be reached by the server's account. If
    /// that account is shut out, takes a directory of `/var/tmp` that is derived from the wish.
    pub(crate) fn prepare(wished: &Path) -> Result<Self, StartError> {
        fs::create_dir_all(wished).map_err(StartError::system("create", wished))?;
        let wished = fs::canonicalize(wished).map_err(StartError::system("find", wished))?;
        let home = Self::at(wished.clone())?;
        // Ours alone; another account may pass through, without seeing what is there.
        let mode = if home.account == Account::Ours { 0o700 } else { 0o711 };
        fs::set_permissions(&wished, Permissions::from_mode(mode))
            .map_err(StartError::system("set the permissions of", &wished))?;
        if home.account.reaches(&wished) {
            return Ok(home);
        }
        let root = substitute(&wished);
        tracing::warn!(
            wished = %wished.display(), used = %root.display(),
            "the database server runs as another user, to whom this directory is closed: keeping its data elsewhere"
        );
        match DirBuilder::new().mode(mode).create(&root) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(StartError::system("create", root)(error));
            }
            _ => {}
        }
        let entry = fs::symlink_metadata(&root).map_err(StartError::system("find", &root))?;
        if !entry.is_dir() || entry.uid() != rustix::process::geteuid().as_raw() {
            return Err(StartError::BelongsToAnother { directory: root });
        }
        Self::at(root)
    }

    /// Finds what [`prepare`](Self::prepare) made of the same wish; `None` if nothing is there.
    pub(crate) fn find(wished: &Path) -> Option<Self> {
        let wished = fs::canonicalize(wished).ok()?;
        let home = Self::at(wished.clone()).ok()?;
        if home.account.reaches(&wished) { Some(home) } else { Self::at(substitute(&wished)).ok() }
    }

    /// The home in a directory that is known to be good. The path must be canonical.
    pub(crate) fn at(root: PathBuf) -> Result<Self, StartError> {
        let account = Account::choose(&root.join("data"))?;
        Ok(Self { root, account })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub(crate) fn new_data(&self) -> PathBuf {
        self.root.join("data.new")
    }

    pub(crate) fn sockets(&self) -> PathBuf {
        self.root.join("run")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.sockets().join(SOCKET)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// Says whether the socket's path is short enough for the system.
    pub(crate) fn check_socket_path(&self) -> Result<(), StartError> {
        let socket = self.socket();
        let length = socket.as_os_str().as_bytes().len();
        if length <= SOCKET_PATH_LIMIT {
            return Ok(());
        }
        Err(StartError::PathTooLong { socket, length, limit: SOCKET_PATH_LIMIT })
    }

    /// Takes the directory for this process, until the file is closed.
    ///
    /// # Errors
    /// [`StartError::AlreadySupervised`] when another process keeps it.
    pub(crate) fn lock(&self) -> Result<File, StartError> {
        let path = self.root.join("lock");
        let failed = || StartError::system("lock", path.clone());
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed())?;
        let mut refusal = None;
        let taken = wait_until(LOCK_PATIENCE, || match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => {
                refusal = Some(error);
                true
            }
        });
        if let Some(error) = refusal {
            return Err(failed()(error));
        }
        if !taken {
            let mut holder = String::new();
            file.read_to_string(&mut holder).map_err(failed())?;
            return Err(StartError::AlreadySupervised {
                directory: self.root.clone(),
                holder: holder.trim().parse().ok(),
            });
        }
        file.set_len(0).map_err(failed())?;
        writeln!(file, "{}", std::process::id()).map_err(failed())?;
        Ok(file)
    }

    /// Makes a directory of the server's own, empty.
    pub(crate) fn make_private(&self, directory: &Path) -> Result<(), StartError> {
        remove_all(directory)?;
        DirBuilder::new().mode(0o700).create(directory).map_err(StartError::system("create", directory))?;
        self.account.give(directory)
    }

    /// Opens the log for one more run; an old, long one is kept beside it.
    pub(crate) fn open_log(&self) -> Result<File, StartError> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|entry| entry.len() > LOG_LIMIT) {
            fs::rename(&path, self.root.join("log.old")).map_err(StartError::system("rename", &path))?;
        }
        File::options().create(true).append(true).open(&path).map_err(StartError::system("open", &path))
    }

    /// The last lines of the log that were written after its byte `start`.
    pub(crate) fn log_tail(&self, start: u64) -> String {
        const LINES: usize = 20;
        let mut text = Vec::new();
        let read = File::open(self.log()).and_then(|mut log| {
            log.seek(SeekFrom::Start(start))?;
            log.read_to_end(&mut text)
        });
        match read {
            Ok(_) => {
                let text = String::from_utf8_lossy(&text);
                let lines: Vec<&str> = text.lines().collect();
                lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
            }
            Err(error) => format!("(the log cannot be read: {error})"),
        }
    }
}

/// Removes a directory with all that is in it; also fine when there is none.
pub(crate) fn remove_all(directory: &Path) -> Result<(), StartError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StartError::system("remove", directory)(error))
        }
        _ => Ok(()),
    }
}

/// Where a cluster goes whose wished directory is closed to its account. The name is the wish's
/// 64-bit FNV-1a hash, the same in every build of this crate.
fn substitute(wished: &Path) -> PathBuf {
    let hash = wished.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    PathBuf::from(format!("/var/tmp/embedded-postgres-{hash:016x}"))
}
