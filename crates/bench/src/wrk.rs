//! The load generator: wrk, with a script of our own.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{failure::Failure, interrupt::Interrupt, program::Program, request::Request};

/// What wrk runs.
const SCRIPT: &str = include_str!("drive.lua");

/// How long wrk waits for an answer, longer than any that is not lost.
const TIMEOUT: &str = "30s";

/// wrk, with what is the same in every run.
#[derive(Debug)]
pub(crate) struct Wrk {
    directory: PathBuf,
    pub(crate) connections: u32,
    pub(crate) threads: u32,
}

/// What one run gave.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct Outcome {
    /// Answers, whatever they said.
    pub(crate) answers: f64,
    /// How long it took.
    pub(crate) microseconds: f64,
    /// Half of the answers came within this time, in microseconds.
    pub(crate) p50: f64,
    /// 99 of 100 answers came within this time, in microseconds.
    pub(crate) p99: f64,
    /// The slowest answer, in microseconds.
    pub(crate) max: f64,
    /// What was not answered as it should.
    #[serde(flatten)]
    pub(crate) errors: Errors,
}

/// Requests that failed, by how.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
pub(crate) struct Errors {
    /// The answer's status was 400 or more.
    refused: f64,
    connect: f64,
    read: f64,
    write: f64,
    timeout: f64,
}

impl Wrk {
    /// Looks for wrk, and writes its script to `directory`.
    ///
    /// # Errors
    /// When there is no wrk: how to get it.
    pub(crate) fn new(directory: &Path, connections: u32, threads: u32) -> Result<Self, Failure> {
        match Command::new("wrk").arg("--version").output() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Failure::say(
                    "wrk, the load generator, is not installed: apt-get install wrk (Debian, Ubuntu), \
                     dnf install wrk (Fedora), or build it from https://github.com/wg/wrk",
                ));
            }
            Err(error) => return Err(Failure::new("wrk can't be started", error)),
            Ok(_) => {}
        }
        let wrk = Self { directory: directory.to_owned(), connections, threads };
        fs::write(wrk.script(), SCRIPT).map_err(|error| Failure::new("the script for wrk", error))?;
        Ok(wrk)
    }

    /// Writes the requests of later runs to a file.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn keep(&self, name: &str, deck: &[Request], host: &str) -> Result<PathBuf, Failure> {
        let file = self.directory.join(name);
        let texts = deck.iter().map(|request| request.text(host));
        let content: String = texts.map(|text| format!("{}\n{text}", text.len())).collect();
        fs::write(&file, content).map_err(|error| Failure::new("the requests for wrk", error))?;
        Ok(file)
    }

    /// Puts the server at `host` under load. The same `seed` draws the same requests.
    ///
    /// # Errors
    /// When wrk fails, or somebody interrupts.
    pub(crate) fn run(
        &self,
        host: &str,
        deck: &Path,
        seconds: u32,
        seed: usize,
        interrupt: &Interrupt,
    ) -> Result<Outcome, Failure> {
        let mut command = Command::new("wrk");
        command.arg("--threads").arg(self.threads.to_string());
        command.arg("--connections").arg(self.connections.to_string());
        command.arg("--duration").arg(format!("{seconds}s")).args(["--timeout", TIMEOUT]);
        command.arg("--script").arg(self.script()).arg(format!("http://{host}"));
        command.arg("--").arg(deck).arg(seed.to_string());
        let printed = Program::run("wrk", None, &mut command, interrupt)?;
        Outcome::parse(&printed)
    }

    fn script(&self) -> PathBuf {
        self.directory.join("drive.lua")
    }
}

impl Outcome {
    /// Finds our script's line in what wrk printed.
    fn parse(printed: &str) -> Result<Self, Failure> {
        let line = printed.lines().find(|line| line.starts_with('{'));
        let line =
            line.ok_or_else(|| Failure::say(format_args!("wrk gave no result: {}", printed.trim())))?;
        serde_json::from_str(line).map_err(|error| Failure::new("what wrk printed", error))
    }

    /// Answers that were no errors.
    pub(crate) fn good(&self) -> f64 {
        self.answers - self.errors.refused
    }

    /// Good answers in a second.
    pub(crate) fn rate(&self) -> f64 {
        if self.microseconds > 0.0 { self.good() / self.microseconds * 1e6 } else { 0.0 }
    }
}

impl Errors {
    /// All of them.
    pub(crate) fn total(&self) -> f64 {
        self.refused + self.connect + self.read + self.write + self.timeout
    }

    /// All of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            refused: self.refused + other.refused,
            connect: self.connect + other.connect,
            read: self.read + other.read,
            write: self.write + other.write,
            timeout: self.timeout + other.timeout,
        }
    }

    /// In words, the kinds that there are.
    pub(crate) fn words(&self) -> String {
        let kinds = [
            (self.refused, "with a status of 400 or more"),
            (self.connect, "not connected"),
            (self.read, "not read"),
            (self.write, "not written"),
            (self.timeout, "without an answer in time"),
        ];
        let words: Vec<String> = kinds
            .iter()
            .filter(|(count, _)| *count > 0.0)
            .map(|(count, kind)| format!("{count} {kind}"))
            .collect();
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "Running 8s test @ http://127.0.0.1:9001
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.60ms    1.07ms  21.16ms   84.77%
    Req/Sec    21.23k     1.06k   23.12k    70.00%
  169402 requests in 8.01s, 140.91MB read
  Non-2xx or 3xx responses: 2
Requests/sec:  21148.94
Transfer/sec:     17.59MB
{\"answers\":169402,\"microseconds\":8009957,\"p50\":1402,\"p99\":5210,\"max\":21160,\"refused\":2,\"connect\":0,\
\"read\":1,\"write\":0,\"timeout\":0}
";

    #[test]
    fn the_line_of_our_script_is_the_outcome() {
        let outcome = Outcome::parse(PRINTED).unwrap();

        assert_eq!((outcome.p50, outcome.p99, outcome.max), (1402.0, 5210.0, 21160.0));
        assert_eq!(outcome.good(), 169_400.0);
        assert!((outcome.rate() - 21148.677).abs() < 0.01);
        assert_eq!(outcome.errors.total(), 3.0);
        assert_eq!(outcome.errors.words(), "2 with a status of 400 or more, 1 not read");
    }

    #[test]
    fn no_line_of_our_script_is_a_failure_that_quotes_wrk() {
        let failure = Outcome::parse("unable to connect to 127.0.0.1:9001 Connection refused\n").unwrap_err();

        assert_eq!(
            failure.to_string(),
            "wrk gave no result: unable to connect to 127.0.0.1:9001 Connection refused"
        );
        assert!(Outcome::parse("{\"answers\":1}").is_err());
    }
}
