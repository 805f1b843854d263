//! Starts that cannot work say why, and what to do.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use embedded_postgres::{Cluster, Settings, StartError};

use crate::workshop::{Directory, processes_of, query};

#[test]
fn a_second_server_in_the_same_directory_is_refused_by_name() {
    let directory = Directory::new();
    let first = Cluster::start(&directory.0).unwrap();

    let error = Cluster::start(&directory.0).unwrap_err();

    assert!(
        matches!(&error, StartError::AlreadySupervised { holder: Some(pid), .. } if *pid == std::process::id()),
        "{error:?}"
    );
    assert!(error.to_string().contains(&format!("(pid {})", std::process::id())), "{error}");
    assert_eq!(query(&first.url("postgres"), "select 1"), "1");
}

#[test]
fn without_programs_the_message_says_how_to_get_them() {
    let directory = Directory::new();
    let settings = Settings::new().search_in([PathBuf::from("/nowhere/bin")]);

    let error = settings.start(&directory.0).unwrap_err();

    assert!(matches!(error, StartError::NotInstalled { .. }), "{error:?}");
    for word in ["/nowhere/bin", "apt-get install postgresql", "DATABASE_URL", "PG_BINDIR"] {
        assert!(error.to_string().contains(word), "{word} in: {error}");
    }
    assert!(matches!(settings.throw_away().unwrap_err(), StartError::NotInstalled { .. }));
}

#[test]
fn a_path_too_long_for_a_socket_is_refused_before_anything_is_made() {
    let directory = Directory::new();
    let long = directory.0.join("a".repeat(100));

    let error = Cluster::start(&long).unwrap_err();

    assert!(matches!(error, StartError::PathTooLong { length, limit, .. } if length > limit), "{error:?}");
    assert!(error.to_string().contains("shorter path"), "{error}");
    assert!(!long.join("data").exists());
}

#[test]
fn data_of_another_major_version_is_left_alone() {
    let directory = Directory::new();
    fs::create_dir(directory.data()).unwrap();
    fs::write(directory.data().join("PG_VERSION"), "9\n").unwrap();

    let error = Cluster::start(&directory.0).unwrap_err();

    assert!(matches!(&error, StartError::OtherMajorVersion { made_by, .. } if made_by == "9"), "{error:?}");
    assert_eq!(fs::read_dir(directory.data()).unwrap().count(), 1);
}

#[test]
fn a_server_that_exits_at_once_shows_the_end_of_its_log() {
    let directory = Directory::new();

    let error = Settings::new().set("shared_buffers", "nonsense").start(&directory.0).unwrap_err();

    assert!(matches!(error, StartError::ExitedAtStart { .. }), "{error:?}");
    assert!(error.to_string().contains("invalid value for parameter \"shared_buffers\""), "{error}");
    assert_eq!(processes_of(&directory.0), []);
    assert!(Cluster::start(&directory.0).is_ok(), "the next start works");
}

#[test]
fn a_failing_initdb_shows_what_it_printed() {
    let directory = Directory::new();
    let programs = Directory::new();
    let real = Cluster::throw_away().unwrap().program("postgres");
    std::os::unix::fs::symlink(real, programs.0.join("postgres")).unwrap();
    fs::write(programs.0.join("initdb"), "#!/bin/sh\necho the disk is on fire >&2\nexit 3\n").unwrap();
    Command::new("chmod").arg("755").arg(programs.0.join("initdb")).status().unwrap();

    let error = Settings::new().search_in([programs.0.clone()]).start(&directory.0).unwrap_err();

    assert!(matches!(error, StartError::InitFailed { .. }), "{error:?}");
    assert!(error.to_string().contains("the disk is on fire"), "{error}");
    assert!(!directory.data().exists());
}
