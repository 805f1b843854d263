//! Passwords, tokens, keys and randomness: the adapters of `ports::security` and `ports::ids`.
//!
//! Two kinds of secret files feed them, both readable by their owner only: the [`Pepper`], from which every symmetric
//! key is derived, and the directory of signing keys that [`Keys`] loads. No secret shows in `Debug` output, in an
//! error or in the log.
#![deny(missing_docs)]

pub mod bcrypt;
pub mod digests;
pub mod ids;
pub mod jwt;
pub mod keys;
pub mod pepper;
pub mod sealer;
pub mod secret;
pub mod secret_file;

pub use crate::{
    bcrypt::{BcryptHasher, HasherConfig, StartHasherError},
    digests::HmacDigests,
    ids::UuidV7,
    jwt::{JwtAccessTokens, TokenConfig},
    keys::{DirectoryState, Jwk, Jwks, Keys, KeysError},
    pepper::{Pepper, PepperError, Purpose},
    sealer::AeadSealer,
    secret::RandomSecrets,
    secret_file::SecretFileError,
};
