//! The keys that sign and verify access tokens: one file each.

mod directory;
mod jwks;

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use domain::Instant;
use jsonwebtoken::{DecodingKey, EncodingKey};
use pem::{EncodeConfig, LineEnding, Pem};

pub use self::{
    directory::DirectoryState,
    jwks::{Jwk, Jwks},
};
use crate::secret_file::{self, SecretFileError};

/// What PEM calls a key in PKCS#8 (RFC 7468, section 10).
const PEM_TAG: &str = "PRIVATE KEY";
const MAX_KID_LENGTH: usize = 64;

/// The key pairs of one directory, each by its id (`kid`). One signs; all verify.
///
/// A file is named `<kid>.pem` and holds an Ed25519 key in PKCS#8 (RFC 8410). A kid that Stoa makes is the UTC time
/// of its making, to the millisecond, and the beginning of the key's thumbprint (RFC 7638), as in
/// `20261122T093000000Z-kPrK_qmx`. So kids sort by age, and copying or restoring the files does not change which is
/// the newest, as it would change their modification times. Whoever names keys otherwise names the active one too.
///
/// A new key logs nobody out: the old one goes on verifying until its file is removed, which is safe once its last
/// token has expired.
#[derive(Clone)]
pub struct Keys {
    active: String,
    signing: EncodingKey,
    public: BTreeMap<String, PublicKey>,
}

#[derive(Clone)]
struct PublicKey {
    verifying: DecodingKey,
    jwk: Jwk,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file or the directory can't be used.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// There is no key.
    #[error("{} holds no signing key; make one with: stoa keys rotate", dir.display())]
    NoKeys {
        /// Where one should be.
        dir: PathBuf,
    },
    /// The file's name can't be a kid.
    #[error(
        "{} must be named <kid>.pem, with a kid of at most {MAX_KID_LENGTH} letters, digits, hyphens and underscores",
        path.display()
    )]
    Name {
        /// Which file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error(
        "{} holds no Ed25519 private key in PKCS#8 PEM; make one with: openssl genpkey -algorithm ed25519",
        path.display()
    )]
    NotAKey {
        /// Which file.
        path: PathBuf,
    },
    /// The key that should sign is not there.
    #[error("the active key {kid} is not in {}; name one that is there: {found}", dir.display())]
    NoActiveKey {
        /// Which key should sign.
        kid: String,
        /// Where it should be.
        dir: PathBuf,
        /// Which ones are there.
        found: String,
    },
    /// A new key would not be the newest by its name.
    #[error("{} sorts after a new key and would go on signing; remove it, or name the active key", path.display())]
    NotNewest {
        /// Which file.
        path: PathBuf,
    },
    /// The cryptographic library failed.
    #[error("no key could be generated")]
    Generation,
}

impl Keys {
    /// Loads every key of a directory. The active one signs; without a name, the one whose kid sorts last, which is
    /// the newest.
    ///
    /// # Errors
    /// [`KeysError`], a sentence that names the file and what to do.
    pub fn load(dir: &Path, active_kid: Option<&str>) -> Result<Self, KeysError> {
        let mut pairs = BTreeMap::new();
        for path in key_files(dir)? {
            let kid = kid(&path)?.to_owned();
            let pair = parse(&secret_file::read(&path)?).ok_or(KeysError::NotAKey { path })?;
            pairs.insert(kid, pair);
        }
        let newest = pairs.keys().next_back().ok_or_else(|| KeysError::NoKeys { dir: dir.to_owned() })?;
        let active = active_kid.unwrap_or(newest).to_owned();
        let Some(pair) = pairs.get(&active) else {
            let found = pairs.into_keys().collect::<Vec<_>>().join(", ");
            return Err(KeysError::NoActiveKey { kid: active, dir: dir.to_owned(), found });
        };
        let signing = signing_key(pair)?;
        let public = pairs.into_iter().map(|(kid, pair)| (kid.clone(), PublicKey::new(kid, &pair))).collect();
        Ok(Self { active, signing, public })
    }

    /// Makes a new key in a directory (mode 0700 when it is made too), which is then the newest, and gives its kid.
    ///
    /// # Errors
    /// [`KeysError`]; then there is no new key.
    pub fn generate_into(dir: &Path, now: Instant) -> Result<String, KeysError> {
        secret_file::create_dir(dir)?;
        let pair = Ed25519KeyPair::generate().map_err(|_| KeysError::Generation)?;
        let print = Jwk::new(String::new(), pair.public_key().as_ref()).thumbprint();
        let print: String = print.chars().take(8).collect();
        let new = format!("{}-{print}", now.format("%Y%m%dT%H%M%S%3fZ"));
        for path in key_files(dir)? {
            if kid(&path)? >= new.as_str() {
                return Err(KeysError::NotNewest { path });
            }
        }
        let document = pair.to_pkcs8v1().map_err(|_| KeysError::Generation)?;
        let pem = Pem::new(PEM_TAG, document.as_ref());
        let text = pem::encode_config(&pem, EncodeConfig::new().set_line_ending(LineEnding::LF));
        secret_file::create(&dir.join(format!("{new}.pem")), text.as_bytes())?;
        Ok(new)
    }

    /// The kid of the key that signs.
    #[must_use]
    pub fn active_kid(&self) -> &str {
        &self.active
    }

    /// What may be published (RFC 7517): every verifying key, nothing private.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        Jwks { keys: self.public.values().map(|key| key.jwk.clone()).collect() }
    }

    pub(crate) const fn signing(&self) -> &EncodingKey {
        &self.signing
    }

    pub(crate) fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.public.get(kid).map(|key| &key.verifying)
    }
}

impl PublicKey {
    fn new(kid: String, pair: &Ed25519KeyPair) -> Self {
        let point = pair.public_key().as_ref();
        Self { verifying: DecodingKey::from_ed_der(point), jwk: Jwk::new(kid, point) }
    }
}

/// A key pair in the form that the token library takes. It is written anew because a file may lack the public half.
fn signing_key(pair: &Ed25519KeyPair) -> Result<EncodingKey, KeysError> {
    let document = pair.to_pkcs8().map_err(|_| KeysError::Generation)?;
    Ok(EncodingKey::from_ed_der(document.as_ref()))
}

fn parse(file: &[u8]) -> Option<Ed25519KeyPair> {
    let pem = pem::parse(file).ok().filter(|pem| pem.tag() == PEM_TAG)?;
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(pem.contents()).ok()
}

fn key_files(dir: &Path) -> Result<Vec<PathBuf>, SecretFileError> {
    let mut files = secret_file::list(dir)?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "pem"));
    Ok(files)
}

fn kid(path: &Path) -> Result<&str, KeysError> {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .filter(|kid| kid.len() <= MAX_KID_LENGTH)
        .filter(|kid| kid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'))
        .ok_or_else(|| KeysError::Name { path: path.to_owned() })
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kids: Vec<_> = self.public.keys().collect();
        f.debug_struct("Keys").field("active", &self.active).field("kids", &kids).finish_non_exhaustive()
    }
}
