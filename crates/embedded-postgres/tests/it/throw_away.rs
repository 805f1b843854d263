//! Servers that leave nothing.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use embedded_postgres::{Cluster, Settings};
use rustix::process::Signal;

use crate::workshop::{Directory, Holder, kill, main_process, parent, processes_of, query, soon};

fn entries(directory: &Directory) -> Vec<PathBuf> {
    fs::read_dir(&directory.0).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Waits for a holder's throw-away server below `temporary`.
fn throw_away_in(temporary: &Directory) -> (Holder, PathBuf) {
    // The server may be another user, who must be let in to make and remove its directory.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
    fs::set_permissions(&temporary.0, open).unwrap();
    let holder = Holder::spawn(None, &temporary.0);
    let ready = |root: &PathBuf| {
        fs::read_to_string(root.join("data/postmaster.pid")).is_ok_and(|file| file.contains("ready"))
    };
    soon("a throw-away server is ready", Duration::from_secs(60), || {
        entries(temporary).first().is_some_and(ready)
    });
    let root = entries(temporary).remove(0);
    (holder, root)
}

#[test]
fn a_throw_away_server_is_fast_and_leaves_nothing() {
    let cluster = Cluster::throw_away().unwrap();
    let root = cluster.socket_dir().parent().unwrap().to_owned();
    assert_eq!(query(&cluster.url("postgres"), "show fsync"), "off");
    assert_eq!(query(&cluster.url("postgres"), "create table t as select 1; select * from t"), "1");

    cluster.stop();

    assert!(!root.exists());
    assert_eq!(processes_of(&root), []);
}

#[test]
fn a_throw_away_server_can_be_told_to_wait_for_the_disk() {
    let cluster = Settings::new().set("fsync", "on").throw_away().unwrap();

    assert_eq!(query(&cluster.url("postgres"), "show fsync"), "on");
}

#[test]
fn two_throw_away_servers_do_not_meet() {
    let (one, two) = (Cluster::throw_away().unwrap(), Cluster::throw_away().unwrap());
    query(&one.url("postgres"), "create table t ()");

    assert_eq!(query(&two.url("postgres"), "select to_regclass('t') is null"), "t");
}

#[test]
fn a_killed_program_leaves_no_files_of_its_throw_away_server() {
    let temporary = Directory::new();
    let (holder, root) = throw_away_in(&temporary);

    holder.kill();

    soon("no process is left", Duration::from_secs(5), || processes_of(&root).is_empty());
    assert_eq!(entries(&temporary), Vec::<PathBuf>::new());
}

#[test]
fn what_a_killed_leash_could_not_remove_is_swept_up_by_the_next() {
    let temporary = Directory::new();
    let (holder, root) = throw_away_in(&temporary);
    let orphan = main_process(&root.join("data")).unwrap();
    kill(parent(orphan), Signal::KILL);
    holder.kill();
    assert!(root.exists());

    let next = Holder::spawn(None, &temporary.0);

    soon("the old directory goes", Duration::from_secs(60), || !root.exists());
    assert_eq!(processes_of(&root), []);
    next.kill();
    soon("the new directory goes", Duration::from_secs(20), || entries(&temporary).is_empty());
}

#[test]
fn starting_again_and_again_leaves_no_process_behind() {
    for _ in 0..3 {
        let cluster = Cluster::throw_away().unwrap();
        let (server, root) = (cluster.server_pid(), cluster.socket_dir());
        drop(cluster);
        assert!(!crate::workshop::lives(server));
        assert_eq!(processes_of(root.parent().unwrap()), []);
    }
}
