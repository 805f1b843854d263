//! Waiting for a fact, but not for ever.

use std::thread;
use std::time::{Duration, Instant};

/// Asks again and again until `fact` holds or `limit` has passed; says whether it holds.
pub(crate) fn wait_until(limit: Duration, mut fact: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_millis(2);
    loop {
        if fact() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
