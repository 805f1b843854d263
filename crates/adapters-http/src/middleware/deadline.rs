//! When a request must be answered: a clock that starts with the body's last byte.

use std::{cell::Cell, rc::Rc, time::Duration};

use actix_web::{HttpMessage, HttpRequest};
use tokio::time::Instant;

/// The clock of one request.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    limit: Duration,
    at: Rc<Cell<Option<Instant>>>,
}

impl Deadline {
    /// Starts the clock.
    pub(super) fn start(request: &HttpRequest, limit: Duration) -> Self {
        let deadline = Self { limit, at: Rc::new(Cell::new(Some(Instant::now() + limit))) };
        request.extensions_mut().insert(deadline.clone());
        deadline
    }

    /// What `work` gives, or `None` when the deadline has passed before.
    pub(super) async fn bound<W: Future>(&self, work: W) -> Option<W::Output> {
        let mut work = std::pin::pin!(work);
        loop {
            let Some(at) = self.at.get() else { return Some(work.await) };
            match tokio::time::timeout_at(at, &mut work).await {
                Ok(output) => return Some(output),
                Err(_) if self.at.get() == Some(at) => return None,
                Err(_) => {}
            }
        }
    }
}

fn set(request: &HttpRequest, at: impl FnOnce(&Deadline) -> Option<Instant>) {
    if let Some(deadline) = request.extensions().get::<Deadline>() {
        deadline.at.set(at(deadline));
    }
}

/// Lets a body take its time: the deadline is `at_most` later.
pub(crate) fn suspend(request: &HttpRequest, at_most: Duration) {
    set(request, |deadline| Some(Instant::now() + at_most + deadline.limit));
}

/// The body is here: the clock starts anew.
pub(crate) fn restart(request: &HttpRequest) {
    set(request, |deadline| Some(Instant::now() + deadline.limit));
}

/// Lifts the deadline: for routes that stream their body in.
pub(crate) fn lift(request: &HttpRequest) {
    set(request, |_| None);
}
