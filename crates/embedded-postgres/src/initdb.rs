//! Makes a new, empty cluster.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use crate::error::StartError;
use crate::home::{Home, remove_all};
use crate::programs::Programs;
use crate::settings::Kind;
use crate::url::SUPERUSER;

/// Text is UTF-8, and sorts by code point, the same on every system.
const LOCALE: &str = "C.UTF-8";

/// For systems that lack that locale: the same order, and the encoding is set apart.
const PLAIN_LOCALE: &str = "C";

/// Makes a cluster in its home. It gets its place only when it is complete, so that a killed
/// `initdb` does not leave one behind that merely looks so.
pub(crate) fn make(programs: &Programs, home: &Home, kind: Kind) -> Result<(), StartError> {
    let fresh = home.new_data();
    let mut outcome = run(programs, home, kind, LOCALE)?;
    if outcome.as_ref().is_err_and(|output| output.contains("invalid locale name")) {
        outcome = run(programs, home, kind, PLAIN_LOCALE)?;
    }
    if let Err(output) = outcome {
        remove_all(&fresh)?;
        return Err(StartError::InitFailed { output });
    }
    let data = home.data();
    fs::rename(&fresh, &data).map_err(StartError::system("rename", fresh))?;
    match kind {
        Kind::Durable => sync_parent(&data).map_err(StartError::system("write to disk", data)),
        Kind::ThrowAway => Ok(()),
    }
}

/// Runs `initdb` into an empty directory; the inner error is what it printed when it failed.
fn run(programs: &Programs, home: &Home, kind: Kind, locale: &str) -> Result<Result<(), String>, StartError> {
    let fresh = home.new_data();
    home.make_private(&fresh)?;
    let initdb = programs.path("initdb");
    let mut command = Command::new(&initdb);
    command.arg("-D").arg(&fresh).args(["-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject"]);
    command.args(["--encoding=UTF8", "--lc-messages=C"]).arg(format!("--locale={locale}"));
    if kind == Kind::ThrowAway {
        command.arg("--no-sync");
    }
    let ended = home.account.dress(&mut command).output().map_err(StartError::system("run", initdb))?;
    if ended.status.success() {
        return Ok(Ok(()));
    }
    let printed = String::from_utf8_lossy(&ended.stderr);
    Ok(Err(format!("{}\n{}", ended.status, printed.trim())))
}

/// Makes the new name survive a power cut.
fn sync_parent(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}
