//! What the tests work with: directories, queries, processes, and a program to kill.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use embedded_postgres::Cluster;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// Tells a copy of this test program whom to serve: a directory, or nothing for a throw-away server.
const HOLDER: &str = "EMBEDDED_POSTGRES_HOLDER";

/// A directory of one test's own.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("cluster-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(fs::canonicalize(path).unwrap())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs SQL with the installation's `psql` and returns what it prints, trimmed.
pub(crate) fn query(url: &str, sql: &str) -> String {
    try_query(url, sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

pub(crate) fn try_query(url: &str, sql: &str) -> Result<String, String> {
    let psql = Command::new("psql")
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql])
        .arg(url)
        .output()
        .unwrap();
    if psql.status.success() {
        Ok(String::from_utf8(psql.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&psql.stderr).into_owned())
    }
}

/// Waits until something holds that must hold soon.
pub(crate) fn soon(what: &str, limit: Duration, mut fact: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !fact() {
        assert!(Instant::now() < deadline, "not within {limit:?}: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a process of this id lives; a zombie does not.
pub(crate) fn lives(pid: u32) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    let state = String::from_utf8(state.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

pub(crate) fn kill(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    if test_kill_process(pid).is_ok() {
        kill_process(pid, signal).unwrap();
    }
}

/// The main process of the server in a data directory, by its own account.
pub(crate) fn main_process(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.parse().ok()
}

/// The parent of a process: of a server's main process, the leash.
pub(crate) fn parent(pid: u32) -> u32 {
    let answer = Command::new("ps").args(["-o", "ppid=", "-p", &pid.to_string()]).output().unwrap();
    String::from_utf8(answer.stdout).unwrap().trim().parse().unwrap()
}

/// Processes whose command line mentions a path: the leash, the server, `initdb`.
pub(crate) fn processes_of(path: &Path) -> Vec<u32> {
    let listing = Command::new("ps").args(["-axo", "pid=,stat=,args="]).output().unwrap();
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    listing
        .lines()
        .filter(|line| line.contains(path.to_str().unwrap()))
        .filter(|line| !line.split_whitespace().nth(1).unwrap().starts_with('Z'))
        .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
        .collect()
}

/// Another process that runs a server: this test program again, told to be one.
pub(crate) struct Holder(Child);

impl Holder {
    /// Starts the process; with a directory it keeps a durable server there.
    pub(crate) fn spawn(directory: Option<&Path>, temporary: &Path) -> Self {
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "workshop::holds_a_server_when_told_to"])
            .env(HOLDER, directory.unwrap_or(Path::new("")))
            .env("TMPDIR", temporary)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Starts the process and waits for its durable server; returns the server's URL as well.
    pub(crate) fn serving(directory: &Directory) -> (Self, String) {
        let holder = Self::spawn(Some(&directory.0), &env::temp_dir());
        let mut url = None;
        soon("another process serves the directory", Duration::from_secs(60), || {
            url = Cluster::locate(&directory.0, "postgres");
            url.is_some()
        });
        (holder, url.unwrap())
    }

    /// Ends the process as the kernel would when memory runs out.
    pub(crate) fn kill(self) {
        drop(self);
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Not a test of its own: the program that the other tests kill.
#[test]
fn holds_a_server_when_told_to() {
    let Some(directory) = env::var_os(HOLDER) else { return };
    let cluster =
        if directory.is_empty() { Cluster::throw_away() } else { Cluster::start(Path::new(&directory)) };
    let _cluster = cluster.unwrap();
    thread::sleep(Duration::from_secs(120));
}
