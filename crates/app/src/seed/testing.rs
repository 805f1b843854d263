//! What the tests of the generator share.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::Instant;
use ports::ids::IdGenerator;
use uuid::Uuid;

use super::{assortment::DEPARTMENTS, categories::Place, months::Months};

/// Counts instead of making ids.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl IdGenerator for Counter {
    fn next(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1)
    }
}

/// The months until some day.
pub(super) fn months() -> Months {
    Months { now: Instant::from_timestamp(1_800_000_123, 0).unwrap() }
}

/// Every shelf, each with an id.
pub(super) fn places() -> Vec<Place> {
    let shelves = DEPARTMENTS.iter().flat_map(|department| department.shelves);
    (1..).zip(shelves).map(|(id, shelf)| Place { shelf, category_id: Uuid::from_u128(id).into() }).collect()
}
