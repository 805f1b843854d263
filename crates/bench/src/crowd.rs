//! Customers who log in while something else is measured.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{request::Request, wire::Wire};

/// How long somebody waits who is told that too many are logging in: what `Retry-After` says.
const LATER: Duration = Duration::from_secs(1);

/// How often somebody who waits looks whether it is over.
const BEAT: Duration = Duration::from_millis(20);

/// People who log in again and again, each as soon as the last answer is there.
#[derive(Debug)]
pub(crate) struct Crowd {
    over: Arc<AtomicBool>,
    people: Vec<JoinHandle<LogIns>>,
    begun: Instant,
}

/// What became of their log-ins.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct LogIns {
    /// Who was logged in.
    pub(crate) done: u32,
    /// Who was told to come again later (503).
    pub(crate) put_off: u32,
    /// Anything else, which should not be.
    pub(crate) failed: u32,
    /// For how long they went on, in seconds.
    pub(crate) seconds: f64,
}

impl Crowd {
    /// So many people begin to log in, each with some of the requests.
    pub(crate) fn gather(wire: &Wire, deck: &[Request], people: usize) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let one = |number: usize| {
            let (wire, over) = (wire.clone(), Arc::clone(&over));
            let own: Vec<Request> = deck.iter().skip(number).step_by(people).cloned().collect();
            thread::spawn(move || log_in(&wire, &own, &over))
        };
        let people = (0..people).map(one).collect();
        Self { over, people, begun: Instant::now() }
    }

    /// They stop, once each has got the answer that they wait for.
    pub(crate) fn disperse(mut self) -> LogIns {
        self.over.store(true, Ordering::Relaxed);
        let seconds = self.begun.elapsed().as_secs_f64();
        let counts = std::mem::take(&mut self.people).into_iter().filter_map(|one| one.join().ok());
        LogIns { seconds, ..counts.fold(LogIns::default(), LogIns::and) }
    }
}

impl Drop for Crowd {
    /// Whoever is not asked what became of it stops as well.
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

impl LogIns {
    /// All of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            done: self.done + other.done,
            put_off: self.put_off + other.put_off,
            failed: self.failed + other.failed,
            seconds: self.seconds + other.seconds,
        }
    }

    /// So many in a second.
    pub(crate) fn rate(&self, count: u32) -> f64 {
        if self.seconds > 0.0 { f64::from(count) / self.seconds } else { 0.0 }
    }
}

/// What one of them does.
fn log_in(wire: &Wire, deck: &[Request], over: &AtomicBool) -> LogIns {
    let mut counted = LogIns::default();
    for request in deck.iter().cycle() {
        if over.load(Ordering::Relaxed) {
            break;
        }
        match wire.send(request) {
            Ok((200, _)) => counted.done += 1,
            Ok((503, _)) => {
                counted.put_off += 1;
                wait(over);
            }
            _ => {
                counted.failed += 1;
                wait(over);
            }
        }
    }
    counted
}

fn wait(over: &AtomicBool) {
    let end = Instant::now() + LATER;
    while Instant::now() < end && !over.load(Ordering::Relaxed) {
        thread::sleep(BEAT);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
    };

    use super::*;

    /// A server that answers each connection's only request with one of these statuses, in turn.
    fn server(statuses: &'static [&'static str]) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Wire::new(listener.local_addr().unwrap());
        thread::spawn(move || {
            for (connection, status) in listener.incoming().zip(statuses.iter().cycle()) {
                let mut connection = connection.unwrap();
                let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                write!(connection, "HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}")
                    .unwrap();
            }
        });
        wire
    }

    #[test]
    fn a_crowd_logs_in_until_it_is_told_to_stop_and_counts_what_became_of_it() {
        let deck = ["a", "b"].map(|path| Request::get(format!("/{path}")));
        let crowd = Crowd::gather(&server(&["200 OK", "200 OK", "503 Service Unavailable"]), &deck, 2);
        thread::sleep(Duration::from_millis(200));

        let counted = crowd.disperse();

        assert!(counted.done >= 2 && counted.put_off >= 1 && counted.failed == 0, "{counted:?}");
        assert!(counted.rate(counted.done) > 0.0 && counted.seconds >= 0.2);
    }
}
