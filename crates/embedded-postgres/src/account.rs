//! Whom the server runs as: PostgreSQL refuses to run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::error::StartError;

/// The users worth running a server as, best first; macOS calls its own `_postgres`.
const CANDIDATES: [&str; 3] = ["postgres", "_postgres", "nobody"];

/// The user and group that own the server's files and run its processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// Whoever we are; not root.
    Ours,
    /// We are root, and become this unprivileged user.
    Unprivileged {
        /// The user's id.
        uid: u32,
        /// The id of the user's own group.
        gid: u32,
    },
}

impl Account {
    /// Chooses the account for a cluster: the one that owns its data already, or else the first
    /// unprivileged user worth having.
    ///
    /// # Errors
    /// [`StartError::NoUnprivilegedUser`] when we are root and no such user exists.
    pub(crate) fn choose(data: &Path) -> Result<Self, StartError> {
        if !is_root() {
            return Ok(Self::Ours);
        }
        if let Ok(owner) = fs::symlink_metadata(data)
            && owner.uid() != 0
        {
            return Ok(Self::Unprivileged { uid: owner.uid(), gid: owner.gid() });
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        CANDIDATES.iter().find_map(|name| find_user(&users, name)).ok_or(StartError::NoUnprivilegedUser)
    }

    /// Makes the program start as this user, with none of our environment but the search path.
    pub(crate) fn dress<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let path = std::env::var("PATH").unwrap_or_default();
        command.current_dir("/").env_clear().env("PATH", format!("{path}:/usr/bin:/bin"));
        command.env("LC_ALL", "C").env("TZ", "UTC");
        if let Self::Unprivileged { uid, gid } = *self {
            command.uid(uid).gid(gid); // the standard library drops root's other groups as well
        }
        command
    }

    /// Hands a file or directory of ours to this user.
    pub(crate) fn give(&self, path: &Path) -> Result<(), StartError> {
        match *self {
            Self::Ours => Ok(()),
            Self::Unprivileged { uid, gid } => {
                lchown(path, Some(uid), Some(gid)).map_err(StartError::system("change the owner of", path))
            }
        }
    }

    /// Whether this user can pass through the directory and all above it.
    pub(crate) fn reaches(&self, directory: &Path) -> bool {
        match *self {
            Self::Ours => true,
            Self::Unprivileged { uid, gid } => directory.ancestors().all(|part| {
                fs::metadata(part).is_ok_and(|entry| {
                    let search = if entry.uid() == uid {
                        0o100
                    } else if entry.gid() == gid {
                        0o010
                    } else {
                        0o001
                    };
                    entry.mode() & search != 0
                })
            }),
        }
    }
}

/// Whether this process may become anybody.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Finds a user in the text of `/etc/passwd`, see passwd(5).
fn find_user(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(Account::Unprivileged { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/:/bin/false\n\
                         postgres2:x:7:7::/:/bin/sh\npostgres:x:101:102:PostgreSQL:/var/lib:/bin/bash\n";

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        assert_eq!(find_user(USERS, "postgres"), Some(Account::Unprivileged { uid: 101, gid: 102 }));
        assert_eq!(find_user(USERS, "nobody"), Some(Account::Unprivileged { uid: 65534, gid: 65533 }));
        assert_eq!(find_user(USERS, "postgre"), None);
    }

    #[test]
    fn root_under_another_name_is_not_unprivileged() {
        assert_eq!(find_user("postgres:x:0:0::/:/bin/sh\n", "postgres"), None);
    }
}
