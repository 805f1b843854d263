//! Sealed texts, for what is written down for later and may not be read by whoever reads the database.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use ports::{security::Sealer, storage::Cause};

use crate::{Pepper, Purpose};

/// AES-256-GCM (NIST SP 800-38D) under a key of one purpose, with a random nonce before each sealed text.
pub struct AeadSealer(RandomizedNonceKey);

/// Why a text can't be opened.
#[derive(Debug, thiserror::Error)]
#[error("was not sealed with this key for this place, or was changed since")]
struct NotOurs;

impl AeadSealer {
    /// Seals for `purpose`; servers with the same pepper open what each other has sealed.
    ///
    /// # Errors
    /// When the cipher does not take the key, which it always does.
    pub fn new(pepper: &Pepper, purpose: Purpose) -> Result<Self, Cause> {
        Ok(Self(RandomizedNonceKey::new(&AES_256_GCM, &pepper.derive(purpose))?))
    }
}

impl Sealer for AeadSealer {
    fn seal(&self, text: &str, binding: &str) -> Result<Vec<u8>, Cause> {
        let mut sealed = text.as_bytes().to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(binding), &mut sealed)?;
        Ok([&nonce.as_ref()[..], &sealed].concat())
    }

    fn open(&self, sealed: &[u8], binding: &str) -> Result<String, Cause> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(NotOurs)?;
        let mut text = text.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let opened = self.0.open_in_place(nonce, Aad::from(binding), &mut text).map_err(|_| NotOurs)?;
        Ok(String::from_utf8(opened.to_vec())?)
    }
}

impl fmt::Debug for AeadSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AeadSealer(…)")
    }
}
