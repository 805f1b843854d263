//! Keyset pages: how many rows are asked for, and from where.

use chrono::TimeZone;
use domain::Instant;
use ports::pagination::{Page, PageRequest, Position};
use uuid::Uuid;

/// The rows that are asked for, at least one more than any page they serve. They stand in a statement's text, so that
/// its plan is made once and for as many; a few steps keep the number of texts small.
const ROWS: [usize; 4] = [11, 21, 51, 101];

/// How many rows to ask for, so that there is one too many when another page follows.
pub(crate) fn rows_for<P>(page: PageRequest<P>) -> usize {
    let [.., most] = ROWS;
    ROWS.into_iter().find(|rows| usize::from(page.limit) < *rows).unwrap_or(most)
}

/// A place before every row of a list that begins with the newest: its first page is the one after this place.
pub(crate) fn newest() -> Position {
    Position { at: year(200_000), id: Uuid::max() }
}

/// An instant before every row.
pub(crate) fn dawn() -> Instant {
    year(1)
}

/// Cuts the rows to one page, and tells where the next one begins.
pub(crate) fn cut<T, P>(mut rows: Vec<T>, page: PageRequest<P>, position: impl Fn(&T) -> P) -> Page<T, P> {
    let limit = usize::from(page.limit);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map(position).filter(|_| more);
    Page { rows, next }
}

fn year(year: i32) -> Instant {
    chrono::Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: u16) -> PageRequest {
        PageRequest { limit, after: None }
    }

    #[test]
    fn one_row_more_than_the_page_is_asked_for() {
        for limit in 1..=100 {
            let rows = rows_for(page(limit));
            assert!(usize::from(limit) < rows && rows < usize::from(limit) + 51, "{limit}: {rows}");
        }
    }

    #[test]
    fn a_next_page_begins_after_the_last_row_when_there_are_more() {
        let position = |n: &u128| Position { at: dawn(), id: Uuid::from_u128(*n) };
        let Page { rows, next } = cut(vec![4, 3, 2, 1], page(3), position);
        assert_eq!((rows, next), (vec![4, 3, 2], Some(position(&2))));
        assert_eq!(cut(vec![3, 2, 1], page(3), position), Page { rows: vec![3, 2, 1], next: None });
        assert_eq!(cut(vec![], page(3), position), Page { rows: vec![], next: None });
    }
}
