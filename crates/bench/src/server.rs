//! The program under test: built, started on a database of its own, stopped.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    failure::Failure,
    interrupt::Interrupt,
    machine::{Processes, Watched},
    program::Program,
    request::Request,
    wire::Wire,
};

/// How long a first start may take, and a stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a starting server is asked whether it is ready.
const BEAT: Duration = Duration::from_millis(2);

/// How many lines of a server's log are quoted when it fails.
const QUOTED: usize = 20;

/// What a server needs: the program, a directory for its data, addresses, settings.
#[derive(Debug)]
pub(crate) struct Home {
    binary: PathBuf,
    directory: TempDir,
    address: SocketAddr,
    settings: Vec<(String, String)>,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    program: Program,
    /// Whose processor time and memory counts.
    pub(crate) watched: Watched,
}

impl Home {
    /// An empty one, with `settings` in the program's environment and nothing else of ours.
    ///
    /// # Errors
    /// When there is no room, or no free port.
    pub(crate) fn new(binary: PathBuf, settings: Vec<(String, String)>) -> Result<Self, Failure> {
        let failed = |error| Failure::new("a directory for the server's data", error);
        let directory = tempfile::Builder::new().prefix("stoa-bench-").tempdir().map_err(failed)?;
        // Run by root, the database belongs to another user, who must get in.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).map_err(failed)?;
        let (address, metrics) = free_addresses()?;
        let mut all = vec![
            ("DATA_DIR".to_owned(), directory.path().join("data").display().to_string()),
            ("BIND".to_owned(), address.to_string()),
            ("METRICS_BIND".to_owned(), metrics.to_string()),
            ("RATE_LIMIT".to_owned(), "off".to_owned()),
            // No token may end while it is in use.
            ("ACCESS_TOKEN_TTL".to_owned(), "24h".to_owned()),
        ];
        all.extend(settings);
        Ok(Self { binary, directory, address, settings: all })
    }

    /// Where other files may stand.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Where the server listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts a server; how long it took until it was ready.
    ///
    /// # Errors
    /// When it does not get there: what it said.
    pub(crate) fn start(&self, interrupt: &Interrupt) -> Result<(Server, Duration), Failure> {
        let log = self.directory.path().join("log");
        let failed = |error| Failure::new("the server's log", error);
        let file = File::create(&log).map_err(failed)?;
        let mut command = self.command(&["serve"]);
        command.stdin(Stdio::null()).stdout(file.try_clone().map_err(failed)?).stderr(file);
        let wire = Wire::new(self.address);
        let begun = Instant::now();
        let program = Program::start("stoa", PATIENCE, &mut command)?;
        let mut server = Server { program, watched: Watched::default() };
        while !matches!(wire.send(&Request::get("/readyz")), Ok((200, _))) {
            let failure = match server.program.ended()? {
                Some(status) => format!("the server ended before it was ready: {status}"),
                None if begun.elapsed() > PATIENCE => "the server does not get ready".to_owned(),
                None => {
                    interrupt.sleep(BEAT)?;
                    continue;
                }
            };
            return Err(Failure::say(format_args!("{failure}; it said:\n{}", tail(&log))));
        }
        let taken = begun.elapsed();
        let id = server.program.id();
        server.watched = Watched { server: Some(id), database: Processes::now().descendant(id, "postgres") };
        Ok((server, taken))
    }

    /// Runs another command of the program, such as `seed`; what it printed.
    ///
    /// # Errors
    /// When it fails, or somebody interrupts.
    pub(crate) fn run(
        &self,
        arguments: &[&str],
        input: Option<&str>,
        interrupt: &Interrupt,
    ) -> Result<String, Failure> {
        Program::run("stoa", input, &mut self.command(arguments), interrupt)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.directory.path()).env_clear();
        for kept in ["PATH", "PG_BINDIR", "TERM"] {
            command.envs(env::var_os(kept).map(|value| (kept, value)));
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Drop for Server {
    /// The data can be removed only when the database has ended too, which follows the server by itself.
    fn drop(&mut self) {
        let family: Vec<u32> =
            Processes::now().family(self.program.id(), None).iter().map(|process| process.id).collect();
        self.program.stop();
        let end = Instant::now() + PATIENCE;
        let lives = |processes: &Processes, id: &u32| processes.find(*id).is_some_and(|found| !found.zombie);
        while Instant::now() < end {
            let processes = Processes::now();
            if !family.iter().any(|id| lives(&processes, id)) {
                return;
            }
            thread::sleep(BEAT);
        }
    }
}

/// Builds the release binary as Cargo would for anybody; where it is.
///
/// # Errors
/// When it does not compile.
pub(crate) fn build(interrupt: &Interrupt) -> Result<PathBuf, Failure> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--package", "app", "--bin", "stoa"]);
    command.args(["--message-format", "json-render-diagnostics"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let messages = Program::run("cargo build", None, &mut command, interrupt)?;
    executable(&messages).ok_or_else(|| Failure::say("cargo does not say where it put stoa"))
}

/// The program among Cargo's messages.
fn executable(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let paths = messages.filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from));
    paths.into_iter().find(|path| path.file_stem() == Some(OsStr::new("stoa")))
}

/// Two addresses that nobody listens on, as far as one can know.
fn free_addresses() -> Result<(SocketAddr, SocketAddr), Failure> {
    let free =
        || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| Failure::new("no free port", error));
    let address =
        |listener: &TcpListener| listener.local_addr().map_err(|error| Failure::new("no free port", error));
    // Both at once, so that they differ.
    let (one, other) = (free()?, free()?);
    Ok((address(&one)?, address(&other)?))
}

/// The last lines of a file.
fn tail(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(QUOTED)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_the_messages() {
        let messages = r#"{"reason":"compiler-artifact","executable":null,"target":{"name":"domain"}}
{"reason":"compiler-artifact","executable":"/somewhere/release/stoa","target":{"name":"stoa"}}
{"reason":"build-finished","success":true}"#;

        assert_eq!(executable(messages), Some(PathBuf::from("/somewhere/release/stoa")));
        assert_eq!(executable("not json"), None);
    }

    #[test]
    fn a_server_that_ends_at_once_is_a_failure_with_its_words() {
        let program = tempfile::tempdir().unwrap();
        let binary = program.path().join("stoa");
        fs::write(&binary, "#!/bin/sh\necho 'no database'\nexit 1\n").unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        let home = Home::new(binary, Vec::new()).unwrap();

        let failure = home.start(&Interrupt::default()).unwrap_err().to_string();

        assert!(failure.ends_with("it said:\nno database"), "{failure}");
    }
}
