//! The shop's secrets: the signing keys and the pepper, configured or, beside an embedded database, made at first start.

use std::path::{Path, PathBuf};

use adapters_auth::{Keys, KeysError, Pepper, PepperError, SecretFileError};
use domain::Instant;

use crate::{config::Config, failure::Failure};

/// Where the secrets are. Those at the default place are made when they are missing.
#[derive(Debug, Clone)]
pub(crate) struct Secrets {
    keys: Place,
    pepper: Place,
    active_kid: Option<String>,
}

#[derive(Debug, Clone)]
struct Place {
    path: PathBuf,
    is_default: bool,
}

impl Secrets {
    /// The places that the settings name; the default ones are only for an embedded database, whose directory they
    /// share: a server of one's own outlives the directory, and so must the secrets.
    ///
    /// # Errors
    /// A sentence that names the setting that is missing.
    pub(crate) fn locate(config: &Config) -> Result<Self, Failure> {
        let identity = &config.identity;
        let place = |variable: &str, configured: &Option<PathBuf>, default: &str| match configured {
            Some(path) => Ok(Place { path: path.clone(), is_default: false }),
            None if config.database.database_url.is_none() => {
                Ok(Place { path: config.database.data_dir.join(default), is_default: true })
            }
            None => Err(Failure::say(format_args!(
                "{variable} is missing: with DATABASE_URL it must say where the {default} are kept; \
                 `stoa keys init` makes what is not there yet"
            ))),
        };
        Ok(Self {
            keys: place("JWT_KEYS_DIR", &identity.jwt_keys_dir, "keys")?,
            pepper: place("PASSWORD_PEPPER_FILE", &identity.password_pepper_file, "pepper")?,
            active_kid: identity.jwt_active_kid.clone(),
        })
    }

    /// The pepper.
    ///
    /// # Errors
    /// A sentence about the file.
    pub(crate) fn pepper(&self) -> Result<Pepper, Failure> {
        if self.pepper.is_default {
            make_pepper(&self.pepper.path)?;
        }
        Ok(Pepper::load(&self.pepper.path)?)
    }

    /// The signing keys.
    ///
    /// # Errors
    /// A sentence about the files.
    pub(crate) fn keys(&self) -> Result<Keys, Failure> {
        if self.keys.is_default {
            make_key(&self.keys.path)?;
        }
        Ok(Keys::load(&self.keys.path, self.active_kid.as_deref())?)
    }

    /// The signing keys, without making any: when they have changed while a server runs.
    ///
    /// # Errors
    /// A sentence about the files.
    pub(crate) fn keys_as_they_are(&self) -> Result<Keys, KeysError> {
        Keys::load(&self.keys.path, self.active_kid.as_deref())
    }

    /// As [`keys_as_they_are`](Self::keys_as_they_are), but signing with the key that signed so far, while it is there.
    ///
    /// # Errors
    /// A sentence about the files.
    pub(crate) fn keys_signing_with(&self, kid: &str) -> Result<Keys, KeysError> {
        match Keys::load(&self.keys.path, Some(kid)) {
            Err(KeysError::NoActiveKey { .. }) => self.keys_as_they_are(),
            loaded => loaded,
        }
    }

    /// Where the signing keys are.
    pub(crate) fn keys_dir(&self) -> &Path {
        &self.keys.path
    }

    /// Makes what is missing, wherever it should be.
    ///
    /// # Errors
    /// A sentence about the files.
    pub(crate) fn make_missing(&self) -> Result<(), Failure> {
        make_pepper(&self.pepper.path)?;
        make_key(&self.keys.path)
    }

    /// Makes one more signing key, which running servers soon sign with, and gives its id.
    ///
    /// # Errors
    /// A sentence about the files.
    pub(crate) fn rotate(&self) -> Result<String, Failure> {
        Ok(Keys::generate_into(&self.keys.path, now())?)
    }
}

fn make_pepper(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    match Pepper::generate_into(path) {
        Ok(_) => Ok(()),
        // Somebody else made it at the same moment.
        Err(PepperError::File(SecretFileError::Exists { .. })) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn make_key(directory: &Path) -> Result<(), Failure> {
    match Keys::load(directory, None) {
        Err(KeysError::NoKeys { .. }) => {}
        Err(KeysError::File(SecretFileError::Unreadable { .. })) if !directory.exists() => {}
        // Whether they are good is for whoever loads them to say.
        _ => return Ok(()),
    }
    Keys::generate_into(directory, now())?;
    Ok(())
}

/// By this machine's clock: a key is named after the time of its making, also where there is no database to ask.
#[expect(clippy::disallowed_methods, reason = "no rule depends on it")]
fn now() -> Instant {
    std::time::SystemTime::now().into()
}
