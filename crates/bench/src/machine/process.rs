//! The processes of the machine, as one look at `/proc` shows them.

use std::{fs, time::Duration};

/// One process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    /// Its number.
    pub(crate) id: u32,
    /// The number of who started it, or took it over.
    pub(crate) parent: u32,
    /// The name of its program, cut by the kernel to 15 bytes.
    pub(crate) name: String,
    /// It has ended, and nobody has taken notice yet.
    pub(crate) zombie: bool,
    /// Processor time that it used, and its children that have ended: nothing is lost when one ends.
    pub(crate) time: Duration,
    /// The part of its children that have ended.
    pub(crate) children_time: Duration,
}

/// All processes at one moment.
#[derive(Debug)]
pub(crate) struct Processes(Vec<Process>);

impl Processes {
    /// Those of now.
    pub(crate) fn now() -> Self {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let texts = numbers.filter_map(|number| fs::read_to_string(format!("/proc/{number}/stat")).ok());
        Self(texts.filter_map(|text| parse(&text)).collect())
    }

    /// Their numbers.
    pub(crate) fn ids(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|process| process.id)
    }

    /// The process of this number.
    pub(crate) fn find(&self, id: u32) -> Option<&Process> {
        self.0.iter().find(|process| process.id == id)
    }

    /// A process and all its descendants, but for the one `without` and all its descendants.
    pub(crate) fn family(&self, root: u32, without: Option<u32>) -> Vec<&Process> {
        let belongs = |process: &&Process| {
            let mut next = Some(*process);
            // No line of descent is longer than there are processes.
            for _ in &self.0 {
                match next {
                    Some(process) if Some(process.id) == without => return false,
                    Some(process) if process.id == root => return true,
                    Some(process) => next = self.find(process.parent),
                    None => return false,
                }
            }
            false
        };
        self.0.iter().filter(belongs).collect()
    }

    /// The first descendant whose program has this name.
    pub(crate) fn descendant(&self, root: u32, name: &str) -> Option<u32> {
        let named = |id: u32| self.find(id).is_some_and(|process| process.name == name);
        let family = self.family(root, None);
        family
            .into_iter()
            .find(|process| process.name == name && !named(process.parent))
            .map(|found| found.id)
    }
}

/// Reads `/proc/*/stat`; the name is in parentheses and may have some inside.
fn parse(text: &str) -> Option<Process> {
    let (id, rest) = text.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let mut times = fields.skip(9).map(|time| time.trim().parse::<u64>().ok());
    let own = times.next()?? + times.next()??;
    let children = times.next()?? + times.next()??;
    Some(Process {
        id: id.parse().ok()?,
        parent,
        name: name.to_owned(),
        zombie: state == "Z",
        time: ticks(own + children),
        children_time: ticks(children),
    })
}

/// The kernel counts processor time in ticks.
pub(super) fn ticks(count: u64) -> Duration {
    let a_second = rustix::param::clock_ticks_per_second().max(1);
    Duration::from_micros(count.saturating_mul(1_000_000) / a_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str =
        "4711 (a (odd) name) S 12 4711 4711 0 -1 4194304 1500 99 0 0 30 12 5 3 20 0 9 0 123 1 2\n";

    fn process(id: u32, parent: u32, name: &str) -> Process {
        let (time, children_time) = (Duration::ZERO, Duration::ZERO);
        Process { id, parent, name: name.to_owned(), zombie: false, time, children_time }
    }

    fn ids(family: &[&Process]) -> Vec<u32> {
        family.iter().map(|process| process.id).collect()
    }

    #[test]
    fn a_stat_line_has_the_parent_and_the_times() {
        let process = parse(STAT).unwrap();

        assert_eq!((process.id, process.parent, process.name.as_str()), (4711, 12, "a (odd) name"));
        assert_eq!((process.time, process.children_time), (ticks(50), ticks(8)));
        assert!(!process.zombie);
    }

    #[test]
    fn half_a_stat_line_is_no_process() {
        assert_eq!(parse("4711 (name) S 12 4711"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_family_ends_where_the_other_begins() {
        let all = Processes(vec![
            process(1, 0, "init"),
            process(2, 1, "stoa"),
            process(5, 4, "postgres"),
            process(3, 2, "sh"),
            process(4, 3, "postgres"),
        ]);

        assert_eq!(ids(&all.family(2, None)), [2, 5, 3, 4]);
        assert_eq!(ids(&all.family(2, Some(4))), [2, 3]);
        assert_eq!(all.descendant(2, "postgres"), Some(4));
        assert_eq!(all.descendant(2, "mysqld"), None);
    }

    #[test]
    fn a_circle_of_parents_is_no_family() {
        let all = Processes(vec![process(2, 3, "a"), process(3, 2, "b")]);

        assert!(all.family(9, None).is_empty());
    }

    #[test]
    fn this_process_is_among_them() {
        let us = std::process::id();

        assert_eq!(Processes::now().find(us).map(|process| process.id), Some(us));
    }
}
