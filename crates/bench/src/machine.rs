//! What `/proc` tells: who used the processors, and how much memory somebody holds.

mod listener;
mod process;

use std::{fs, time::Duration};

pub(crate) use listener::listener;
pub(crate) use process::Processes;

/// Whose processor time and memory is looked at: two programs, each with all that it started.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Watched {
    /// The server's main process.
    pub(crate) server: Option<u32>,
    /// Its database's main process; it may be a descendant of the server.
    pub(crate) database: Option<u32>,
}

/// Processor time that was used up to some moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// By the server, without its database.
    pub(crate) server: Option<Duration>,
    /// By its database.
    pub(crate) database: Option<Duration>,
    /// By programs that we started and that have ended: the load generator.
    pub(crate) generator: Duration,
    /// By everybody on this machine.
    pub(crate) everybody: Duration,
}

/// Memory, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// What the server has in memory now.
    pub(crate) server: Option<u64>,
    /// The most that it ever had.
    pub(crate) server_peak: Option<u64>,
    /// What its database has in memory now; what its processes share is counted once.
    pub(crate) database: Option<u64>,
}

impl Usage {
    /// What was used up to now.
    pub(crate) fn now(watched: Watched) -> Self {
        let processes = Processes::now();
        let time = |root: Option<u32>, without: Option<u32>| {
            let family = processes.family(root?, without);
            (!family.is_empty()).then(|| family.iter().map(|process| process.time).sum())
        };
        Self {
            server: time(watched.server, watched.database),
            database: time(watched.database, None),
            generator: processes.find(std::process::id()).map(|us| us.children_time).unwrap_or_default(),
            everybody: busy(&fs::read_to_string("/proc/stat").unwrap_or_default()),
        }
    }

    /// What was used after `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let difference = |now: Option<Duration>, then: Option<Duration>| Some(now?.saturating_sub(then?));
        Self {
            server: difference(self.server, earlier.server),
            database: difference(self.database, earlier.database),
            generator: self.generator.saturating_sub(earlier.generator),
            everybody: self.everybody.saturating_sub(earlier.everybody),
        }
    }

    /// What was used by anybody else.
    pub(crate) fn others(&self) -> Duration {
        self.everybody
            .saturating_sub(self.generator)
            .saturating_sub(self.server.unwrap_or_default())
            .saturating_sub(self.database.unwrap_or_default())
    }
}

impl Memory {
    /// What is held now.
    pub(crate) fn now(watched: Watched) -> Self {
        let processes = Processes::now();
        let sum = |root: Option<u32>, without: Option<u32>, file: &str, field: &str| {
            let family = processes.family(root?, without);
            let sizes = family.iter().filter_map(|process| {
                size(&fs::read_to_string(format!("/proc/{}/{file}", process.id)).ok()?, field)
            });
            sizes.reduce(u64::saturating_add)
        };
        Self {
            server: sum(watched.server, watched.database, "status", "VmRSS"),
            server_peak: sum(watched.server, watched.database, "status", "VmHWM"),
            database: sum(watched.database, None, "smaps_rollup", "Pss"),
        }
    }
}

/// The processor time that everybody used, in the text of `/proc/stat`.
fn busy(text: &str) -> Duration {
    let mut times = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let mut next = || times.next().and_then(|time| time.parse().ok()).unwrap_or_default();
    let (user, nice, system, _idle, _waiting, interrupts, soft_interrupts): (
        u64,
        u64,
        u64,
        u64,
        u64,
        u64,
        u64,
    ) = (next(), next(), next(), next(), next(), next(), next());
    process::ticks(user + nice + system + interrupts + soft_interrupts)
}

/// The size of a field in bytes, in the text of `/proc/*/status` and its like.
fn size(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_was_busy_when_it_neither_idled_nor_waited() {
        let text = "cpu  100 20 30 9000 500 4 6 77 0 0\ncpu0 50 10 15 4500 250 2 3 38 0 0\n";

        assert_eq!(busy(text), process::ticks(160));
    }

    #[test]
    fn sizes_are_found_by_their_whole_name() {
        let text = "Name:\tstoa\nVmRSSx:\t1 kB\nVmHWM:\t  9000 kB\nVmRSS:\t  8192 kB\n";

        assert_eq!(size(text, "VmRSS"), Some(8192 * 1024));
        assert_eq!(size(text, "VmHWM"), Some(9000 * 1024));
        assert_eq!(size(text, "Pss"), None);
    }

    #[test]
    fn this_very_process_uses_time_and_memory() {
        let watched = Watched { server: Some(std::process::id()), database: None };
        let start = Usage::now(watched);
        while Usage::now(watched).since(&start).server.unwrap().is_zero() {}

        let memory = Memory::now(watched);

        assert!(memory.server.unwrap() > 0 && memory.server_peak >= memory.server);
        assert_eq!(memory.database, None);
    }

    #[test]
    fn others_are_all_but_server_database_and_generator() {
        let seconds = Duration::from_secs;
        let usage =
            Usage { server: Some(seconds(3)), database: None, generator: seconds(2), everybody: seconds(6) };

        assert_eq!(usage.others(), seconds(1));
    }
}
