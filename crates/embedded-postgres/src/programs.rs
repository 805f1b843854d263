//! Finds PostgreSQL's programs on this machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::StartError;

/// Where distributions put the server's programs. `*` stands for any one name, such as a version.
const USUAL_PLACES: [&str; 7] = [
    "/usr/lib/postgresql/*/bin", // Debian, Ubuntu
    "/usr/pgsql-*/bin",          // the PostgreSQL project's packages for Fedora and RHEL
    "/usr/libexec/postgresql*",  // Alpine
    "/opt/homebrew/opt/*/bin",   // Homebrew on Apple silicon
    "/usr/local/opt/*/bin",      // Homebrew on Intel
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin", // built from source
];

/// One installation of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Programs {
    /// The directory that holds them.
    pub(crate) directory: PathBuf,
    /// The major version, such as 17.
    pub(crate) major: u32,
}

impl Programs {
    /// The full path of one of the programs.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Chooses the installation for a cluster: the one that made its data, or the newest when there
    /// is no data yet.
    ///
    /// # Errors
    /// [`StartError::NotInstalled`] and [`StartError::OtherMajorVersion`].
    pub(crate) fn choose(search: &SearchPath, data: &Path) -> Result<Self, StartError> {
        let found = search.installations();
        if found.is_empty() {
            return Err(StartError::NotInstalled { searched: search.places() });
        }
        let Ok(version) = fs::read_to_string(data.join("PG_VERSION")) else {
            return found
                .into_iter()
                .max_by_key(|programs| programs.major)
                .ok_or_else(|| StartError::NotInstalled { searched: search.places() });
        };
        let made_by = version.trim();
        found.iter().find(|programs| programs.major.to_string() == made_by).cloned().ok_or_else(|| {
            let mut installed: Vec<u32> = found.iter().map(|programs| programs.major).collect();
            installed.sort_unstable();
            installed.dedup();
            StartError::OtherMajorVersion {
                directory: data.to_owned(),
                made_by: made_by.to_owned(),
                installed,
            }
        })
    }

    /// What is installed in `directory`; `None` when the server or `initdb` is missing there.
    fn inspect(directory: PathBuf) -> Option<Self> {
        if !directory.join("initdb").is_file() || !directory.join("postgres").is_file() {
            return None;
        }
        let answer = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
        let major = parse_major(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self { directory, major })
    }
}

/// Where to look for the programs.
#[derive(Debug, Clone, Default)]
pub(crate) enum SearchPath {
    /// In the directory that the environment names in `PG_BINDIR`; without it in the usual places
    /// and along `PATH`.
    #[default]
    Usual,
    /// In these directories only.
    Only(Vec<PathBuf>),
}

impl SearchPath {
    fn installations(&self) -> Vec<Programs> {
        self.directories().into_iter().filter_map(Programs::inspect).collect()
    }

    fn directories(&self) -> Vec<PathBuf> {
        match (self, env::var_os("PG_BINDIR")) {
            (Self::Only(directories), _) => directories.clone(),
            (Self::Usual, Some(directory)) => vec![directory.into()],
            (Self::Usual, None) => {
                let along_path = env::var_os("PATH").unwrap_or_default();
                USUAL_PLACES
                    .iter()
                    .flat_map(|place| expand(Path::new(place)))
                    .chain(env::split_paths(&along_path))
                    .collect()
            }
        }
    }

    /// The same places in words, for people.
    fn places(&self) -> Vec<String> {
        match (self, env::var_os("PG_BINDIR")) {
            (Self::Usual, None) => {
                USUAL_PLACES.iter().map(|&place| place.to_owned()).chain(["PATH".to_owned()]).collect()
            }
            _ => self.directories().iter().map(|directory| directory.display().to_string()).collect(),
        }
    }
}

/// The directories that a path with at most one `*` in a name stands for.
fn expand(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in pattern {
        let Some((start, end)) = part.to_str().and_then(|name| name.split_once('*')) else {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        };
        found = found
            .iter()
            .flat_map(|parent| fs::read_dir(parent).into_iter().flatten().flatten())
            .filter(|entry| {
                entry.file_name().to_str().is_some_and(|name| {
                    name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
                })
            })
            .map(|entry| entry.path())
            .collect();
    }
    found
}

/// Reads 15 out of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, 19 out of `… 19devel`.
fn parse_major(answer: &str) -> Option<u32> {
    let version = answer.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 19devel\n"), Some(19));
        assert_eq!(parse_major("postgres (PostgreSQL) 18\n"), Some(18));
        assert_eq!(parse_major("something else 15.1\n"), None);
    }

    #[test]
    fn a_star_stands_for_any_one_name() {
        assert_eq!(expand(Path::new("/us*/bin")), [Path::new("/usr/bin")]);
        assert_eq!(expand(Path::new("/usr/bin")), [Path::new("/usr/bin")]);
        assert!(expand(Path::new("/no-such-*/bin")).is_empty());
    }
}
