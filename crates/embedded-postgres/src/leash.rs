//! Ties a server's life to ours, by a small shell script between the two (`leash.sh`).
//!
//! The script blocks on a pipe of which only this process holds the other end. However this process
//! ends, the kernel closes that end, and the script stops the server in good order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::account::Account;
use crate::patience::wait_until;

const SCRIPT: &str = include_str!("leash.sh");

/// Longer than the script's own patience with the server: 20 + 5 + 2 s, and the removal of files.
const PATIENCE: Duration = Duration::from_secs(45);

/// A server on a leash.
#[derive(Debug)]
pub(crate) struct Leash {
    script: Child,
    /// Our end of the pipe; the server lives while it is open.
    grip: Option<ChildStdin>,
    server: u32,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    ended: AtomicBool,
    let_go: AtomicBool,
}

impl Leash {
    /// Starts `server` as `account`; what it prints goes to `log`. With `remove`, that directory is
    /// deleted when the server has ended.
    pub(crate) fn start(
        server: &Command,
        account: &Account,
        log: &File,
        remove: Option<&Path>,
    ) -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        // Without its comments, the script is no burden to who lists processes.
        let script: Vec<&str> = SCRIPT.lines().filter(|line| !line.starts_with('#')).collect();
        command.args(["-c", script.join("\n").trim(), "leash"]).arg(remove.unwrap_or(Path::new("")));
        command.arg(server.get_program()).args(server.get_args());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log.try_clone()?);
        // Its own process group: a ^C on the terminal reaches us alone, and we decide.
        let mut script = account.dress(&mut command).process_group(0).spawn()?;
        let grip = script.stdin.take();
        let mut pulse = BufReader::new(script.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        let mut line = String::new();
        pulse.read_line(&mut line)?;
        let Ok(server) = line.trim().parse() else {
            drop(grip);
            script.wait()?;
            return Err(io::Error::other("/bin/sh did not start the server"));
        };
        let state = Arc::new(State::default());
        let seen = Arc::clone(&state);
        thread::Builder::new()
            .name("postgres-pulse".to_owned())
            .spawn(move || watch(pulse, server, &seen))?;
        Ok(Self { script, grip, server, state })
    }

    /// The process id of the server's main process.
    pub(crate) fn server(&self) -> u32 {
        self.server
    }

    /// Whether the last process of the server has ended.
    pub(crate) fn server_ended(&self) -> bool {
        self.state.ended.load(Ordering::Acquire)
    }

    /// Lets the script stop the server, and waits for it. Says whether the script did its work; if
    /// it was killed or is stuck, the server may still run.
    pub(crate) fn let_go(&mut self) -> bool {
        self.state.let_go.store(true, Ordering::Release);
        drop(self.grip.take());
        let mut success = false;
        let script = &mut self.script;
        let ended = wait_until(PATIENCE, || match script.try_wait() {
            Ok(None) => false,
            Ok(Some(status)) => {
                success = status.success();
                true
            }
            Err(_) => true,
        });
        if !ended {
            // It may have ended in this very moment, which is as good.
            let _ = script.kill();
            let _ = script.wait();
        }
        success
    }
}

/// Waits for the server to end, and reports it when nobody asked for that.
fn watch(mut pulse: BufReader<ChildStdout>, server: u32, state: &State) {
    // The server never writes here: this returns at the end of the file, or with an error that
    // means the same.
    let _ = pulse.read_to_end(&mut Vec::new());
    state.ended.store(true, Ordering::Release);
    if !state.let_go.load(Ordering::Acquire) {
        tracing::error!(server.pid = server, "the embedded PostgreSQL server ended by itself");
    }
}
