//! Files that hold secrets: read only when nobody else can, and written whole or not at all.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rustix::process::geteuid;

/// No secret is larger, in bytes.
const MAX_LENGTH: u64 = 64 * 1024;
/// Others may read, write or enter.
const OTHERS: u32 = 0o007;
/// The group may write.
const GROUP_WRITES: u32 = 0o020;
/// The group may read, write or enter.
const GROUP: u32 = 0o070;
/// Others may write.
const OTHERS_WRITE: u32 = 0o002;
/// In the directory, only its owner may remove a file.
const STICKY: u32 = 0o1000;

/// Why a file of secrets can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It can't be opened or read.
    #[error("{} can't be read", path.display())]
    Unreadable {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It can't be written.
    #[error("{} can't be written", path.display())]
    Unwritable {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is there already, and a secret is never overwritten.
    #[error("{} exists already and is not overwritten; move it away first", path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// It is a directory, a device or larger than any secret.
    #[error("{} is not a regular file of at most 64 KiB", path.display())]
    NotAFile {
        /// Which file.
        path: PathBuf,
    },
    /// Others may read or change it.
    #[error("{} is open to others (mode {mode:04o}); run: chmod {fix:04o} {}", path.display(), path.display())]
    Open {
        /// Which file or directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
        /// What they should be.
        fix: u32,
    },
    /// It belongs to somebody else.
    #[error("{} belongs to user {owner}; it must belong to root or to user {us}, who runs this program", path.display())]
    Foreign {
        /// Which file or directory.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who runs this program.
        us: u32,
    },
}

/// Reads a secret, after checking that it is for our eyes only.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, SecretFileError> {
    let unreadable = |source| SecretFileError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > MAX_LENGTH {
        return Err(SecretFileError::NotAFile { path: path.to_owned() });
    }
    check(path, &metadata, 0o600, file_bits)?;
    let mut secret = Vec::new();
    file.take(MAX_LENGTH).read_to_end(&mut secret).map_err(unreadable)?;
    Ok(secret)
}

/// The files of a directory in which nobody else can put or swap one.
pub(crate) fn list(dir: &Path) -> Result<Vec<PathBuf>, SecretFileError> {
    let unreadable = |source| SecretFileError::Unreadable { path: dir.to_owned(), source };
    check(dir, &fs::metadata(dir).map_err(unreadable)?, 0o700, dir_bits)?;
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(unreadable)?;
    Ok(entries.into_iter().map(|entry| entry.path()).collect())
}

/// Makes a directory for secrets, mode 0700, unless it is there.
pub(crate) fn create_dir(dir: &Path) -> Result<(), SecretFileError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|source| SecretFileError::Unwritable { path: dir.to_owned(), source })
}

/// Writes a new secret with mode 0600. After a crash it is there whole or not at all, and of several processes that
/// do this at once, one succeeds.
pub(crate) fn create(path: &Path, secret: &[u8]) -> Result<(), SecretFileError> {
    let written = draft_path(path).and_then(|draft| {
        let linked = write_draft(&draft, secret).and_then(|()| fs::hard_link(&draft, path));
        let removed = fs::remove_file(&draft);
        linked.and(removed)?;
        File::open(parent(path))?.sync_all()
    });
    written.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => SecretFileError::Exists { path: path.to_owned() },
        _ => SecretFileError::Unwritable { path: path.to_owned(), source },
    })
}

/// A name beside `path` that nobody else uses.
fn draft_path(path: &Path) -> io::Result<PathBuf> {
    let mut bits = [0; 12];
    aws_lc_rs::rand::fill(&mut bits).map_err(io::Error::other)?;
    Ok(parent(path).join(format!(".{}.tmp", URL_SAFE_NO_PAD.encode(bits))))
}

fn write_draft(draft: &Path, secret: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(secret)?;
    file.sync_all()
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn check(
    path: &Path,
    metadata: &Metadata,
    fix: u32,
    forbidden: fn(Owner, u32) -> u32,
) -> Result<(), SecretFileError> {
    let (owner, us) = (metadata.uid(), geteuid().as_raw());
    let mode = metadata.mode() & 0o7777;
    let whose = match owner {
        _ if owner == us => Owner::Us,
        0 => Owner::Root,
        _ => return Err(SecretFileError::Foreign { path: path.to_owned(), owner, us }),
    };
    match mode & forbidden(whose, mode) {
        0 => Ok(()),
        _ => Err(SecretFileError::Open { path: path.to_owned(), mode, fix }),
    }
}

/// Whose a file is.
#[derive(Clone, Copy)]
enum Owner {
    Us,
    /// Not us: somebody who administers the machine handed us the file, as orchestrators mount their secrets, and
    /// we read it through its group.
    Root,
}

/// The permissions that a secret must not have.
fn file_bits(owner: Owner, _mode: u32) -> u32 {
    match owner {
        Owner::Us => GROUP | OTHERS,
        Owner::Root => GROUP_WRITES | OTHERS,
    }
}

/// The permissions that a directory of secrets must not have. Names are no secret: it may be listed.
fn dir_bits(owner: Owner, mode: u32) -> u32 {
    match owner {
        // Nobody can swap our file there, and each file's owner is checked.
        Owner::Root if mode & STICKY != 0 => 0,
        Owner::Us | Owner::Root => GROUP_WRITES | OTHERS_WRITE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_file_is_for_us_alone_and_one_of_root_may_come_through_the_group() {
        for mode in [0o400, 0o600] {
            assert_eq!(mode & file_bits(Owner::Us, mode), 0, "{mode:o}");
        }
        for mode in [0o440, 0o640, 0o604, 0o644, 0o660] {
            assert_ne!(mode & file_bits(Owner::Us, mode), 0, "{mode:o}");
        }
        assert_eq!(0o440 & file_bits(Owner::Root, 0o440), 0);
        for mode in [0o444, 0o460, 0o644] {
            assert_ne!(mode & file_bits(Owner::Root, mode), 0, "{mode:o}");
        }
    }

    #[test]
    fn nobody_else_may_put_files_into_the_directory() {
        for mode in [0o700, 0o755] {
            assert_eq!(mode & dir_bits(Owner::Us, mode), 0, "{mode:o}");
        }
        for mode in [0o770, 0o777, 0o1777] {
            assert_ne!(mode & dir_bits(Owner::Us, mode), 0, "{mode:o}");
        }
        assert_eq!(0o1777 & dir_bits(Owner::Root, 0o1777), 0, "a mounted volume of secrets");
        assert_ne!(0o777 & dir_bits(Owner::Root, 0o777), 0);
    }
}
