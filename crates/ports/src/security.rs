//! Passwords, tokens and secrets.

use async_trait::async_trait;
use chrono::Duration;
use domain::{
    Instant,
    accounts::{Caller, Password},
};

use crate::storage::Cause;

/// Why a password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// So many are waiting to be hashed that another one would wait too long.
    #[error("too many passwords are being checked")]
    Overloaded,
    /// The hasher failed, or the stored hash can't be read.
    #[error("a password could not be hashed")]
    Failed(#[source] Cause),
}

/// What comparing a password has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is the one. `rehashed` is its hash at today's cost, when the stored one is cheaper.
    Matches {
        /// The new hash to keep, if any.
        rehashed: Option<String>,
    },
    /// It is another one.
    Differs,
}

/// Hashes passwords, away from the event loop and a bounded number at a time.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The hash to keep. Every character counts, however long the password is.
    async fn hash(&self, password: &Password) -> Result<String, HashError>;

    /// Compares with the hash that is kept. Without one (nobody has the account) it takes as long and gives
    /// [`PasswordCheck::Differs`].
    async fn check(&self, password: &Password, hash: Option<String>) -> Result<PasswordCheck, HashError>;
}

/// Why an access token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good once.
    #[error("the access token has expired")]
    Expired,
    /// It never was, or nobody can tell.
    #[error("the access token is not valid")]
    Invalid,
}

/// An access token, as its owner gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token, a JWT in compact form (RFC 9068).
    pub token: String,
    /// How long it is good for.
    pub lifetime: Duration,
}

/// Issues access tokens, and tells whose they are.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AccessTokens: Send + Sync {
    /// A token that speaks for `caller` from `now` on.
    ///
    /// # Errors
    /// The cause, when signing fails.
    fn issue(&self, caller: &Caller, now: Instant) -> Result<AccessToken, Cause>;

    /// Whose token this is. Signature, algorithm, type, key, issuer, audience and every time are checked.
    ///
    /// # Errors
    /// [`TokenError`] when it is not to be believed.
    fn verify(&self, token: &str, now: Instant) -> Result<Caller, TokenError>;
}

/// Why nobody is admitted by an access token, although it is a good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdmissionError {
    /// Its session was ended.
    #[error("the session was ended")]
    Ended,
    /// Which sessions were ended is not known yet.
    #[error("the ended sessions are not known yet")]
    NotKnown,
}

/// Knows what has changed since access tokens were issued: which sessions were ended, and whose roles are others. A
/// change of this process counts at once, one of another within a second. It asks nobody and never waits.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait CallerRegistry: Send + Sync {
    /// The caller that a verified token names, with the roles of this moment.
    ///
    /// # Errors
    /// [`AdmissionError`].
    fn admit(&self, caller: Caller) -> Result<Caller, AdmissionError>;
}

/// A secret that its owner keeps, and the digest that the shop keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken {
    /// The secret: at least 128 random bits, in base64url.
    pub secret: String,
    /// The digest by which the secret is found again.
    pub digest: [u8; 32],
}

/// Makes secrets such as refresh tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SecretTokens: Send + Sync {
    /// A new secret.
    ///
    /// # Errors
    /// The cause, when the operating system gives no randomness.
    fn generate(&self) -> Result<SecretToken, Cause>;

    /// The digest of a secret that somebody presents.
    fn digest(&self, secret: &str) -> [u8; 32];
}

/// Seals what must be read again later but by nobody else: authenticated encryption under a key that the database does
/// not have. What is sealed is bound to where it stands, so that it can't be passed off for something else.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Sealer: Send + Sync {
    /// The text, sealed; each time differently. It opens only with the same `binding`.
    ///
    /// # Errors
    /// The cause, when the operating system gives no randomness.
    fn seal(&self, text: &str, binding: &str) -> Result<Vec<u8>, Cause>;

    /// The text that was sealed.
    ///
    /// # Errors
    /// The cause, when it was sealed under another key or with another `binding`, or changed.
    fn open(&self, sealed: &[u8], binding: &str) -> Result<String, Cause>;
}

/// Digests of what may not be stored in clear but must be found again. Nobody can try texts against them without the key.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait KeyedDigests: Send + Sync {
    /// The digest of a text; the same text has the same digest on every server of the shop.
    fn digest(&self, text: &str) -> [u8; 32];
}
