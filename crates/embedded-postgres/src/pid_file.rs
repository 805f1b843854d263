//! `postmaster.pid`, the file in which a server says who it is and how far it has come.
//!
//! Its lines are laid down in PostgreSQL's `utils/pidfile.h`: the first is the process id, the
//! eighth the state.

use std::fs;
use std::path::{Path, PathBuf};

/// What a running (or killed) server wrote about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PidFile {
    /// The server's main process.
    pub(crate) pid: u32,
    /// Whether it takes connections.
    pub(crate) ready: bool,
}

impl PidFile {
    const PID_LINE: usize = 0;
    const STATE_LINE: usize = 7;

    /// Where the server of this data directory keeps the file.
    pub(crate) fn path(data: &Path) -> PathBuf {
        data.join("postmaster.pid")
    }

    /// Reads the file; `None` when there is none, or it is not complete.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(Self::path(data)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let pid = lines.get(Self::PID_LINE)?.parse().ok()?;
        let ready = lines.get(Self::STATE_LINE).is_some_and(|state| *state == "ready");
        Some(Self { pid, ready })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTING: &str = "4711\n/var/data\n1700000000\n5432\n/var/run\n\n   123   456\nstarting\n";

    #[test]
    fn the_first_and_the_eighth_line_count() {
        assert_eq!(PidFile::parse(STARTING), Some(PidFile { pid: 4711, ready: false }));
        let ready = STARTING.replace("starting", "ready   ");
        assert_eq!(PidFile::parse(&ready), Some(PidFile { pid: 4711, ready: true }));
    }

    #[test]
    fn half_a_file_is_not_ready_and_an_empty_one_is_none() {
        assert_eq!(PidFile::parse("4711\n/var/data\n"), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(PidFile::parse(""), None);
    }
}
