//! Ctrl-C and its like: nothing is torn down in a signal handler; whoever waits looks here now and then.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::failure::Failure;

/// How often a waiting loop looks around.
const BEAT: Duration = Duration::from_millis(20);

/// Whether somebody asked the program to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on the signals that end a program are only noted.
    ///
    /// # Errors
    /// When the system does not let us.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let interrupt = Self::default();
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&interrupt.0))
                .map_err(|error| Failure::new("can't listen for Ctrl-C", error))?;
        }
        Ok(interrupt)
    }

    /// Lets the work go on.
    ///
    /// # Errors
    /// Once a signal has come.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.0.load(Ordering::Relaxed) { Err(Failure::say("interrupted")) } else { Ok(()) }
    }

    /// Sleeps for `time`.
    ///
    /// # Errors
    /// As soon as a signal comes.
    pub(crate) fn sleep(&self, time: Duration) -> Result<(), Failure> {
        let end = Instant::now() + time;
        loop {
            self.check()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(BEAT));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeper_wakes_when_a_signal_has_come() {
        let interrupt = Interrupt::default();
        assert!(interrupt.sleep(Duration::from_millis(1)).is_ok());

        interrupt.0.store(true, Ordering::Relaxed);

        assert!(interrupt.sleep(Duration::from_secs(3600)).is_err());
    }
}
