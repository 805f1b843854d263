//! The database's clock, read without asking the database.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time,
};

use diesel::{dsl::sql, select, sql_types::Timestamptz};
use domain::Instant;
use ports::{clock::Clock, storage::StorageError};

use crate::{pool::Database, retry::read};

/// How often one comparison asks; the quickest answer tells most.
const PROBES: usize = 3;

/// Tells the database's time by this machine's monotonic clock, once the two have been compared.
///
/// It is a little behind, by the time that an answer of the database takes at most, and never ahead: what begins "now"
/// has begun for the database as well. Comparing again each second or so keeps the two from drifting apart.
pub struct DatabaseClock {
    database: Database,
    /// From here this process counts its own microseconds.
    start: time::Instant,
    /// The database's time at `start`, in microseconds since 1970.
    time_at_start: AtomicI64,
    /// The latest instant that was told.
    told: AtomicI64,
}

impl DatabaseClock {
    /// Asks through the pool of `database`. Until [`sync`](Self::sync) has passed once, it tells nothing of use.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let (time_at_start, told) = (AtomicI64::new(0), AtomicI64::new(i64::MIN));
        Self { database, start: time::Instant::now(), time_at_start, told }
    }

    /// Compares the clocks.
    ///
    /// # Errors
    /// [`StorageError`] when the database does not answer; the clock goes on as before.
    pub async fn sync(&self) -> Result<(), StorageError> {
        use diesel_async::RunQueryDsl; // not above: its `load` would hide that of the atomics

        let probes = read(&self.database, |mut connection| async move {
            let mut probes = [(time::Duration::MAX, 0); PROBES];
            for probe in &mut probes {
                let asked = self.start.elapsed();
                let time: Instant =
                    select(sql::<Timestamptz>("clock_timestamp()")).get_result(&mut connection).await?;
                let answered = self.start.elapsed();
                *probe = (answered.saturating_sub(asked), time.timestamp_micros() - micros(answered));
            }
            Ok(probes)
        })
        .await?;
        if let Some((_, time_at_start)) = probes.into_iter().min() {
            self.time_at_start.store(time_at_start, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> Instant {
        let now = self.time_at_start.load(Ordering::Relaxed) + micros(self.start.elapsed());
        let told = self.told.fetch_max(now, Ordering::Relaxed).max(now);
        Instant::from_timestamp_micros(told).unwrap_or(Instant::MAX_UTC)
    }
}

fn micros(duration: time::Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
