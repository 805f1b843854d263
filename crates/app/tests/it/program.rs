//! The program as a process: started, watched and ended.

use std::{
    fs::File,
    io::Read,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

/// How long a start, a stop or a command may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The program, without any setting of whoever runs the tests.
pub(crate) fn stoa(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    command.env_clear().current_dir(directory).stdin(Stdio::null());
    for kept in ["PATH", "HOME", "PG_BINDIR", "TMPDIR"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    // Hashes that cost next to nothing, or every test would wait for them.
    command.envs([("BCRYPT_COST", "4"), ("ALLOW_WEAK_BCRYPT", "true"), ("METRICS_BIND", "off")]);
    command
}

/// Runs a command to its end; it must succeed.
pub(crate) fn succeed(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// Runs a command to its end; it must fail. Gives its exit status and what it said on standard error.
pub(crate) fn fail(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(!status.success(), "{command:?} succeeded");
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// A port of this machine that nobody listened on a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until `met` gives something.
pub(crate) fn wait_for<T>(what: &str, mut met: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = met() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A directory that the embedded database's user can enter as well.
pub(crate) fn open_directory() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

/// A running server. It is killed when this is dropped.
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
    out: PathBuf,
}

impl Running {
    /// Starts the server in a process group of its own; what it says goes into files of the directory.
    pub(crate) fn start(mut command: Command, directory: &Path, name: &str) -> Self {
        let (log, out) = (directory.join(format!("{name}.log")), directory.join(format!("{name}.out")));
        command.process_group(0).stderr(File::create(&log).unwrap()).stdout(File::create(&out).unwrap());
        Self { child: command.spawn().unwrap(), log, out }
    }

    /// Its log so far.
    pub(crate) fn log(&self) -> String {
        read(&self.log)
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        read(&self.out)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// SIGKILL: it can't do anything about it.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        succeed(Command::new("kill").args(["-s", name, &self.pid().to_string()]));
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        wait_for("the end of the server", || self.ended())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}

fn read(path: &Path) -> String {
    let mut text = String::new();
    File::open(path).unwrap().read_to_string(&mut text).unwrap();
    text
}
