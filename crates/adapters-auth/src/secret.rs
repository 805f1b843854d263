//! Random secrets that their owners keep, such as refresh tokens.

use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ports::{
    security::{SecretToken, SecretTokens},
    storage::Cause,
};

/// Makes secrets of 256 random bits in base64url (43 characters) and keeps their SHA-256. A plain digest is enough:
/// nobody can try 2^256 secrets, so neither salt nor stretching would add anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomSecrets;

impl SecretTokens for RandomSecrets {
    fn generate(&self) -> Result<SecretToken, Cause> {
        let mut bits = [0; 32];
        rand::fill(&mut bits)?;
        let secret = URL_SAFE_NO_PAD.encode(bits);
        let digest = self.digest(&secret);
        Ok(SecretToken { secret, digest })
    }

    fn digest(&self, secret: &str) -> [u8; 32] {
        sha256(secret.as_bytes())
    }
}

/// SHA-256 (FIPS 180-4).
pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, message).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_256_bits_and_is_found_by_its_digest() {
        let token = RandomSecrets.generate().unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(&token.secret).unwrap().len(), 32);
        assert_eq!(RandomSecrets.digest(&token.secret), token.digest);
        assert_ne!(RandomSecrets.generate().unwrap().secret, token.secret);
    }

    #[test]
    fn the_digest_is_sha_256() {
        let abc = [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea];
        assert!(RandomSecrets.digest("abc").starts_with(&abc));
    }
}
