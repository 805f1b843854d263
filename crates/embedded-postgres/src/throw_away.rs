//! Directories of clusters that nobody will miss.
//!
//! The leash removes them. Only where it was killed together with the program, or before there was
//! one, does a directory stay, and the next throw-away cluster sweeps it up.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::account::Account;
use crate::error::StartError;
use crate::home::{Home, Place, remove_all};
use crate::orphans;

const PREFIX: &str = "embedded-postgres-";

/// Held while a directory is made and not locked yet, and during a sweep.
static HALF_MADE: Mutex<()> = Mutex::new(());

/// A directory that goes when this value goes.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove_all(&self.0) {
            tracing::warn!(directory = %self.0.display(), %error, "a throw-away database could not be removed");
        }
    }
}

/// Makes a directory in the first of the system's temporary places that suits a server.
pub(crate) fn create() -> Result<Place, StartError> {
    let _alone = HALF_MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let account = Account::choose(Path::new(""))?;
    let suits = |place: &PathBuf| {
        let imagined = place.join(name(u32::MAX));
        account.reaches(place) && Home::at(imagined).is_ok_and(|home| home.check_socket_path().is_ok())
    };
    let wished = env::temp_dir();
    let place = [&wished, Path::new("/tmp"), Path::new("/var/tmp")]
        .into_iter()
        .filter_map(|place| fs::canonicalize(place).ok())
        .find(suits);
    let place = place.unwrap_or(wished);
    let scratch = make_in(&place)?;
    account.give(scratch.path())?; // its leash removes it
    let home = Home::at(scratch.path().to_owned())?;
    home.check_socket_path()?;
    let lock = home.lock()?;
    Ok(Place { home, lock, scratch: Some(scratch) })
}

/// Removes the clusters beside this one whose processes are gone.
pub(crate) fn sweep_beside(scratch: &Scratch) {
    let place = scratch.path().parent().unwrap_or(scratch.path());
    let _alone = HALF_MADE.lock().unwrap_or_else(PoisonError::into_inner);
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let made_by = entry.file_name().to_str().and_then(maker);
        let abandoned = made_by.is_some_and(|pid| pid == std::process::id() || !orphans::exists(pid));
        if abandoned && let Err(error) = remove_abandoned(&entry.path()) {
            tracing::debug!(directory = %entry.path().display(), %error, "left an abandoned database alone");
        }
    }
}

fn remove_abandoned(root: &Path) -> Result<(), StartError> {
    let lock = match File::open(root.join("lock")) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(StartError::system("open the lock of", root)(error)),
    };
    if lock.as_ref().is_some_and(|file| file.try_lock().is_err()) {
        return Ok(());
    }
    let home = Home::at(root.to_owned())?;
    orphans::retire(&home.new_data())?;
    orphans::retire(&home.data())?;
    remove_all(root)
}

fn make_in(place: &Path) -> Result<Scratch, StartError> {
    let mut number = 0;
    loop {
        let root = place.join(name(number));
        match DirBuilder::new().mode(0o700).create(&root) {
            Ok(()) => return Ok(Scratch(root)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(StartError::system("create", root)(error)),
        }
    }
}

fn name(number: u32) -> String {
    format!("{PREFIX}{}-{number}", std::process::id())
}

/// Reads the process id out of a name.
fn maker(name: &str) -> Option<u32> {
    let (pid, number) = name.strip_prefix(PREFIX)?.split_once('-')?;
    number.parse::<u32>().ok()?;
    pid.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_maker() {
        assert_eq!(maker(&name(3)), Some(std::process::id()));
        assert_eq!(maker("embedded-postgres-00c0ffee00c0ffee"), None);
        assert_eq!(maker("embedded-postgres-12-x"), None);
    }
}
