//! Idempotency keys: a call that is sent again has no second effect and gets the first answer.

use chrono::Duration;

use crate::{Instant, ids::UserId};

/// The most characters of a key.
pub const MAX_KEY_LENGTH: usize = 255;

/// A key that a client has chosen: 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// The key is empty, too long, or not visible ASCII.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to {MAX_KEY_LENGTH} visible ASCII characters")]
pub struct ParseKeyError;

impl IdempotencyKey {
    /// Reads a key.
    ///
    /// # Errors
    /// [`ParseKeyError`].
    pub fn parse(raw: &str) -> Result<Self, ParseKeyError> {
        let fits =
            (1..=MAX_KEY_LENGTH).contains(&raw.len()) && raw.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(raw.to_owned())) } else { Err(ParseKeyError) }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One call, as the client made it: keys of two callers never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedCall {
    /// Who called.
    pub caller: UserId,
    /// The key that came with the call.
    pub key: IdempotencyKey,
    /// A keyed digest of method, path and body; the body itself is never kept.
    pub digest: [u8; 32],
}

impl KeyedCall {
    /// What a sealed answer is bound to: put in another row, it does not open.
    #[must_use]
    pub fn binding(&self) -> String {
        format!("{} {}", self.caller, self.key.as_str())
    }
}

/// An answer as it went over the wire, to be given again byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether the body holds a secret, such as the token of a guest's cart: then it is kept sealed.
    pub is_secret: bool,
}

/// A call and its answer, committed together with the call's effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The call.
    pub call: KeyedCall,
    /// Its answer.
    pub answer: Answer,
    /// When the call took effect.
    pub created_at: Instant,
    /// From when on the key is free again.
    pub expires_at: Instant,
    /// The person whose data the answer holds, when that is not the caller: it is forgotten with that person.
    pub subject: Option<UserId>,
}

/// A call with a key, and how its answer is written once it is known what came of it.
#[derive(Debug, Clone)]
pub struct Keyed<T> {
    /// The call.
    pub call: KeyedCall,
    /// Writes the answer that is sent and recorded.
    pub present: fn(&T) -> Answer,
    /// How long the answer is kept.
    pub ttl: Duration,
}

impl<T> Keyed<T> {
    /// The record to commit with the effect.
    #[must_use]
    pub fn record(&self, value: &T, now: Instant) -> IdempotencyRecord {
        let answer = (self.present)(value);
        let call = self.call.clone();
        IdempotencyRecord { call, answer, created_at: now, expires_at: now + self.ttl, subject: None }
    }
}

/// The key came before with another body or path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this idempotency key was used for another request")]
pub struct KeyReused;

impl IdempotencyRecord {
    /// The same record, which holds data of somebody who need not be the caller.
    #[must_use]
    pub fn about(self, subject: Option<UserId>) -> Self {
        Self { subject: subject.filter(|subject| *subject != self.call.caller), ..self }
    }

    /// The answer for `call`, when it is the call that this record is of.
    ///
    /// # Errors
    /// [`KeyReused`] when the key is the same and the request is not.
    pub fn replay(self, call: &KeyedCall) -> Result<Answer, KeyReused> {
        if self.call.digest == call.digest { Ok(self.answer) } else { Err(KeyReused) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_of_a_bounded_length() {
        assert!(IdempotencyKey::parse("a").is_ok() && IdempotencyKey::parse(&"x".repeat(255)).is_ok());
        for raw in ["", " ", "a b", "ä", "a\n", &"x".repeat(256)] {
            assert_eq!(IdempotencyKey::parse(raw), Err(ParseKeyError), "{raw:?}");
        }
    }

    #[test]
    fn another_request_under_the_same_key_is_refused() {
        let call = KeyedCall {
            caller: uuid::Uuid::nil().into(),
            key: IdempotencyKey::parse("k").unwrap(),
            digest: [1; 32],
        };
        let body = b"{}".to_vec();
        let answer = Answer { status: 201, location: None, etag: None, body, is_secret: false };
        let at = Instant::from_timestamp(0, 0).unwrap();
        let record = IdempotencyRecord {
            call: call.clone(),
            answer: answer.clone(),
            created_at: at,
            expires_at: at,
            subject: None,
        };
        assert_eq!(record.clone().about(Some(call.caller)).subject, None, "a caller's own are theirs anyway");
        let other = Some(uuid::Uuid::max().into());
        assert_eq!(record.clone().about(other).subject, other);
        assert_eq!(record.clone().replay(&call), Ok(answer));
        assert_eq!(record.replay(&KeyedCall { digest: [2; 32], ..call }), Err(KeyReused));
    }
}
