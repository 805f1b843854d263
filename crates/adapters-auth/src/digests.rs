//! Keyed digests, for what is found again but never read.

use std::fmt;

use aws_lc_rs::hmac;
use ports::security::KeyedDigests;

use crate::{Pepper, Purpose};

/// HMAC-SHA-256 (RFC 2104) under a key of one purpose.
#[derive(Clone)]
pub struct HmacDigests(hmac::Key);

impl HmacDigests {
    /// Digests for `purpose`; servers with the same pepper make the same ones.
    #[must_use]
    pub fn new(pepper: &Pepper, purpose: Purpose) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &pepper.derive(purpose)))
    }
}

impl KeyedDigests for HmacDigests {
    fn digest(&self, text: &str) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.copy_from_slice(hmac::sign(&self.0, text.as_bytes()).as_ref());
        digest
    }
}

impl fmt::Debug for HmacDigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacDigests(…)")
    }
}
