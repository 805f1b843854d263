//! Picking pieces of an order's lines, to ship them or to take them back.

use std::collections::BTreeMap;

use super::{OrderLine, Quantity};
use crate::ids::OrderLineId;

/// Some pieces of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineQuantity {
    /// Which line.
    pub line_id: OrderLineId,
    /// How many.
    pub quantity: Quantity,
}

/// What is wrong with a picked line. Places count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The order has no such line.
    #[error("this order has no such line")]
    Unknown {
        /// The place of the picked line.
        place: usize,
    },
    /// More than there is, together with the same line's earlier picks.
    #[error("only {left} are left")]
    TooMany {
        /// The place of the picked line.
        place: usize,
        /// How many there are.
        left: u32,
    },
}

/// Why pieces can't be picked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// Nothing is asked for, or nothing is left.
    #[error("there is nothing to pick")]
    Nothing,
    /// Some picked lines are not there, or are too many.
    #[error("not all of these lines can be picked")]
    Lines(Vec<LineFault>),
}

impl LineFault {
    /// The place of the picked line that is at fault.
    #[must_use]
    pub const fn place(self) -> usize {
        match self {
            Self::Unknown { place } | Self::TooMany { place, .. } => place,
        }
    }
}

/// Picks what is `asked` for where `left` says that there is so much; a line named twice is added up. The result has
/// each line once, in the order of the order's lines.
pub(super) fn pick(
    lines: &[OrderLine],
    asked: &[LineQuantity],
    left: impl Fn(&OrderLine) -> u32,
) -> Result<Vec<LineQuantity>, PickError> {
    let mut picked = BTreeMap::<OrderLineId, u32>::new();
    let mut faults = Vec::new();
    for (place, pick) in asked.iter().enumerate() {
        let Some(line) = lines.iter().find(|line| line.id == pick.line_id) else {
            faults.push(LineFault::Unknown { place });
            continue;
        };
        let sum = picked.entry(line.id).or_default();
        *sum = sum.saturating_add(pick.quantity.get());
        if *sum > left(line) {
            faults.push(LineFault::TooMany { place, left: left(line) });
        }
    }
    if !faults.is_empty() {
        return Err(PickError::Lines(faults));
    }
    collect(lines, |line| picked.get(&line.id).copied().unwrap_or(0))
}

/// Picks all that is `left`.
pub(super) fn pick_all(
    lines: &[OrderLine],
    left: impl Fn(&OrderLine) -> u32,
) -> Result<Vec<LineQuantity>, PickError> {
    collect(lines, left)
}

fn collect(lines: &[OrderLine], pieces: impl Fn(&OrderLine) -> u32) -> Result<Vec<LineQuantity>, PickError> {
    let picked: Vec<_> = lines
        .iter()
        .filter_map(|line| {
            let quantity = Quantity::new(pieces(line)).ok()?;
            Some(LineQuantity { line_id: line.id, quantity })
        })
        .collect();
    if picked.is_empty() { Err(PickError::Nothing) } else { Ok(picked) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::fixtures::{line, picks};

    #[test]
    fn a_line_named_twice_is_added_up_and_found_in_the_order_s_own_order() {
        let lines = [line(1, 5, 100), line(2, 5, 100)];
        let picked = pick(&lines, &picks(&[(2, 1), (1, 2), (2, 3)]), OrderLine::open).unwrap();
        assert_eq!(picked, picks(&[(1, 2), (2, 4)]));
    }

    #[test]
    fn every_line_that_is_at_fault_is_named_by_its_place() {
        let lines = [line(1, 5, 100), line(2, 5, 100)];
        let faults = pick(&lines, &picks(&[(2, 3), (3, 1), (1, 6), (2, 3)]), OrderLine::open).unwrap_err();
        let expected = vec![
            LineFault::Unknown { place: 1 },
            LineFault::TooMany { place: 2, left: 5 },
            LineFault::TooMany { place: 3, left: 5 },
        ];
        assert_eq!(faults, PickError::Lines(expected));
    }

    #[test]
    fn nothing_can_not_be_picked() {
        let mut shipped = line(1, 5, 100);
        assert_eq!(pick(std::slice::from_ref(&shipped), &[], OrderLine::open), Err(PickError::Nothing));
        shipped.fulfilled_quantity = 4;
        let lines = [shipped];
        assert_eq!(pick_all(&lines, OrderLine::open).unwrap(), picks(&[(1, 1)]));
        assert_eq!(pick_all(&lines, OrderLine::returnable), Err(PickError::Nothing));
    }
}
