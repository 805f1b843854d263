//! Replaying the ledger: does it add up to the level, and follows each line from the one before it?

use std::fmt;

/// A line of the ledger, as far as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Its number among the variant's lines.
    pub sequence: i64,
    /// Change of `on_hand` and of `reserved`.
    pub deltas: Pieces,
    /// Both after it.
    pub after: Pieces,
}

/// Pieces that are there, and pieces that orders hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Those that are there.
    pub on_hand: i64,
    /// Those that orders hold.
    pub reserved: i64,
}

/// What does not fit in the ledger of one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerFault {
    /// A line is missing, or stands twice.
    #[error("line {found} of the ledger stands where line {expected} belongs")]
    Gap {
        /// The number that belongs here.
        expected: i64,
        /// The number that stands here.
        found: i64,
    },
    /// A line does not follow from the one before it.
    #[error("line {sequence} of the ledger says {found} where the lines up to it make {expected}")]
    Broken {
        /// The line.
        sequence: i64,
        /// The levels before it and its own deltas.
        expected: Pieces,
        /// What it says.
        found: Pieces,
    },
    /// The ledger does not add up to the level.
    #[error("the level says {level}, the ledger {ledger}")]
    Differs {
        /// What the level says.
        level: Pieces,
        /// The sum of the ledger.
        ledger: Pieces,
    },
    /// The level has seen another number of lines.
    #[error("the level has seen {level} lines of the ledger, which has {ledger}")]
    Lines {
        /// How many the level has seen.
        level: i64,
        /// How many there are.
        ledger: i64,
    },
    /// There are lines, or a variant, and no level.
    #[error("there is no level")]
    NoLevel,
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on hand and {} reserved", self.on_hand, self.reserved)
    }
}

impl Pieces {
    fn plus(self, deltas: Self) -> Self {
        let (on_hand, reserved) = (self.on_hand, self.reserved);
        Self {
            on_hand: on_hand.saturating_add(deltas.on_hand),
            reserved: reserved.saturating_add(deltas.reserved),
        }
    }
}

/// The ledger of one variant, read line by line from its beginning. It keeps sums and the first fault, so it does not
/// grow with the ledger.
///
/// ```
/// use domain::inventory::{Counted, LedgerFault, Pieces, Replay};
///
/// let opened = Pieces { on_hand: 5, reserved: 0 };
/// let mut replay = Replay::default();
/// replay.follow(&Counted { sequence: 1, deltas: opened, after: opened });
/// let level = Pieces { on_hand: 4, reserved: 0 };
/// assert_eq!(replay.compare(Some((level, 1))), [LedgerFault::Differs { level, ledger: opened }]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    lines: i64,
    last: Pieces,
    sum: Pieces,
    fault: Option<LedgerFault>,
}

impl Replay {
    /// Takes the next line in.
    pub fn follow(&mut self, line: &Counted) {
        self.lines = self.lines.saturating_add(1);
        let (belongs, expected) = (self.lines, self.last.plus(line.deltas));
        let fault = if line.sequence != belongs {
            Some(LedgerFault::Gap { expected: belongs, found: line.sequence })
        } else if line.after != expected {
            Some(LedgerFault::Broken { sequence: line.sequence, expected, found: line.after })
        } else {
            None
        };
        self.fault = self.fault.or(fault);
        self.sum = self.sum.plus(line.deltas);
        self.last = line.after;
    }

    /// What does not fit, once every line was taken in: the first line that does not follow from those before it, and
    /// where the sum differs from the level, which has seen so many lines.
    #[must_use]
    pub fn compare(&self, level: Option<(Pieces, i64)>) -> Vec<LedgerFault> {
        let Self { lines, sum, fault, .. } = *self;
        let differs = match level {
            None => Some(LedgerFault::NoLevel),
            Some((level, _)) if level != sum => Some(LedgerFault::Differs { level, ledger: sum }),
            Some((_, seen)) if seen != lines => Some(LedgerFault::Lines { level: seen, ledger: lines }),
            Some(_) => None,
        };
        fault.into_iter().chain(differs).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(on_hand: i64, reserved: i64) -> Pieces {
        Pieces { on_hand, reserved }
    }

    fn line(sequence: i64, deltas: (i64, i64), after: (i64, i64)) -> Counted {
        Counted { sequence, deltas: pieces(deltas.0, deltas.1), after: pieces(after.0, after.1) }
    }

    /// Ten pieces come, two are ordered, one gets lost.
    const SOUND: [((i64, i64), (i64, i64)); 3] = [((10, 0), (10, 0)), ((0, 2), (10, 2)), ((-1, 0), (9, 2))];

    fn sound() -> Vec<Counted> {
        (1..).zip(SOUND).map(|(sequence, (deltas, after))| line(sequence, deltas, after)).collect()
    }

    fn faults(lines: &[Counted], level: Option<(Pieces, i64)>) -> Vec<LedgerFault> {
        let mut replay = Replay::default();
        lines.iter().for_each(|line| replay.follow(line));
        replay.compare(level)
    }

    #[test]
    fn a_ledger_that_adds_up_has_no_fault() {
        assert_eq!(faults(&sound(), Some((pieces(9, 2), 3))), []);
        assert_eq!(faults(&[], Some((pieces(0, 0), 0))), [], "nothing was ever there");
    }

    #[test]
    fn a_level_that_differs_is_found() {
        let level = pieces(9, 3);
        let differs = LedgerFault::Differs { level, ledger: pieces(9, 2) };
        assert_eq!(faults(&sound(), Some((level, 3))), [differs]);
        assert_eq!(faults(&sound(), Some((pieces(9, 2), 2))), [LedgerFault::Lines { level: 2, ledger: 3 }]);
        assert_eq!(faults(&sound(), None), [LedgerFault::NoLevel]);
        assert_eq!(
            differs.to_string(),
            "the level says 9 on hand and 3 reserved, the ledger 9 on hand and 2 reserved"
        );
    }

    #[test]
    fn a_line_that_was_taken_away_is_found() {
        let mut lines = sound();
        lines.remove(1);
        let found = faults(&lines, Some((pieces(9, 2), 3)));
        assert_eq!(found[0], LedgerFault::Gap { expected: 2, found: 3 });
        assert!(matches!(found[1], LedgerFault::Differs { .. }));
        lines = sound();
        lines.pop();
        assert_eq!(faults(&lines, Some((pieces(9, 2), 3))).len(), 1, "the last one too");
    }

    #[test]
    fn a_line_that_was_changed_is_found_where_it_stands() {
        let mut lines = sound();
        lines[1].after.reserved = 3;
        let broken = LedgerFault::Broken { sequence: 2, expected: pieces(10, 2), found: pieces(10, 3) };
        assert_eq!(faults(&lines, Some((pieces(9, 2), 3))), [broken], "and only the first");
        lines = sound();
        lines[0].deltas.on_hand = 11;
        let found = faults(&lines, Some((pieces(9, 2), 3)));
        assert!(matches!(found[..], [LedgerFault::Broken { sequence: 1, .. }, LedgerFault::Differs { .. }]));
    }
}
