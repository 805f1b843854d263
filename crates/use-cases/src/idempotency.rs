//! One mechanism for every call with an idempotency key.
//!
//! The answer is recorded in the transaction of the effect, so there is nothing to look up on the way to success: a
//! second commit under the same key fails on the key. Whenever an attempt fails, for that reason or any other, the
//! record is looked for, and what the first call got is given again. A refused call leaves no record, so its key is
//! free.

use std::future::Future;

pub use domain::idempotency::Keyed;
use domain::idempotency::{Answer, IdempotencyRecord, KeyReused};
use ports::idempotency::IdempotencyReader;

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It took effect.
    Done {
        /// What it made.
        value: T,
        /// The answer that was recorded, when the call had a key.
        answer: Option<Answer>,
    },
    /// It had taken effect before; this is the answer from then.
    Replayed(Answer),
}

impl<T> Outcome<T> {
    /// It took effect now.
    pub(crate) fn done(value: T, record: Option<IdempotencyRecord>) -> Self {
        Self::Done { value, answer: record.map(|record| record.answer) }
    }
}

/// Makes `attempt` and, when it fails, gives the answer that the key got before.
pub(crate) async fn once<T, E: From<KeyReused>>(
    records: &dyn IdempotencyReader,
    keyed: Option<&Keyed<T>>,
    attempt: impl Future<Output = Result<Outcome<T>, E>>,
) -> Result<Outcome<T>, E> {
    match (attempt.await, keyed) {
        (Err(error), Some(Keyed { call, .. })) => match records.find(call.caller, &call.key).await {
            Ok(Some(record)) => Ok(Outcome::Replayed(record.replay(call)?)),
            Ok(None) | Err(_) => Err(error),
        },
        (result, _) => result,
    }
}
