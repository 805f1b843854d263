//! Whether a directory of keys has changed since somebody looked.

use std::{ffi::OsString, fs, os::unix::fs::MetadataExt, path::Path};

use super::{KeysError, key_files};
use crate::SecretFileError;

/// What can be seen of the key files without reading them: two equal ones mean the same keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryState(Vec<FileState>);

/// The inode and the time of its last change, which a new mode or owner sets too; links are followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FileState {
    name: OsString,
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl DirectoryState {
    /// Looks at the key files of `dir`.
    ///
    /// # Errors
    /// [`KeysError`] when it can't be looked at.
    pub fn of(dir: &Path) -> Result<Self, KeysError> {
        let state = |path: &Path| -> Result<FileState, SecretFileError> {
            let unreadable = |source| SecretFileError::Unreadable { path: path.to_owned(), source };
            let metadata = fs::metadata(path).map_err(unreadable)?;
            Ok(FileState {
                name: path.file_name().unwrap_or_default().to_owned(),
                inode: metadata.ino(),
                length: metadata.len(),
                changed: (metadata.ctime(), metadata.ctime_nsec()),
            })
        };
        let files = key_files(dir)?;
        let mut states = files.iter().map(|path| state(path)).collect::<Result<Vec<_>, _>>()?;
        states.sort_unstable();
        Ok(Self(states))
    }
}
