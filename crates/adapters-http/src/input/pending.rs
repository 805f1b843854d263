//! Faults of the query and the headers that wait for the body's, so that one answer lists them all.
//!
//! Actix creates the futures of all extractors of a handler before it polls the first. An extractor with faults
//! leaves them here; when the handler takes a body too, it stays pending and lets the body's extractor fail.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{HttpMessage, HttpRequest};

use super::finish;
use crate::problem::{ApiError, Fault, Faults};

#[derive(Default)]
struct Pending {
    body_expected: bool,
    faults: Vec<Fault>,
}

fn with<R: Default>(request: &HttpRequest, act: impl FnOnce(&mut Pending) -> R) -> R {
    let mut extensions = request.extensions_mut();
    if !extensions.contains::<Pending>() {
        extensions.insert(Pending::default());
    }
    extensions.get_mut::<Pending>().map(act).unwrap_or_default()
}

/// Says that a body's extractor will answer for all faults.
pub(super) fn expect_body(request: &HttpRequest) {
    with(request, |pending| pending.body_expected = true);
}

/// All faults that other extractors have found.
pub(super) fn take(request: &HttpRequest) -> Vec<Fault> {
    with(request, |pending| std::mem::take(&mut pending.faults))
}

/// What an extractor without a body has found: a value, a refusal, or faults that wait for the body's.
#[derive(Debug)]
pub struct Checked<T>(State<T>);

#[derive(Debug)]
enum State<T> {
    Done(Option<Result<T, ApiError>>),
    Faulty(HttpRequest),
}

/// The future of an extractor that does not wait for anything but, in case of faults, the body.
pub(crate) fn check<T>(request: &HttpRequest, outcome: Result<(Option<T>, Faults), ApiError>) -> Checked<T> {
    Checked(match outcome {
        Ok((Some(value), faults)) if faults.is_empty() => State::Done(Some(Ok(value))),
        Ok((_, faults)) => {
            with(request, |pending| pending.faults.extend(faults.into_vec()));
            State::Faulty(request.clone())
        }
        Err(error) => State::Done(Some(Err(error))),
    })
}

impl<T> Checked<T> {
    /// A value without faults.
    pub(crate) fn value(value: T) -> Self {
        Self(State::Done(Some(Ok(value))))
    }

    /// A refusal that needs no other extractor's opinion.
    pub(crate) fn refusal(error: ApiError) -> Self {
        Self(State::Done(Some(Err(error))))
    }
}

impl<T: Unpin> Future for Checked<T> {
    type Output = Result<T, ApiError>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Done(result) => match result.take() {
                Some(result) => Poll::Ready(result),
                None => Poll::Pending,
            },
            State::Faulty(request) if with(request, |pending| pending.body_expected) => Poll::Pending,
            State::Faulty(request) => {
                let mut faults = Faults::default();
                faults.append(take(request));
                Poll::Ready(finish(None, faults))
            }
        }
    }
}
