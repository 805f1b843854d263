//! The pepper: one secret file, from which every symmetric key of the shop is derived.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use aws_lc_rs::{hmac, rand};

use crate::secret_file::{self, SecretFileError};

/// The fewest bytes of a pepper.
const MIN_LENGTH: usize = 32;

/// The shop's secret. It is kept apart from the database, so that whoever steals only the hashes can't try passwords
/// against them. Without it nobody can log in any more: back it up.
#[derive(Clone)]
pub struct Pepper(hmac::Key);

/// What a derived key is for. Each use has a key of its own, so that none tells anything about another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The HMAC that a password goes through before bcrypt.
    Passwords,
    /// What HTTP signs: the cursors of lists, and the digests by which repeated requests are recognised.
    Http,
    /// The digests under which attempts to log in are counted.
    Attempts,
    /// The secrets in mails that wait to be sent.
    Mails,
    /// The answers that are kept to be given again and hold a secret.
    Answers,
}

/// Why there is no pepper.
#[derive(Debug, thiserror::Error)]
pub enum PepperError {
    /// The file can't be used.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// The file is too small.
    #[error(
        "{} has {length} bytes and needs at least {MIN_LENGTH}; make one with: head -c {MIN_LENGTH} /dev/urandom",
        path.display()
    )]
    TooShort {
        /// Which file.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
    },
    /// The operating system gives no randomness.
    #[error("the operating system gives no random bytes for a pepper")]
    NoRandomness,
}

impl Purpose {
    /// Changing a label changes the key: all that was made with it becomes void.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Passwords => b"stoa/v1/passwords",
            Self::Http => b"stoa/v1/http",
            Self::Attempts => b"stoa/v1/attempts",
            Self::Mails => b"stoa/v1/mails",
            Self::Answers => b"stoa/v1/answers",
        }
    }
}

impl Pepper {
    /// Reads the pepper from a file that only its owner can read. Each byte counts, a line break at the end too.
    ///
    /// # Errors
    /// [`PepperError`], a sentence that names the file and what to do.
    pub fn load(path: &Path) -> Result<Self, PepperError> {
        let secret = secret_file::read(path)?;
        if secret.len() < MIN_LENGTH {
            return Err(PepperError::TooShort { path: path.to_owned(), length: secret.len() });
        }
        Ok(Self::new(&secret))
    }

    /// Makes a new pepper of 256 random bits and keeps it in a new file, mode 0600.
    ///
    /// # Errors
    /// [`SecretFileError::Exists`] when there is one: it is never overwritten. Another [`PepperError`] when it can't
    /// be made.
    pub fn generate_into(path: &Path) -> Result<Self, PepperError> {
        let mut secret = [0; MIN_LENGTH];
        rand::fill(&mut secret).map_err(|_| PepperError::NoRandomness)?;
        if let Some(dir) = path.parent() {
            secret_file::create_dir(dir)?;
        }
        secret_file::create(path, &secret)?;
        Ok(Self::new(&secret))
    }

    /// The key for one purpose: HMAC-SHA-256 of the purpose's label under the pepper, a pseudorandom function used
    /// as in the expand step of HKDF (RFC 5869). The same pepper gives the same keys for ever.
    #[must_use]
    pub fn derive(&self, purpose: Purpose) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(hmac::sign(&self.0, purpose.label()).as_ref());
        key
    }

    fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}
