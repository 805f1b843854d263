//! Pages of lists, by keyset.

use domain::Instant;
use uuid::Uuid;

/// How much of a list is wanted, and from where; `P` is a row's place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest<P = Position> {
    /// How many at most: 1 to 100.
    pub limit: u16,
    /// After which row; `None` from the beginning.
    pub after: Option<P>,
}

/// A row's place in a list that is sorted by time and then by id: the next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The row's time.
    pub at: Instant,
    /// The row's id.
    pub id: Uuid,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P = Position> {
    /// The rows.
    pub rows: Vec<T>,
    /// The place of the last one, when there are more after it.
    pub next: Option<P>,
}
