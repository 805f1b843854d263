//! Turns among those who change one thing, taken before a connection is: many at once would otherwise take every
//! connection, to wait for each other in the database.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// So many things can be changed at once; those that share a turn wait for each other without need.
const TURNS: usize = 64;

/// The turns of one store.
#[derive(Clone)]
pub(crate) struct Turns(Arc<[Mutex<()>]>);

impl Turns {
    pub(crate) fn new() -> Self {
        Self((0..TURNS).map(|_| Mutex::new(())).collect())
    }

    /// Waits until nobody else has the turn of this thing, and keeps it for as long as the guard lives.
    pub(crate) async fn take(&self, id: Uuid) -> Option<MutexGuard<'_, ()>> {
        let turn = usize::from(id.as_bytes().iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte))) % TURNS;
        Some(self.0.get(turn)?.lock().await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn two_who_change_one_thing_wait_for_each_other_and_others_do_not() {
        let turns = Turns::new();
        let first = turns.take(Uuid::from_u128(1)).await;
        let patience = Duration::from_millis(20);
        assert!(timeout(patience, turns.take(Uuid::from_u128(1))).await.is_err());
        assert!(timeout(patience, turns.take(Uuid::from_u128(2))).await.is_ok());
        drop(first);
        assert!(timeout(patience, turns.take(Uuid::from_u128(1))).await.is_ok());
    }
}
