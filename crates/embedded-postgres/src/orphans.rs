//! Stops what an earlier server left behind.
//!
//! A server outlives us only when its leash was killed as well. Its pid file is no proof that it
//! lives: the id may belong to a zombie by now, or to a stranger. Where a process works is.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::error::StartError;
use crate::patience::wait_until;
use crate::pid_file::PidFile;

/// Stops every process that works in `data`, gently first, and removes its pid file. Call it only
/// while holding the directory's lock: whatever runs there is then nobody's.
///
/// # Errors
/// [`StartError::OrphanStays`] when one resists even SIGKILL.
pub(crate) fn retire(data: &Path) -> Result<(), StartError> {
    let found = inhabitants(data);
    if !found.is_empty() {
        tracing::warn!(data = %data.display(), pids = ?found, "stopping a PostgreSQL server that was left behind");
        let main = PidFile::read(data).map(|file| file.pid).filter(|pid| found.contains(pid));
        let empty = || inhabitants(data).is_empty();
        let stopped = main.is_some_and(|pid| {
            [(Signal::INT, 20), (Signal::QUIT, 5)].into_iter().any(|(signal, seconds)| {
                send(pid, signal);
                wait_until(Duration::from_secs(seconds), empty)
            })
        });
        if !stopped {
            end_all(data)?;
        }
    }
    // With a pid file that names some living process, PostgreSQL would refuse to start.
    match fs::remove_file(PidFile::path(data)) {
        Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Err(StartError::system("remove", PidFile::path(data))(error))
        }
        _ => Ok(()),
    }
}

/// Ends processes without a main process to ask: those of a killed server, or of an `initdb`.
fn end_all(data: &Path) -> Result<(), StartError> {
    for (signal, seconds) in [(Signal::QUIT, 1), (Signal::KILL, 5)] {
        inhabitants(data).into_iter().for_each(|pid| send(pid, signal));
        if wait_until(Duration::from_secs(seconds), || inhabitants(data).is_empty()) {
            return Ok(());
        }
    }
    Err(StartError::OrphanStays { directory: data.to_owned(), pids: inhabitants(data) })
}

/// Whether there is a process of this id, be it a zombie.
pub(crate) fn exists(pid: u32) -> bool {
    to_pid(pid).is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = to_pid(pid) {
        // A process that is gone already is what we want.
        let _ = kill_process(pid, signal);
    }
}

fn to_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

/// The living processes of a server (or of `initdb`) on this data.
///
/// Every process of a server works in its data directory. Where the kernel does not show us that
/// (a container's root without CAP_SYS_PTRACE), the main process still has the path as an argument.
#[cfg(target_os = "linux")]
pub(crate) fn inhabitants(data: &Path) -> Vec<u32> {
    use std::os::unix::ffi::OsStrExt;

    let lives_there = |process: &Path| match fs::read_link(process.join("cwd")) {
        Ok(directory) if directory == data => true,
        Ok(_) | Err(_) => fs::read(process.join("cmdline")).is_ok_and(|line| {
            let mut arguments = line.split(|byte| *byte == 0);
            let program = Path::new(std::ffi::OsStr::from_bytes(arguments.next().unwrap_or_default()));
            let ours = program.file_name().is_some_and(|name| name == "postgres" || name == "initdb");
            ours && arguments.any(|argument| argument == data.as_os_str().as_bytes())
        }),
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            lives_there(&entry.path()).then_some(pid)
        })
        .collect()
}

/// The living processes of a server (or of `initdb`) on this data: the main process has the path
/// among its arguments, and its children end with it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn inhabitants(data: &Path) -> Vec<u32> {
    let argument = format!(" {} ", data.display());
    let Ok(listing) = std::process::Command::new("ps").args(["-axo", "pid=,args="]).output() else {
        return Vec::new();
    };
    String::from_utf8_lossy(&listing.stdout)
        .lines()
        .filter_map(|line| {
            let (pid, command) = line.trim_start().split_once(' ')?;
            let program = command.split_whitespace().next()?;
            let ours = program.ends_with("/postgres") || program.ends_with("/initdb");
            (ours && format!("{command} ").contains(&argument)).then(|| pid.parse().ok())?
        })
        .collect()
}
